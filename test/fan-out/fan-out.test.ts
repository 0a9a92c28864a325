import { type CfnElement, Duration, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { FanOut, type FanOutProps, type IStep, Items, Step, Tolerance, Workflow } from '../../src';
import { definitions, fn, newStack, plain } from '../fixtures';

type Props = Partial<FanOutProps>;
/** Fields of a state, as far as a test looks into them. */
// biome-ignore lint/suspicious/noExplicitAny: a definition is any JSON
type Fields = any;

const fanOut = (props: Props | ((bucket: s3.Bucket) => Props) = {}, bucketProps: s3.BucketProps = {}) => {
  const stack = newStack();
  const bucket = new s3.Bucket(stack, 'Uploads', bucketProps);
  const given = typeof props === 'function' ? props(bucket) : props;
  const each = new FanOut(stack, 'Each', {
    items: Items.inputDistributed('{% $input.items %}'),
    step: Step.invoke(fn(stack, 'Fn')),
    maxConcurrency: 10,
    ...given,
  });
  return { stack, bucket, each };
};

const mapOf = ({ stack }: ReturnType<typeof fanOut>): Fields =>
  definitions(stack).flatMap(({ States }) => States.Each ?? [])[0];

/** What the role of the workflow may do: actions, resources and conditions. */
const statements = (stack: ReturnType<typeof newStack>) =>
  Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(([id]) => /^Each|MapRunPolicy/.test(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .map(({ Action, Resource, Condition }) => ({
      actions: [Action].flat(),
      resources: [Resource].flat().map((resource) => plain(resource)),
      condition: Condition,
    }));

const may = (stack: ReturnType<typeof newStack>, action: string) =>
  statements(stack).filter(({ actions }) => actions.includes(action));

describe('a distributed fan-out', () => {
  it('names its label and concurrency, and writes results to a bucket that is encrypted and forgets', () => {
    const made = fanOut();
    expect(mapOf(made)).toMatchObject({ Type: 'Map', Label: 'Each', MaxConcurrency: 10 });
    expect(mapOf(made).ResultWriter.Arguments).toEqual({ Bucket: expect.stringMatching(/Results/), Prefix: 'results' });
    Template.fromStack(made.stack).hasResource('AWS::S3::Bucket', {
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: Match.objectLike({ BlockPublicAcls: true, RestrictPublicBuckets: true }),
        LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 90, Status: 'Enabled' })] },
      },
    });
  });

  it('has no Retry of its own, which would do every item again', () => {
    expect(mapOf(fanOut())).not.toHaveProperty('Retry');
  });

  it('may start and see its own executions, and of Standard ones redrive those of its label alone', () => {
    const { stack } = fanOut({ itemExecutionType: sfn.StateMachineType.STANDARD });
    expect(may(stack, 'states:StartExecution')[0].resources).toEqual([expect.stringMatching(/^EachStateMachine\w+$/)]);
    expect(may(stack, 'states:RedriveExecution')[0].resources).toEqual([
      expect.stringMatching(/:execution:EachStateMachine\w+\.Name\/Each:\*$/),
    ]);
    expect(may(stack, 'states:DescribeExecution')[0].resources).toEqual([
      expect.stringMatching(/:execution:EachStateMachine\w+\.Name:\*$/),
    ]);
    expect(may(fanOut().stack, 'states:RedriveExecution')).toEqual([]);
    expect(may(stack, 'states:DescribeMapRun')[0].resources).toEqual([
      expect.stringMatching(/:mapRun:EachStateMachine\w+\.Name\/Each:\*$/),
    ]);
  });

  it('has an alarm that says what to do with items that failed', () => {
    Template.fromStack(fanOut().stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      AlarmDescription: Match.stringLikeRegexp("In Travel/Each, items of 'Each' failed.*Items.failedItems"),
    });
  });

  it('gets a label of its own where its place has signs that a label has not, or is too long for one', () => {
    const stack = newStack();
    const each = () =>
      Step.fanOut({
        items: Items.inputDistributed('{% $input %}'),
        step: Step.invoke(fn(stack, `F${n++}`)),
        maxConcurrency: 1,
      });
    let n = 0;
    const names = ['a.b'.replace('.', ' '), 'a-b', 'x'.repeat(41)];
    new Workflow(stack, 'Own', {
      definition: Step.sequence(names.map((name) => ({ name, step: each() }))),
      timeout: Duration.hours(1),
    });
    const text = JSON.stringify(definitions(stack)[0]);
    const labels = [...text.matchAll(/"Label":"([^"]*)"/g)].map(([, label]) => label);
    expect(new Set(labels).size).toBe(3);
    for (const label of labels) expect(label).toMatch(/^[0-9A-Za-z_-]{1,40}$/);
  });
});

