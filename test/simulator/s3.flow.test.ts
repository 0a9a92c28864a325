import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { describe, expect, it } from 'vitest';
import { fn, newStack } from '../fixtures';
import { machine, simulate, task } from './simulate';

const s3Task = (api: string, parameters: (bucket: s3.Bucket) => object, actions: string[] = ['s3:*']) => {
  const stack = newStack();
  const bucket = new s3.Bucket(stack, 'Data');
  const state = task(stack, 'Do', `arn:aws:states:::aws-sdk:s3:${api}`, { Parameters: parameters(bucket), End: true });
  const workflow = machine(stack, state);
  workflow.addToRolePolicy(new iam.PolicyStatement({ actions, resources: ['*'] }));
  return { bucket, workflow, sim: simulate(stack) };
};

describe('a task', () => {
  it('gets an object, whose content is text', async () => {
    const { bucket, workflow, sim } = s3Task('getObject', ({ bucketName }) => ({ Bucket: bucketName, Key: 'a' }));
    sim.putObject(bucket, 'a', { n: 1 });
    expect((await sim.start(workflow)).output).toMatchObject({
      Body: '{"n":1}',
      ContentLength: 7,
      ContentType: 'application/json',
      LastModified: sim.now.toISOString(),
    });
  });

  it.each([
    ['text', 'text'],
    [{ n: 1 }, '{"n":1}'],
  ])('puts %j as an object', async (Body, content) => {
    const { bucket, workflow, sim } = s3Task('putObject', ({ bucketName: Bucket }) => ({ Bucket, Key: 'a', Body }));
    await sim.start(workflow);
    expect(sim.objects(bucket)).toMatchObject([{ key: 'a', body: content }]);
  });

  it('lists objects', async () => {
    const { bucket, workflow, sim } = s3Task('listObjectsV2', ({ bucketName: Bucket }) => ({ Bucket, Prefix: 'in/' }));
    sim.putObject(bucket, 'in/a', 'x');
    sim.putObject(bucket, 'b', 'x');
    expect((await sim.start(workflow)).output).toMatchObject({ KeyCount: 1, Contents: [{ Key: 'in/a', Size: 1 }] });
  });

  it('fails with what S3 calls it that an object or a bucket is not there', async () => {
    const noKey = s3Task('getObject', ({ bucketName }) => ({ Bucket: bucketName, Key: 'a' }));
    const noBucket = s3Task('getObject', () => ({ Bucket: 'nowhere', Key: 'a' }));
    const [key, bucket] = [await noKey.sim.start(noKey.workflow), await noBucket.sim.start(noBucket.workflow)];
    expect([key.error, bucket.error]).toEqual(['S3.NoSuchKeyException', 'S3.NoSuchBucketException']);
    expect(key.cause).toMatch(
      /^The specified key does not exist. \(Service: S3, Status Code: 404, Request ID: \S+, Extended Request ID: \S+\) \(SDK/,
    );
  });

  it('fails where the role may not', async () => {
    const { workflow, sim } = s3Task('getObject', ({ bucketName }) => ({ Bucket: bucketName, Key: 'a' }), ['s3:Put*']);
    const run = await sim.start(workflow);
    expect([run.error, run.cause]).toEqual([
      'S3.S3Exception',
      expect.stringContaining('not authorized to perform: s3:GetObject'),
    ]);
  });

  it('fails with a fault where the content is no text', async () => {
    const { bucket, workflow, sim } = s3Task('getObject', ({ bucketName }) => ({ Bucket: bucketName, Key: 'a' }));
    sim.putObject(bucket, 'a', Buffer.from([0xff]));
    await expect(sim.start(workflow)).rejects.toThrow(/The state 'Do'.*no text/);
  });
});

/** A request that an SDK would send, in the code of a function: gives its status, its headers and its text. */
const SEND = `
  const send = async (method, url, { body, headers = {}, service = 's3' } = {}) => {
    const response = await fetch(url, { method, body, headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/' + service + '/aws4_request, Signature=0',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers,
    } });
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  };
  const path = process.env.AWS_ENDPOINT_URL + '/' + process.env.BUCKET;
  const virtual = 'https://' + process.env.BUCKET + '.s3.us-east-1.amazonaws.com';`;

/** A function that does something with a bucket. */
const inFunction = (
  body: string,
  grant = (bucket: s3.Bucket, handler: lambda.Function) => void bucket.grantReadWrite(handler),
) => {
  const stack = newStack();
  const bucket = new s3.Bucket(stack, 'Data');
  const handler = fn(stack, 'Handler', `${SEND} ${body}`, { environment: { BUCKET: bucket.bucketName } });
  grant(bucket, handler);
  const workflow = invoking(stack, handler);
  const sim = simulate(stack);
  return { bucket, sim, output: async () => (await sim.start(workflow)).output, start: () => sim.start(workflow) };
};

const invoking = (stack: Stack, lambdaFunction: lambda.Function): sfn.StateMachine =>
  machine(stack, new tasks.LambdaInvoke(stack, 'Call', { lambdaFunction, payloadResponseOnly: true }));

describe("a function's SDK", () => {
  it.each(['path', 'virtual'])('puts and gets objects, whose bucket is in the %s', async (base) => {
    const { bucket, sim, start } = inFunction(`
      const put = await send('PUT', ${base} + '/in/a%20b', { body: 'hällo', headers: { 'content-type': 'text/plain', 'x-amz-meta-by': 'me' } });
      const got = await send('GET', ${base} + '/in/a%20b?x-id=GetObject');
      return { put, got };`);
    const run = await start();
    expect(run.output).toMatchObject({
      put: { status: 200, headers: { etag: expect.any(String) } },
      got: { status: 200, text: 'hällo', headers: { 'content-type': 'text/plain', 'x-amz-meta-by': 'me' } },
    });
    expect(sim.objects(bucket)).toMatchObject([{ key: 'in/a b', body: 'hällo', metadata: { by: 'me' } }]);
    expect(run.calls.slice(1).map(({ source, action, verdict }) => [source, action, verdict])).toEqual([
      ['handler', 's3:PutObject', 'allowed'],
      ['handler', 's3:GetObject', 'allowed'],
    ]);
  });

  it('puts what it sends in chunks, and bytes that are no text', async () => {
    const { bucket, sim, output } = inFunction(`
      const chunked = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'content-encoding': 'aws-chunked', 'x-amz-trailer': 'x-amz-checksum-crc32' };
      await send('PUT', path + '/chunked', { headers: chunked, body: '5\\r\\nhello\\r\\n1\\r\\n!\\r\\n0\\r\\nx-amz-checksum-crc32:AAAAAA==\\r\\n\\r\\n' });
      await send('PUT', path + '/bytes', { body: Buffer.from([255, 0, 254]) });`);
    await output();
    expect(sim.objects(bucket).map(({ body }) => body)).toEqual([Buffer.from([255, 0, 254]), 'hello!']);
  });

  it('lists, copies, heads and deletes', async () => {
    const { bucket, sim, output } = inFunction(`
      const copied = await send('PUT', path + '/b', { headers: { 'x-amz-copy-source': process.env.BUCKET + '/a%26' } });
      const listed = await send('GET', path + '/?list-type=2&prefix=a&max-keys=1');
      const head = await send('HEAD', path + '/b');
      const bucket = await send('HEAD', path);
      const deleted = await send('DELETE', path + '/b');
      const several = await send('POST', path + '/?delete', { body: '<Delete><Object><Key>a&amp;</Key></Object></Delete>' });
      return { copied: copied.text, listed: listed.text, head, bucket: bucket.status, deleted: deleted.status, several: several.text };`);
    sim.putObject(bucket, 'a&', 'x');
    sim.putObject(bucket, 'ab', 'y');
    expect(await output()).toMatchObject({
      copied: expect.stringContaining('<CopyObjectResult><ETag>'),
      listed: expect.stringMatching(
        /<KeyCount>1<\/KeyCount><IsTruncated>true<\/IsTruncated><Contents><Key>a&#38;<\/Key>.*<NextContinuationToken>/,
      ),
      head: { status: 200, headers: { 'content-length': '1' }, text: '' },
      bucket: 200,
      deleted: 204,
      several: expect.stringContaining('<DeleteResult><Deleted><Key>a&#38;</Key></Deleted></DeleteResult>'),
    });
    expect(sim.objects(bucket).map(({ key }) => key)).toEqual(['ab']);
  });

  it('is told in XML what S3 refuses', async () => {
    const { output } = inFunction("return [await send('GET', path + '/nope'), await send('HEAD', path + '/nope')];");
    expect(await output()).toMatchObject([
      {
        status: 404,
        text: expect.stringContaining(
          '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>',
        ),
      },
      { status: 404, text: '' },
    ]);
  });

  it('fails with AccessDenied where its role may not', async () => {
    const { output } = inFunction("return send('GET', path + '/a');", () => undefined);
    expect(await output()).toMatchObject({ status: 403, text: expect.stringContaining('<Code>AccessDenied</Code>') });
  });

  it.each([
    [
      'a part of the API',
      "await send('GET', path + '/a?tagging')",
      's3: GET .* \\(GET object tagging\\) is not supported',
    ],
    ['uploads in parts', "await send('POST', path + '/a?uploads')", '\\(POST object uploads\\) is not supported'],
    ['the list of buckets', "await send('GET', process.env.AWS_ENDPOINT_URL + '/')", 's3: GET / names no bucket'],
    [
      'a header',
      "await send('PUT', path + '/a', { headers: { 'x-amz-acl': 'private' } })",
      "The header x-amz-acl of S3's PutObject",
    ],
  ])('fails with a fault for %s that is not there', async (_name, body, message) => {
    const { start } = inFunction(`${body};`);
    await expect(start()).rejects.toThrow(new RegExp(message));
  });
});

it('fails to read the objects of what is no bucket', () => {
  const { sim } = s3Task('getObject', () => ({}));
  expect(() => sim.objects('Machine')).toThrow("'Machine' is not in the synthesized templates");
});

it('a bucket keeps its objects in another release, and goes with a release that lacks it', async () => {
  const release = (...ids: string[]) => {
    const stack = newStack('Shop');
    for (const id of ids) new s3.Bucket(stack, id, { bucketName: `shop-${id}`, removalPolicy: RemovalPolicy.DESTROY });
    return stack;
  };
  const sim = simulate(release('kept', 'gone'));
  for (const name of ['shop-kept', 'shop-gone', 'imported']) sim.putObject(name, 'a', 'x');
  await sim.deploy(release('kept'));
  expect(['shop-kept', 'shop-gone', 'imported'].map((name) => sim.objects(name).length)).toEqual([1, 0, 1]);
});
