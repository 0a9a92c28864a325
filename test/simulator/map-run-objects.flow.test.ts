import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { Fault, Mock, type Run } from '../../src/simulator';
import { newStack } from '../fixtures';
import { machine, simulate } from './simulate';

/** A Distributed Map in `Machine`, between two buckets, whose children hand their items on. */
const fanOut = (fields: (buckets: Buckets) => object, role?: (stack: Stack, buckets: Buckets) => iam.IRole) => {
  const stack = newStack();
  const buckets = { data: new s3.Bucket(stack, 'Data'), results: new s3.Bucket(stack, 'Results') };
  return { ...buckets, ...mapOf(stack, fields(buckets), role?.(stack, buckets)) };
};

interface Buckets {
  readonly data: s3.IBucket;
  readonly results: s3.IBucket;
}

const mapOf = (stack: Stack, fields: object, role: iam.IRole = roleWith(stack, ['*'])) => {
  const stateJson = {
    Type: 'Map',
    Label: 'Each',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Item',
      States: { Item: { Type: 'Pass', End: true } },
    },
    ...fields,
  };
  return { stack, workflow: machine(stack, new sfn.CustomState(stack, 'Each', { stateJson }), { role }) };
};

const roleWith = (stack: Stack, actions: string[]) =>
  new iam.Role(stack, 'Bare', {
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    inlinePolicies: {
      It: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions, resources: ['*'] })] }),
    },
  }).withoutPolicyUpdates();

const withoutS3 =
  (...allowed: string[]) =>
  (stack: Stack) =>
    roleWith(stack, ['states:*', ...allowed]);

const listing = ({ data }: Buckets) => ({
  ItemReader: {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    Parameters: { Bucket: data.bucketName, Prefix: 'in/' },
  },
});
const reading = ({ data }: Pick<Buckets, 'data'>) => ({
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'JSON' },
    Parameters: { Bucket: data.bucketName, Key: 'items.json' },
  },
});
const writing = ({ results }: Pick<Buckets, 'results'>) => ({
  ResultWriter: {
    Resource: 'arn:aws:states:::s3:putObject',
    Parameters: { Bucket: results.bucketName, Prefix: 'out' },
  },
});

const calls = (run: Run, service = 's3:') =>
  run.calls.filter(({ action }) => action.startsWith(service)).map(({ action, verdict }) => `${action} ${verdict}`);