describe('the executions of items', () => {
  const typeOf = (props: Props | ((bucket: s3.Bucket) => Props)) =>
    mapOf(fanOut(props)).ItemProcessor.ProcessorConfig.ExecutionType;
  const stack = newStack();
  const call = Step.invoke(fn(stack, 'Fn'));
  const saga = Step.saga({ steps: [{ name: 'A', action: call }] });

  it('are Express where the step ends in time whatever is tried again', () => {
    expect(typeOf({})).toBe('EXPRESS');
  });

  it.each<[string, (stack: Stack) => IStep]>([
    ['takes longer than 5 minutes', () => Step.wait(Duration.minutes(5))],
    ['is a saga', () => Step.saga({ steps: [{ name: 'A', action: Step.wait(Duration.seconds(1)) }] })],
    [
      'waits for a Standard workflow',
      (own) => Step.startExecution(new Workflow(own, 'Other', { definition: Step.wait(Duration.seconds(1)) })),
    ],
    ['has states whose time is not known', (own) => Step.chain(new sfn.Pass(own, 'Own'))],
  ])('are Standard where the step %s', (_, step) => {
    expect(typeOf((bucket) => ({ step: step(Stack.of(bucket)) }))).toBe('STANDARD');
  });

  it('are what is said', () => {
    expect(typeOf({ itemExecutionType: sfn.StateMachineType.STANDARD })).toBe('STANDARD');
  });

  it('fail to be Express for a saga', () => {
    expect(() => fanOut({ step: saga, itemExecutionType: sfn.StateMachineType.EXPRESS })).toThrow(
      "the items of 'Each' need Standard executions, not Express:\n  'Each.Item' is a saga",
    );
  });

  it('fail to be Express where they may take 5 minutes, with the arithmetic', () => {
    const step = Step.wait(Duration.minutes(5));
    expect(() => fanOut({ step, itemExecutionType: sfn.StateMachineType.EXPRESS })).toThrow(
      /its worst path, \d+ s, is not shorter than the 300 s of an Express execution:\n +Each.Item: waits 300 s/,
    );
  });
});

