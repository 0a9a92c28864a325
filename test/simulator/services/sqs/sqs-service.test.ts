import { beforeEach, expect, test } from 'vitest';
import { SimulatorFault } from '../../../../src/simulator/engine/fault';
import { SqsService } from '../../../../src/simulator/services/sqs/sqs-service';
import { ACCOUNT, fakeContext, NOW, REGION } from '../fakes';

const arn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
const url = (name: string) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`;
const queue = (name: string, properties = {}) => ({
  type: 'AWS::SQS::Queue',
  physicalId: url(name),
  arn: arn(name),
  properties,
});

let now: number;
let sqs: SqsService;

beforeEach(() => {
  now = NOW;
  const queues = [
    queue('work', { RedrivePolicy: { deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 }, VisibilityTimeout: 60 }),
    queue('dead'),
    queue('slow', { DelaySeconds: 5, MaximumMessageSize: 1024, MessageRetentionPeriod: 600 }),
    queue('line.fifo', { FifoQueue: true }),
    queue('content.fifo', { FifoQueue: true, ContentBasedDeduplication: true }),
  ];
  sqs = new SqsService({ ...fakeContext(queues), now: () => now });
});

/** The members of the responses that the tests read. */
interface Answer {
  readonly MessageId: string;
  readonly MD5OfMessageBody: string;
  readonly MD5OfMessageAttributes: string;
  readonly SequenceNumber: string;
  readonly Attributes: object;
  readonly Messages: readonly { readonly ReceiptHandle: string; readonly MessageAttributes: object }[];
}

async function call(operation: string, name: string, input: { [name: string]: unknown } = {}): Promise<Answer> {
  const answer: unknown = await sqs.perform({ service: 'sqs', operation, input: { QueueUrl: url(name), ...input } });
  return answer as Answer;
}

const bodies = (name: string) => sqs.messages(url(name)).map((message) => message.body);

test('a message is sent, received, and gone when it is deleted', async () => {
  const sent = await call('SendMessage', 'work', { MessageBody: 'hello' });
  expect(sent).toEqual({ MessageId: expect.any(String), MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' });
  const { Messages } = await call('ReceiveMessage', 'work');
  expect(Messages).toEqual([
    { MessageId: sent.MessageId, Body: 'hello', MD5OfBody: sent.MD5OfMessageBody, ReceiptHandle: expect.any(String) },
  ]);
  expect(bodies('work')).toEqual(['hello']);
  await call('DeleteMessage', 'work', { ReceiptHandle: Messages[0].ReceiptHandle });
  expect(bodies('work')).toEqual([]);
});

test('attributes come back as asked for, with the digest that AWS computes', async () => {
  const MessageAttributes = {
    count: { DataType: 'Number', StringValue: '1' },
    'app.name': { DataType: 'String', StringValue: 'shop' },
  };
  const sent = await call('SendMessage', 'work', { MessageBody: 'x', MessageAttributes });
  expect(sent.MD5OfMessageAttributes).toMatch(/^[0-9a-f]{32}$/);
  const { Messages } = await call('ReceiveMessage', 'work', {
    MessageAttributeNames: ['app.*'],
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  });
  expect(Messages[0]).toMatchObject({
    Attributes: { ApproximateReceiveCount: '1' },
    MessageAttributes: { 'app.name': { StringValue: 'shop' } },
  });
  expect(Messages[0].MessageAttributes).not.toHaveProperty('count');
});

test('a received message is hidden until its visibility timeout', async () => {
  await call('SendMessage', 'work', { MessageBody: 'a' });
  await call('ReceiveMessage', 'work');
  now += 59_999;
  expect(await call('ReceiveMessage', 'work')).toEqual({});
  now += 1;
  expect((await call('ReceiveMessage', 'work')).Messages).toHaveLength(1);
});

test('the visibility timeout is changed, and a handle from before does not delete', async () => {
  await call('SendMessage', 'work', { MessageBody: 'a' });
  const [{ ReceiptHandle }] = (await call('ReceiveMessage', 'work')).Messages;
  await call('ChangeMessageVisibility', 'work', { ReceiptHandle, VisibilityTimeout: 0 });
  const [again] = (await call('ReceiveMessage', 'work')).Messages;
  await call('DeleteMessage', 'work', { ReceiptHandle });
  expect(bodies('work')).toEqual(['a']);
  await call('DeleteMessage', 'work', { ReceiptHandle: again.ReceiptHandle });
  expect(bodies('work')).toEqual([]);
});

test('a message that was received too often goes to the dead-letter queue', async () => {
  const { MessageId } = await call('SendMessage', 'work', { MessageBody: 'poison' });
  for (let i = 0; i < 2; i += 1) {
    expect((await call('ReceiveMessage', 'work')).Messages).toHaveLength(1);
    now += 60_000;
  }
  expect(await call('ReceiveMessage', 'work')).toEqual({});
  expect(bodies('work')).toEqual([]);
  expect(sqs.messages(arn('dead'))).toMatchObject([{ messageId: MessageId, body: 'poison' }]);
});

test('a message is delayed by the queue, or by what it says', async () => {
  await call('SendMessage', 'slow', { MessageBody: 'queue' });
  await call('SendMessage', 'slow', { MessageBody: 'own', DelaySeconds: 0 });
  expect((await call('ReceiveMessage', 'slow', { MaxNumberOfMessages: 10 })).Messages).toMatchObject([{ Body: 'own' }]);
  now += 5000;
  expect((await call('ReceiveMessage', 'slow')).Messages).toMatchObject([{ Body: 'queue' }]);
});

test('a message is gone after the retention period', async () => {
  await call('SendMessage', 'slow', { MessageBody: 'old' });
  now += 599_999;
  expect(bodies('slow')).toEqual(['old']);
  now += 1;
  expect(bodies('slow')).toEqual([]);
});

test('a batch answers for each entry', async () => {
  const Entries = [
    { Id: '1', MessageBody: 'a' },
    { Id: '2', MessageBody: '' },
  ];
  expect(await call('SendMessageBatch', 'work', { Entries })).toMatchObject({
    Successful: [{ Id: '1', MD5OfMessageBody: '0cc175b9c0f1b6a831c399e269772661' }],
    Failed: [{ Id: '2', Code: 'MissingParameter', SenderFault: true }],
  });
});

test('a FIFO queue drops a duplicate for five minutes, and keeps the order of a group', async () => {
  const send = (MessageBody: string, MessageGroupId: string, MessageDeduplicationId: string) =>
    call('SendMessage', 'line.fifo', { MessageBody, MessageGroupId, MessageDeduplicationId });
  const first = await send('a1', 'a', '1');
  expect((await send('a1 again', 'a', '1')).MessageId).toBe(first.MessageId);
  const second = await send('a2', 'a', '2');
  await send('b1', 'b', '3');
  expect(BigInt(second.SequenceNumber)).toBeGreaterThan(BigInt(first.SequenceNumber));
  const one = await call('ReceiveMessage', 'line.fifo');
  expect(one.Messages).toMatchObject([{ Body: 'a1' }]);
  const rest = await call('ReceiveMessage', 'line.fifo', { MaxNumberOfMessages: 10 });
  expect(rest.Messages).toMatchObject([{ Body: 'b1' }]);
  now += 300_000;
  expect((await send('a1 later', 'a', '1')).MessageId).not.toBe(first.MessageId);
});

test('content-based deduplication knows a body again', async () => {
  for (const body of ['x', 'x', 'y'])
    await call('SendMessage', 'content.fifo', { MessageBody: body, MessageGroupId: 'g' });
  expect(bodies('content.fifo')).toEqual(['x', 'y']);
});

test('a queue tells its URL and its attributes, and is purged', async () => {
  await call('SendMessage', 'work', { MessageBody: 'a' });
  await call('SendMessage', 'work', { MessageBody: 'b' });
  await call('SendMessage', 'work', { MessageBody: 'c', DelaySeconds: 1 });
  await call('ReceiveMessage', 'work');
  expect((await call('GetQueueAttributes', 'work', { AttributeNames: ['All'] })).Attributes).toMatchObject({
    QueueArn: arn('work'),
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '1',
    ApproximateNumberOfMessagesDelayed: '1',
  });
  const found = await sqs.perform({ service: 'sqs', operation: 'GetQueueUrl', input: { QueueName: 'dead' } });
  expect(found).toEqual({ QueueUrl: url('dead') });
  await call('PurgeQueue', 'work');
  expect(bodies('work')).toEqual([]);
});

test.each([
  ['SendMessage', { QueueUrl: url('work') }, 'sqs:SendMessage', arn('work')],
  ['SendMessageBatch', { QueueUrl: url('work') }, 'sqs:SendMessage', arn('work')],
  ['SendMessage', { QueueUrl: url('nope') }, 'sqs:SendMessage', arn('nope')],
  ['GetQueueUrl', { QueueName: 'work' }, 'sqs:GetQueueUrl', arn('work')],
])('%s %j must be allowed as %s', (operation, input, action, resource) => {
  expect(sqs.requirements({ service: 'sqs', operation, input })).toEqual([{ action, resource }]);
});

test.each([
  ['SendMessage', 'work', {}, 'MissingParameter'],
  ['SendMessage', 'work', { MessageBody: 'x', MessageDeduplicationId: '1' }, 'InvalidParameterValue'],
  ['SendMessage', 'work', { MessageBody: '\u0001' }, 'InvalidMessageContents'],
  ['SendMessage', 'work', { MessageBody: 'x', DelaySeconds: 901 }, 'InvalidParameterValue'],
  ['SendMessage', 'slow', { MessageBody: 'x'.repeat(1025) }, 'InvalidParameterValue'],
  ['SendMessage', 'line.fifo', { MessageBody: 'x', MessageDeduplicationId: '1' }, 'MissingParameter'],
  ['SendMessage', 'line.fifo', { MessageBody: 'x', MessageGroupId: 'g' }, 'InvalidParameterValue'],
  ['SendMessageBatch', 'work', { Entries: [] }, 'EmptyBatchRequest'],
  ['SendMessageBatch', 'work', { Entries: [{ Id: '1' }, { Id: '1' }] }, 'BatchEntryIdsNotDistinct'],
  ['ReceiveMessage', 'work', { MaxNumberOfMessages: 11 }, 'InvalidParameterValue'],
  ['DeleteMessage', 'work', { ReceiptHandle: 'x' }, 'ReceiptHandleIsInvalid'],
  ['GetQueueAttributes', 'work', { AttributeNames: ['Nope'] }, 'InvalidAttributeName'],
])('fails %s on %s with %j as SQS does: %s', async (operation, name, input, code) => {
  await expect(call(operation, name, input)).rejects.toMatchObject({ code });
});

test.each([
  ['CreateQueue', {}, "SQS's CreateQueue is not supported"],
  ['SendMessage', { QueueUrl: url('nope'), MessageBody: 'x' }, `The queue ${url('nope')} is not in the synthesized`],
  ['SendMessage', { Bogus: 1 }, "The parameter Bogus of SQS's SendMessage is not supported"],
])('fails with a fault for %s %j', async (operation, input, message) => {
  await expect(call(operation, 'work', input)).rejects.toThrow(SimulatorFault);
  await expect(call(operation, 'work', input)).rejects.toThrow(message);
});

test('fails with a fault for the URL of a queue that the assembly has not', async () => {
  const answer = sqs.perform({ service: 'sqs', operation: 'GetQueueUrl', input: { QueueName: 'nope' } });
  await expect(answer).rejects.toThrow('The queue nope is not in the synthesized templates (imported?)');
});