describe('an ItemReader', () => {
  it('lists the objects of a bucket, with their prefix as a key of conditions', async () => {
    const { stack, workflow, data } = fanOut(listing);
    const sim = simulate(stack);
    sim.putObject(data, 'in/b.txt', 'bb');
    sim.putObject(data, 'in/a.txt', 'a');
    sim.putObject(data, 'other', '');
    const run = await sim.start(workflow);
    expect(run.output).toMatchObject([
      { Key: 'in/a.txt', Size: 1 },
      { Key: 'in/b.txt', Size: 2 },
    ]);
    expect(run.calls[2]).toMatchObject({
      source: 'aws',
      stateName: 'Each',
      action: 's3:ListBucket',
      context: { 's3:prefix': 'in/' },
      verdict: 'allowed',
    });
  });

  it('lists what takes several pages, each with a call', async () => {
    const { stack, workflow, data } = fanOut(listing);
    const sim = simulate(stack);
    for (let n = 0; n < 1001; n++) sim.putObject(data, `in/${n}`, '');
    const run = await sim.start(workflow);
    expect(run.output).toHaveLength(1001);
    expect(calls(run)).toHaveLength(2);
  });

  it('reads the items from an object', async () => {
    const { stack, workflow, data } = fanOut(reading);
    const sim = simulate(stack);
    sim.putObject(data, 'items.json', [{ n: 1 }, { n: 2 }]);
    const run = await sim.start(workflow);
    expect(run.output).toEqual([{ n: 1 }, { n: 2 }]);
    expect(calls(run)).toEqual(['s3:GetObject allowed']);
  });

  it('reads from a bucket that no template has, once something is put into it', async () => {
    const data = { bucketName: 'imported-data' } as s3.IBucket;
    const { stack, workflow } = fanOut(() => reading({ data }));
    const sim = simulate(stack);
    expect(sim.objects('imported-data')).toEqual([]);
    sim.putObject('imported-data', 'items.json', [1]);
    expect((await sim.start(workflow)).output).toEqual([1]);
  });

  it('fails where there is no such object', async () => {
    const { stack, workflow } = fanOut(reading);
    const run = await simulate(stack).start(workflow);
    expect(run.error).toBe('States.ItemReaderFailed');
    expect(run.cause).toMatch(
      /^The specified key does not exist\. \(Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey; Request ID: /,
    );
    expect(run.mapRuns[0].status).toBe('FAILED');
  });

  it('fails with AccessDenied where there is no such object, and the role may not list the bucket', async () => {
    const { stack, workflow } = fanOut(reading, withoutS3('s3:GetObject'));
    const run = await simulate(stack).start(workflow);
    expect(run.cause).toMatch(/not authorized to perform: s3:ListBucket .*Error Code: AccessDenied/);
  });

  it('fails with a fault that names the state for parameters that are not supported', async () => {
    const { stack, workflow } = fanOut(({ data }) => ({
      ItemReader: {
        ...reading({ data }).ItemReader,
        Parameters: { Bucket: data.bucketName, Key: 'a', VersionId: '1' },
      },
    }));
    await expect(simulate(stack).start(workflow)).rejects.toThrow(
      "The state 'Each': ItemReader: The parameter VersionId of S3's GetObject is not supported",
    );
  });

  it('fails where there is no such bucket', async () => {
    const { stack, workflow } = fanOut(() => reading({ data: { bucketName: 'nowhere' } as s3.IBucket }));
    const run = await simulate(stack).start(workflow);
    expect([run.error, run.cause]).toEqual([
      'States.ItemReaderFailed',
      expect.stringContaining(
        'The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket',
      ),
    ]);
  });

  it.each([
    ['list', listing, 's3:ListBucket'],
    ['read', reading, 's3:GetObject'],
  ])('fails where the role may not %s', async (_name, fields, action) => {
    const { stack, workflow, data } = fanOut(fields, withoutS3('s3:PutObject'));
    const sim = simulate(stack);
    sim.putObject(data, 'items.json', [1]);
    const run = await sim.start(workflow);
    expect(run.error).toBe('States.ItemReaderFailed');
    expect(run.cause).toContain(`is not authorized to perform: ${action} on resource: `);
    expect(run.cause).toContain('Error Code: AccessDenied');
    expect(calls(run)).toEqual([`${action} denied`]);
  });

  it('fails where the object is no JSON', async () => {
    const { stack, workflow, data } = fanOut(reading);
    const sim = simulate(stack);
    sim.putObject(data, 'items.json', '{');
    expect((await sim.start(workflow)).error).toBe('States.ItemReaderFailed');
  });

  it('fails with a fault that is set for its call', async () => {
    const { stack, workflow, data } = fanOut(reading);
    const sim = simulate(stack);
    sim.putObject(data, 'items.json', [1]);
    sim.fault('s3:GetObject', Fault.error('SlowDown', 'Please reduce your request rate.', 503));
    const run = await sim.start(workflow);
    expect([run.error, run.cause]).toEqual(['States.ItemReaderFailed', expect.stringContaining('Please reduce')]);
  });
});

describe('a ResultWriter', () => {
  it('writes what became of the children', async () => {
    const { stack, workflow, results } = fanOut(writing);
    const sim = simulate(stack);
    const run = await sim.start(workflow, [{ n: 1 }, { n: 2 }]);
    const { MapRunArn, ResultWriterDetails } = run.output as { [name: string]: { [name: string]: string } };
    expect(MapRunArn).toBe(run.mapRuns[0].mapRunArn);
    const [succeeded, manifest] = sim.objects(results, 'out/');
    expect(manifest.key).toBe(ResultWriterDetails.Key);
    expect(JSON.parse(String(manifest.body)).ResultFiles.SUCCEEDED[0].Key).toBe(succeeded.key);
    expect(JSON.parse(String(succeeded.body))).toMatchObject([{ Output: '{"n":1}' }, { Output: '{"n":2}' }]);
    expect(run.mapRuns[0].itemCounts.resultsWritten).toBe(2);
    expect(calls(run)).toEqual(['s3:PutObject allowed', 's3:PutObject allowed']);
  });

  it('tells of the items that failed', async () => {
    const { stack, workflow, results } = fanOut((buckets) => ({
      ...writing(buckets),
      ToleratedFailurePercentage: 100,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'Item',
        States: { Item: { Type: 'Fail', Error: 'Poison' } },
      },
    }));
    const sim = simulate(stack);
    const run = await sim.start(workflow, ['bad']);
    expect(run.status).toBe('SUCCEEDED');
    const failed = sim.objects(results).find(({ key }) => key.endsWith('FAILED_0.json'));
    expect(JSON.parse(String(failed?.body))).toMatchObject([{ Error: 'Poison', Input: '"bad"', Status: 'FAILED' }]);
  });

  it('fails where the role may not put objects', async () => {
    const { stack, workflow, results } = fanOut(writing, withoutS3('s3:GetObject'));
    const sim = simulate(stack);
    const run = await sim.start(workflow, [1]);
    expect([run.error, run.cause]).toEqual([
      'States.ResultWriterFailed',
      expect.stringContaining('is not authorized to perform: s3:PutObject'),
    ]);
    expect(sim.objects(results)).toEqual([]);
  });

  it('fails where there is no such bucket', async () => {
    const { stack, workflow } = fanOut(() => writing({ results: { bucketName: 'nowhere' } as s3.IBucket }));
    const run = await simulate(stack).start(workflow, [1]);
    expect([run.error, run.cause]).toEqual([
      'States.ResultWriterFailed',
      expect.stringContaining('The specified bucket does not exist'),
    ]);
  });
});

