import { expect, test } from 'vitest';
import { SimulatorFault } from '../../../src/simulator/engine/fault';
import { QUEUE_ARN, QUEUE_URL, ROLE, TABLE_ARN, World } from './world';

const SEND = { service: 'sqs', operation: 'SendMessage', input: { QueueUrl: QUEUE_URL, MessageBody: 'x' } };
const CALLER = { roleArn: ROLE, source: 'task', stateName: 'Park', executionArn: 'arn:execution' } as const;

test('a call is judged, recorded, and made', async () => {
  const world = new World();
  const response = await world.dispatcher.call(SEND, CALLER);
  expect(world.judged).toEqual([`${ROLE} sqs:SendMessage ${QUEUE_ARN}`]);
  expect(world.calls).toEqual([
    {
      ...CALLER,
      action: 'sqs:SendMessage',
      resource: QUEUE_ARN,
      request: SEND.input,
      verdict: 'allowed',
      allowed: true,
      reason: 'allowed',
      response,
    },
  ]);
  expect(world.sqs.messages(QUEUE_ARN)).toHaveLength(1);
});

test('a call that AWS makes by itself is not judged', async () => {
  const world = new World([], () => false);
  await world.dispatcher.call(SEND, { source: 'aws' });
  expect(world.judged).toEqual([]);
  expect(world.calls).toMatchObject([{ source: 'aws', allowed: true }]);
});

test('a call of several actions is recorded for each, and made once all are allowed', async () => {
  const world = new World();
  const input = { RequestItems: { orders: [{ PutRequest: { Item: { id: { S: 'a' } } } }] } };
  await world.dispatcher.call({ service: 'dynamodb', operation: 'BatchWriteItem', input }, CALLER);
  expect(world.calls).toMatchObject([
    { action: 'dynamodb:BatchWriteItem', resource: TABLE_ARN, response: { UnprocessedItems: {} } },
  ]);
});

test('a call is recorded when it begins: what it leads to comes after it', async () => {
  const world = new World();
  const done = world.dispatcher.call(SEND, CALLER);
  expect(world.calls).toHaveLength(1);
  await done;
});

test('fails a denied call before the service sees it', async () => {
  const world = new World([], () => false);
  const reason = `User: ${ROLE} is not authorized to perform: sqs:SendMessage on resource: ${QUEUE_ARN}`;
  const error = { code: 'AccessDeniedException', message: reason };
  await expect(world.dispatcher.call(SEND, CALLER)).rejects.toMatchObject({ ...error, statusCode: 403 });
  expect(world.calls).toMatchObject([{ verdict: 'denied', allowed: false, reason, error }]);
  expect(world.sqs.messages(QUEUE_ARN)).toEqual([]);
});

test('fails a refused call, and records the error', async () => {
  const world = new World();
  const call = { ...SEND, input: { ...SEND.input, DelaySeconds: -1 } };
  await expect(world.dispatcher.call(call, CALLER)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  expect(world.calls).toMatchObject([{ allowed: true, error: { code: 'InvalidParameterValue' } }]);
});

test('fails with a fault for a service that the simulator has not', async () => {
  const call = { service: 'sns', operation: 'Publish', input: {} };
  await expect(new World().dispatcher.call(call, CALLER)).rejects.toThrow(SimulatorFault);
});

test('a mocked call is judged and recorded, and not made', () => {
  const world = new World();
  world.dispatcher.authorizeOnly(SEND, CALLER);
  expect(world.calls).toMatchObject([{ action: 'sqs:SendMessage', allowed: true }]);
  expect(world.calls[0]).not.toHaveProperty('response');
  expect(world.sqs.messages(QUEUE_ARN)).toEqual([]);
});

const unknowing = () => {
  throw new SimulatorFault('nobody knows');
};

test('a mocked call that IAM cannot judge is recorded, neither allowed nor denied', () => {
  const world = new World([], unknowing);
  world.dispatcher.authorizeOnly(SEND, CALLER);
  expect(world.calls).toMatchObject([{ action: 'sqs:SendMessage', verdict: 'unjudged', reason: 'nobody knows' }]);
  expect(world.calls[0]).not.toHaveProperty('allowed');
});

test('fails a call that IAM cannot judge where it is not mocked', async () => {
  await expect(new World([], unknowing).dispatcher.call(SEND, CALLER)).rejects.toThrow('nobody knows');
});
