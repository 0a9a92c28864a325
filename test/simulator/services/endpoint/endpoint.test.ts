import { expect, test } from 'vitest';
import { SimulatorFault } from '../../../../src/simulator/engine/fault';
import { functionArn, inlineFunction, NOW } from '../fakes';
import { QUEUE_ARN, QUEUE_URL, ROLE, TABLE_ARN, World } from '../world';

interface Request {
  readonly path?: string;
  readonly target?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly service?: string;
  readonly headers?: { [name: string]: string };
}

/** Sends what an SDK would, signed by a session of ROLE. */
async function send(world: World, { path = '/', target, body, key, service = 'x', headers }: Request) {
  const accessKeyId = key ?? world.credentials.open(ROLE).variables.AWS_ACCESS_KEY_ID;
  const response = await fetch((await world.endpoint.url()) + path, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20300101/eu-west-1/${service}/aws4_request, Signature=0`,
      ...(target ? { 'x-amz-target': target } : {}),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body ?? {}),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as { readonly __type?: string },
  };
}

test('DynamoDB and SQS are called as the role that signed', async () => {
  const world = new World();
  const item = { id: { S: 'a' } };
  const put = await send(world, { target: 'DynamoDB_20120810.PutItem', body: { TableName: 'orders', Item: item } });
  const sent = await send(world, {
    target: 'AmazonSQS.SendMessage',
    body: { QueueUrl: QUEUE_URL, MessageBody: 'hello' },
  });
  expect(put).toMatchObject({ status: 200, body: {} });
  expect(sent.body).toMatchObject({ MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' });
  expect(await world.dynamodb.items('orders')).toEqual([{ id: 'a' }]);
  expect(world.calls).toMatchObject([
    { source: 'handler', roleArn: ROLE, action: 'dynamodb:PutItem', resource: TABLE_ARN },
    { source: 'handler', roleArn: ROLE, action: 'sqs:SendMessage', resource: QUEUE_ARN },
  ]);
});

test('a function is invoked, by its ARN and qualifier', async () => {
  const world = new World([inlineFunction('fn', 'exports.handler = async (e) => ({ got: e })')]);
  const path = `/2015-03-31/functions/${encodeURIComponent(functionArn('fn'))}/invocations?Qualifier=$LATEST`;
  const { status, headers, body } = await send(world, { path, body: { n: 1 } });
  expect({ status, body }).toEqual({ status: 200, body: { got: { n: 1 } } });
  expect(headers.get('x-amz-executed-version')).toBe('$LATEST');
  expect(world.calls).toMatchObject([{ resource: `${functionArn('fn')}:$LATEST` }]);
});

test('a response is dated in virtual time', async () => {
  const { headers } = await send(new World(), { target: 'AmazonSQS.PurgeQueue', body: { QueueUrl: QUEUE_URL } });
  expect(headers.get('date')).toBe(new Date(NOW).toUTCString());
});

test('an error has the shape of its protocol', async () => {
  const world = new World();
  const body = { TableName: 'orders', Item: { id: { S: 'a' } }, ConditionExpression: 'attribute_exists(id)' };
  expect(await send(world, { target: 'DynamoDB_20120810.PutItem', body })).toMatchObject({
    status: 400,
    body: {
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'The conditional request failed',
    },
  });
  const batch = { target: 'AmazonSQS.SendMessageBatch', body: { QueueUrl: QUEUE_URL, Entries: [] } };
  const queue = await send(world, batch);
  expect(queue.body.__type).toBe('com.amazonaws.sqs#EmptyBatchRequest');
  expect(queue.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.EmptyBatchRequest;Sender');
  const invoked = await send(world, { path: '/2015-03-31/functions/a%20b/invocations' });
  expect(invoked.status).toBe(400);
  expect(invoked.headers.get('x-amzn-errortype')).toBe('ValidationException');
  expect(world.faults).toEqual([]);
});

test('fails a call that the role may not make', async () => {
  const world = new World([], () => false);
  const answer = await send(world, { target: 'AmazonSQS.PurgeQueue', body: { QueueUrl: QUEUE_URL } });
  expect(answer).toMatchObject({ status: 403, body: { __type: 'com.amazonaws.sqs#AccessDeniedException' } });
});

test('fails a request of a key that nobody was given', async () => {
  const answer = await send(new World(), { target: 'AmazonSQS.PurgeQueue', key: 'ASIANOBODY', body: {} });
  expect(answer).toMatchObject({ status: 403, body: { __type: 'com.amazonaws.sqs#UnrecognizedClientException' } });
});

test.each([
  [{ service: 'rds', body: 'Action=StopDBInstance&X=x' }, 'rds: StopDBInstance'],
  [{ service: 'logs', target: 'Logs_20140328.PutLogEvents' }, 'logs: Logs_20140328.PutLogEvents'],
  [{ service: 's3', path: '/bucket/key' }, 's3: POST /bucket/key'],
  [{ service: 'dynamodb', target: 'DynamoDB_20120810.ExecuteStatement' }, "DynamoDB's ExecuteStatement"],
  [{ target: 'AmazonSQS.PurgeQueue', body: { QueueUrl: 'https://x/nope' } }, 'The queue https://x/nope is not in the'],
  [{ path: '/2015-03-31/functions/nope/invocations' }, `The function ${functionArn('nope')} is not in the`],
])('fails with a fault that names what it has not for %j', async (request, named) => {
  const world = new World();
  expect((await send(world, request)).status).toBe(501);
  expect(world.faults).toHaveLength(1);
  expect(world.faults[0]).toBeInstanceOf(SimulatorFault);
  expect(world.faults[0].message).toContain(named);
});

test("a function's calls of AWS reach the endpoint, wherever they are sent, as its role and for its execution", async () => {
  const source = `
    const https = require('node:https');
    const headers = {
      'x-amz-target': 'AmazonSQS.SendMessage',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20300101/eu-west-1/sqs/aws4_request',
    };
    const url = 'https://sqs.eu-west-1.amazonaws.com/';
    const body = (text) => JSON.stringify({ QueueUrl: ${JSON.stringify(QUEUE_URL)}, MessageBody: text });
    exports.handler = async () => {
      await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers, body: body('by variable') });
      await fetch(url, { method: 'POST', headers, body: body('by fetch') });
      const { hostname, pathname } = new URL(url);
      for (const args of [[url, { method: 'POST', headers }], [{ hostname, path: pathname, method: 'POST', headers }]]) {
        await new Promise((resolve, reject) => {
          https.request(...args, (r) => r.resume().on('end', resolve)).on('error', reject).end(body('by https'));
        });
      }
    };`;
  const world = new World([inlineFunction('fn', source)]);
  const task = { stateName: 'Send', resource: functionArn('fn'), input: {}, attempt: 0, executionArn: 'arn:execution' };
  expect(await world.integrations.start(task, ROLE)).toMatchObject({ kind: 'succeeded' });
  const texts = world.sqs.messages(QUEUE_URL).map(({ body }) => body);
  expect(texts).toEqual(['by variable', 'by fetch', 'by https', 'by https']);
  expect(world.calls.slice(1)).toHaveLength(4);
  for (const call of world.calls.slice(1)) {
    expect(call).toMatchObject({
      source: 'handler',
      roleArn: expect.stringContaining('role/fn-role'),
      stateName: 'Send',
      executionArn: 'arn:execution',
    });
  }
});

test('a function that is killed amid a request disturbs nobody', async () => {
  const source = `const http = require('node:http');
    exports.handler = () => { http.request(process.env.AWS_ENDPOINT_URL, { method: 'POST' }).flushHeaders(); setTimeout(() => process.exit(1), 50); };`;
  const world = new World([inlineFunction('fn', source)]);
  expect((await world.lambda.invoke('fn', '{}')).failed).toBe(true);
  expect(world.faults).toEqual([]);
});

test.each([
  ['fetch', `await fetch('https://bucket.s3.amazonaws.com/key');`],
  [
    'https',
    `await new Promise((resolve, reject) => {
      require('node:https').get('https://bucket.s3.amazonaws.com/key', (r) => r.resume().on('end', resolve)).on('error', reject);
    });`,
  ],
])(
  'fails an unsigned request of AWS (%s) with a fault that names the function, its state and the host',
  async (_, body) => {
    const world = new World([inlineFunction('fn', `exports.handler = async () => { ${body} }`)]);
    const task = {
      stateName: 'Load',
      resource: functionArn('fn'),
      input: {},
      attempt: 0,
      executionArn: 'arn:execution',
    };
    await world.integrations.start(task, ROLE);
    expect(world.faults.map((fault) => fault.message)).toEqual([
      "The function 'fn', which the state 'Load' invoked, made a call that cannot be answered: " +
        'bucket.s3.amazonaws.com: GET /key is a request that the simulator does not have. ' +
        "To answer in place of the state: sim.mock('Load', …)",
    ]);
  },
);