describe('a bucket that is encrypted with a key of its own', () => {
  const encrypted = (actions: string[]) => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    const bucket = new s3.Bucket(stack, 'Data', { encryption: s3.BucketEncryption.KMS, encryptionKey });
    const role = roleWith(stack, ['states:*', 's3:*', ...actions]);
    const fields = { ...reading({ data: bucket }), ...writing({ results: bucket }) };
    const { workflow } = mapOf(stack, fields, role);
    const sim = simulate(stack);
    sim.putObject(bucket, 'items.json', [1]);
    return sim.start(workflow);
  };

  it('wants permissions for the key', async () => {
    const run = await encrypted(['kms:Decrypt', 'kms:GenerateDataKey']);
    expect(run.status).toBe('SUCCEEDED');
    expect(calls(run, 'kms:')).toEqual([
      'kms:Decrypt allowed',
      'kms:GenerateDataKey allowed',
      'kms:GenerateDataKey allowed',
    ]);
    expect(run.calls.find(({ action }) => action === 'kms:Decrypt')?.resource).toMatch(/:key\//);
  });

  it.each([
    ['kms:Decrypt', 'States.ItemReaderFailed'],
    ['kms:GenerateDataKey', 'States.ResultWriterFailed'],
  ])('fails without %s', async (missing, error) => {
    const run = await encrypted(['kms:Decrypt', 'kms:GenerateDataKey'].filter((action) => action !== missing));
    expect([run.error, run.cause]).toEqual([error, expect.stringContaining(`not authorized to perform: ${missing}`)]);
  });
});

it('the permissions that CDK gives a Distributed Map are used where it reads, writes and is redriven', async () => {
  const stack = newStack();
  stack.node.setContext('@aws-cdk/aws-stepfunctions:useDistributedMapResultWriterV2', true);
  const bucket = new s3.Bucket(stack, 'Data');
  const map = new sfn.DistributedMap(stack, 'Each', {
    label: 'Each',
    itemReader: new sfn.S3JsonItemReader({ bucket, key: 'items.json' }),
    resultWriterV2: new sfn.ResultWriterV2({ bucket, prefix: 'out' }),
  });
  const item = new sfn.CustomState(stack, 'Item', {
    stateJson: { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask', Parameters: {}, End: true },
  });
  const workflow = machine(stack, map.itemProcessor(item));
  const sim = simulate(stack);
  sim.putObject(bucket, 'items.json', [1]);
  sim.mock('Item', Mock.sequence(Mock.fails('No'), Mock.returns({})));
  const run = await sim.start(workflow);
  run.redrive();
  await sim.settle();
  expect(run.status).toBe('SUCCEEDED');
  expect(sim.unusedPermissions(workflow)).toEqual([]);
});