describe('items', () => {
  it.each<[string, (bucket: s3.Bucket) => Items, object]>([
    [
      'objects',
      (bucket) => Items.objects(bucket, 'in/'),
      {
        Resource: expect.stringMatching(/:s3:listObjectsV2$/),
        Arguments: { Bucket: expect.stringMatching(/^Uploads/), Prefix: 'in/' },
      },
    ],
    [
      'json',
      (bucket) => Items.json(bucket, 'a.json', { maxItems: 5 }),
      {
        Resource: expect.stringMatching(/:s3:getObject$/),
        ReaderConfig: { InputType: 'JSON', MaxItems: 5 },
        Arguments: { Bucket: expect.any(String), Key: 'a.json' },
      },
    ],
    [
      'jsonLines',
      (bucket) => Items.jsonLines(bucket, 'a.jsonl'),
      {
        Resource: expect.any(String),
        ReaderConfig: { InputType: 'JSONL' },
        Arguments: { Bucket: expect.any(String), Key: 'a.jsonl' },
      },
    ],
    [
      'csv',
      (bucket) => Items.csv(bucket, 'a.csv'),
      {
        Resource: expect.any(String),
        ReaderConfig: { InputType: 'CSV', CSVDelimiter: 'COMMA', CSVHeaderLocation: 'FIRST_ROW' },
        Arguments: { Bucket: expect.any(String), Key: 'a.csv' },
      },
    ],
    [
      'csv with headers',
      (bucket) => Items.csv(bucket, 'a.csv', { headers: ['a', 'b'] }),
      {
        Resource: expect.any(String),
        ReaderConfig: { InputType: 'CSV', CSVDelimiter: 'COMMA', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b'] },
        Arguments: { Bucket: expect.any(String), Key: 'a.csv' },
      },
    ],
    [
      'inventory',
      (bucket) => Items.inventory(bucket, 'inv/x/manifest.json'),
      {
        Resource: expect.any(String),
        ReaderConfig: { InputType: 'MANIFEST' },
        Arguments: { Bucket: expect.any(String), Key: 'inv/x/manifest.json' },
      },
    ],
  ])('%s are read as AWS names it', (_, items, reader) => {
    expect(mapOf(fanOut((bucket) => ({ items: items(bucket) }))).ItemReader).toEqual(reader);
  });

  it('may be where the input says: the bucket one of those that are named', () => {
    const stack = newStack();
    const [one, two] = ['One', 'Two'].map((id) => new s3.Bucket(stack, id));
    const options = { bucketName: '{% $input.bucket %}', otherBuckets: [two], keyPrefix: 'in/' };
    new FanOut(stack, 'Each', {
      items: Items.json(one, '{% $input.key %}', options),
      step: Step.invoke(fn(stack, 'Fn')),
      maxConcurrency: 1,
    });
    const { ItemReader } = definitions(stack)[0].States.Each as Fields;
    expect(ItemReader.Arguments).toEqual({
      Bucket: '{% ($input := $states.input; $input.bucket) %}',
      Key: '{% ($input := $states.input; $input.key) %}',
    });
    expect(may(stack, 's3:GetObject')[0].resources).toEqual([
      expect.stringMatching(/^One\w+\.Arn\/in\/\*$/),
      expect.stringMatching(/^Two\w+\.Arn\/in\/\*$/),
    ]);
  });

  it.each<[string, (bucket: s3.Bucket) => Items, string, unknown]>([
    [
      'the objects of a prefix',
      (bucket) => Items.objects(bucket, 'in/'),
      's3:ListBucket',
      { StringEquals: { 's3:prefix': 'in/' } },
    ],
    ['all objects', (bucket) => Items.objects(bucket), 's3:ListBucket', undefined],
    [
      'a prefix of the input',
      (bucket) => Items.objects(bucket, '{% $input.p %}', { keyPrefix: 'in/' }),
      's3:ListBucket',
      { StringLike: { 's3:prefix': 'in/*' } },
    ],
  ])('let the role list %s', (_, items, action, condition) => {
    const [statement, ...others] = may(fanOut((bucket) => ({ items: items(bucket) })).stack, action);
    expect(others).toEqual([]);
    expect(statement.condition).toEqual(condition);
  });

  it('let the role read one file of a fixed key, and of an inventory its data', () => {
    const read = (items: (bucket: s3.Bucket) => Items) =>
      may(fanOut((bucket) => ({ items: items(bucket) })).stack, 's3:GetObject')[0].resources;
    expect(read((bucket) => Items.csv(bucket, 'a.csv'))).toEqual([expect.stringMatching(/\.Arn\/a\.csv$/)]);
    expect(read((bucket) => Items.inventory(bucket, 'inv/day/manifest.json'))).toEqual([
      expect.stringMatching(/\.Arn\/inv\/day\/manifest\.json$/),
      expect.stringMatching(/\.Arn\/inv\/data\/\*$/),
    ]);
  });

  it('in a bucket with a key let the role decrypt with it', () => {
    const stack = newStack();
    const key = new kms.Key(stack, 'Key');
    const bucket = new s3.Bucket(stack, 'In', { encryptionKey: key });
    new FanOut(stack, 'Each', {
      items: Items.json(bucket, 'a.json'),
      step: Step.invoke(fn(stack, 'Fn')),
      maxConcurrency: 1,
      resultsBucket: bucket,
    });
    const keyId = stack.getLogicalId(key.node.defaultChild as CfnElement);
    expect(may(stack, 'kms:Decrypt').map(({ resources }) => resources)).toContainEqual([`${keyId}.Arn`]);
    expect(may(stack, 'kms:GenerateDataKey')[0].resources).toEqual([`${keyId}.Arn`]);
  });
});

describe('a fan-out of an array of the input', () => {
  const channels = (props: Props = {}) =>
    fanOut({ items: Items.at('{% $input.items %}'), maxConcurrency: undefined, ...props });

  it('is an inline Map of 40 at once, with no bucket and no queue', () => {
    const made = channels();
    expect(mapOf(made)).toMatchObject({
      Type: 'Map',
      MaxConcurrency: 40,
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' } },
    });
    expect(made.each.resultsBucket).toBeUndefined();
    Template.fromStack(made.stack).resourceCountIs('AWS::SQS::Queue', 0);
  });

  it('warns of an expected history over 20,000 events', () => {
    const warned = (atMost: number) =>
      Annotations.fromStack(channels({ items: Items.at('{% $input.items %}', atMost) }).stack).findWarning(
        '*',
        Match.stringLikeRegexp('use Items.inputDistributed'),
      );
    expect(warned(2857)).toHaveLength(0);
    expect(warned(2858)).toHaveLength(1);
  });

  it.each<[string, Props]>([
    ['tolerance', { tolerance: Tolerance.count(1) }],
    ['batch', { batch: { maxItems: 2 } }],
    ['itemExecutionType', { itemExecutionType: sfn.StateMachineType.EXPRESS }],
  ])('fails with %s', (prop, props) => {
    expect(() => channels(props)).toThrow(`'Each' has ${prop}, which only distributed items can have`);
  });

  it.each([0, 1.5, 41, -1, Number.NaN])('fails for %s items at once', (maxConcurrency) => {
    expect(() => channels({ maxConcurrency })).toThrow(
      'give a whole number from 1 to 40, or use Items.inputDistributed',
    );
  });
});

describe('bad input', () => {
  it('fails without a concurrency where it is distributed', () => {
    expect(() => fanOut({ maxConcurrency: undefined })).toThrow("'Each' has no maxConcurrency; give 1 to 10000");
  });

  it.each([0, 10_001])('fails for a concurrency of %s', (maxConcurrency) => {
    expect(() => fanOut({ maxConcurrency })).toThrow('give a whole number from 1 to 10000');
  });

  it('warns where a function is reserved less than it is asked for', () => {
    const warned = (reserved: number) => {
      const stack = newStack();
      const step = Step.invoke(fn(stack, 'Few', undefined, { reservedConcurrentExecutions: reserved }));
      new FanOut(stack, 'Each', { items: Items.inputDistributed('{% $input %}'), step, maxConcurrency: 10 });
      return Annotations.fromStack(stack).findWarning(
        '*',
        Match.stringLikeRegexp('executions of Travel/Few at once, which is reserved'),
      );
    };
    expect(warned(10)).toHaveLength(0);
    expect(warned(9)).toHaveLength(1);
  });

  it.each<[string, (fn: lambda.Function) => IStep, number]>([
    ['an alias', (few) => Step.invoke(few.addAlias('live')), 10],
    ['a version', (few) => Step.invoke(few.currentVersion), 10],
    [
      'a fan-out of each item',
      (few) => Step.fanOut({ items: Items.at('{% $input %}'), step: Step.invoke(few), maxConcurrency: 3 }),
      30,
    ],
    [
      'two steps one after the other',
      (few) => Step.sequence(['A', 'B'].map((name) => ({ name, step: Step.invoke(few) }))),
      10,
    ],
  ])('warns where a function is reserved less than it is asked for by %s', (_, step, most) => {
    const warned = (reserved: number) => {
      const stack = newStack();
      const few = fn(stack, 'Few', undefined, { reservedConcurrentExecutions: reserved });
      new FanOut(stack, 'Each', { items: Items.inputDistributed('{% $input %}'), step: step(few), maxConcurrency: 10 });
      return Annotations.fromStack(stack).findWarning(
        '*',
        Match.stringLikeRegexp(`'Each' needs up to ${most} executions of Travel/Few at once, which is reserved`),
      );
    };
    expect(warned(most)).toHaveLength(0);
    expect(warned(most - 1)).toHaveLength(1);
  });

  it('takes items from under another prefix than its results', () => {
    expect(() =>
      fanOut((bucket) => ({ items: Items.objects(bucket, 'incoming/'), resultsBucket: bucket })),
    ).not.toThrow();
  });

  it.each<[string, () => unknown, string]>([
    ['a tolerance of -1 items', () => Tolerance.count(-1), 'give a whole number from 0'],
    ['a tolerance of 101 %', () => Tolerance.percentage(101), 'give a number from 0 to 100'],
    ['batches without a limit', () => fanOut({ batch: {} }), "the batches of 'Each' have no limit"],
    ['batches of 0 items', () => fanOut({ batch: { maxItems: 0 } }), 'give a whole number from 1'],
    ['batches over 256 KiB', () => fanOut({ batch: { maxSize: Size.kibibytes(257) } }), 'give 1 byte to 256 KiB'],
    ['batches of 0 bytes', () => fanOut({ batch: { maxSize: Size.bytes(0) } }), 'give 1 byte to 256 KiB'],
    [
      'an array in JSONPath',
      () => fanOut({ items: Items.at('$.items') }),
      `the array of the items of 'Each', "$.items", is no expression; write it as "{% … %}"`,
    ],
    [
      'an array that is an empty expression',
      () => fanOut({ items: Items.inputDistributed('{%  %}') }),
      'is no expression',
    ],
    ['at most -5 items', () => fanOut({ items: Items.at('{% $input %}', -5) }), 'is -5 at most'],
    [
      'a key in JSONPath',
      () => fanOut((bucket) => ({ items: Items.csv(bucket, '$.key') })),
      `the key of the items of 'Each', "$.key", is JSONPath`,
    ],
    [
      'an empty key',
      () => fanOut((bucket) => ({ items: Items.json(bucket, '') })),
      "the key of the items of 'Each' is empty",
    ],
    [
      'an expression that does not end',
      () => fanOut((bucket) => ({ items: Items.json(bucket, '{% $input.key') })),
      'all or nothing for an expression',
    ],
    [
      'the prefix of a key that is fixed',
      () => fanOut((bucket) => ({ items: Items.json(bucket, 'in/a.json', { keyPrefix: 'in/' }) })),
      'have a keyPrefix, which is for a key that an expression gives',
    ],
    [
      'a bucket name that is no expression',
      () => fanOut((bucket) => ({ items: Items.json(bucket, 'a.json', { bucketName: 'mine' }) })),
      'the bucketName of the items',
    ],
    ['no headers', () => fanOut((bucket) => ({ items: Items.csv(bucket, 'a.csv', { headers: [] }) })), 'are none'],
    ...['', 'r', 'results/', 'results/2026'].map((prefix): [string, () => unknown, string] => [
      `results among the items of '${prefix}'`,
      () => fanOut((bucket) => ({ items: Items.objects(bucket, prefix), resultsBucket: bucket })),
      "'Each' would take its own results for items",
    ]),
    [
      '100,000,001 items',
      () => fanOut((bucket) => ({ items: Items.objects(bucket, '', { maxItems: 100_000_001 }) })),
      'from 1 to 100000000',
    ],
    [
      'failed items of what keeps none',
      () => {
        const { each } = fanOut({ items: Items.at('{% $input.items %}') });
        return Items.failedItems(each);
      },
      'is not distributed, and so keeps no failed items',
    ],
  ])('fails for %s', (_, make, error) => {
    expect(make).toThrow(error);
  });

  it('fails as a step of a workflow without a timeout, as nobody knows how many items there are', () => {
    const stack = newStack();
    const props = { items: Items.at('{% $input %}'), step: Step.invoke(fn(stack, 'Fn')) };
    expect(() => new Workflow(stack, 'Own', { definition: Step.fanOut(props) })).toThrow(
      "how long it may take isn't known, because of Own: all its items, of which the number isn't known",
    );
  });

  it('fails for a timeout that is shorter than the worst path of one item', () => {
    expect(() => fanOut({ timeout: Duration.seconds(100) })).toThrow('is not longer than the worst path');
  });
});
