import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, test } from 'vitest';
import { Fault } from '../../../../src/simulator';
import { fn, newStack } from '../../../fixtures';
import { machine, simulate } from '../../simulate';
import { invoker, SDK } from '../sdk';

/** A workflow that publishes its input to a topic, or what a state says. */
const publishing = (topicProps: sns.TopicProps = {}, publish: Partial<tasks.SnsPublishProps> = {}) => {
  const stack = newStack();
  const topic = new sns.Topic(stack, 'Topic', topicProps);
  const message = sfn.TaskInput.fromJsonPathAt('$');
  const workflow = machine(stack, new tasks.SnsPublish(stack, 'Publish', { topic, message, ...publish }));
  return { stack, topic, workflow };
};

test('a task publishes, and the test reads what to whom', async () => {
  const { stack, topic, workflow } = publishing({}, { subject: 'Hello' });
  topic.addSubscription(new subscriptions.EmailSubscription('a@b.example'));
  const sim = simulate(stack);
  const run = await sim.start(workflow, { n: 1 });
  expect(run.calls).toMatchObject([{ action: 'sns:Publish', allowed: true }]);
  expect(sim.notifications(topic)).toEqual([
    {
      messageId: (run.output as { MessageId: string }).MessageId,
      at: sim.now,
      subject: 'Hello',
      message: '{"n":1}',
      attributes: {},
      recipients: ['email:a@b.example'],
    },
  ]);
});

test('a queue gets the message in its envelope, or raw', async () => {
  const { stack, topic, workflow } = publishing();
  const [queue, raw] = [new sqs.Queue(stack, 'Queue'), new sqs.Queue(stack, 'Raw')];
  topic.addSubscription(new subscriptions.SqsSubscription(queue));
  topic.addSubscription(new subscriptions.SqsSubscription(raw, { rawMessageDelivery: true }));
  const sim = simulate(stack);
  await sim.start(workflow, { n: 1 });
  await sim.settle();
  const [{ body }] = await sim.messages(queue);
  expect(JSON.parse(body)).toMatchObject({
    Type: 'Notification',
    Message: '{"n":1}',
    Timestamp: sim.now.toISOString(),
  });
  expect((await sim.messages(raw)).map((message) => message.body)).toEqual(['{"n":1}']);
});

test("fails to reach a queue whose policy doesn't let the topic, which is on record", async () => {
  const { stack, topic, workflow } = publishing();
  const queue = new sqs.Queue(stack, 'Queue');
  new sns.CfnSubscription(stack, 'Subscription', {
    topicArn: topic.topicArn,
    protocol: 'sqs',
    endpoint: queue.queueArn,
  });
  const sim = simulate(stack);
  await sim.start(workflow);
  await sim.settle();
  expect(await sim.messages(queue)).toEqual([]);
  expect(sim.calls.at(-1)).toMatchObject({ action: 'sqs:SendMessage', verdict: 'denied', source: 'aws' });
});

test('what a queue does not take goes to the dead-letter queue of the subscription', async () => {
  const { stack, topic, workflow } = publishing();
  const [queue, deadLetterQueue] = [new sqs.Queue(stack, 'Queue'), new sqs.Queue(stack, 'Dead')];
  topic.addSubscription(new subscriptions.SqsSubscription(queue, { deadLetterQueue, rawMessageDelivery: true }));
  const sim = simulate(stack);
  sim.fault('sqs:SendMessage', Fault.error('AccessDenied'));
  await sim.start(workflow, { n: 1 });
  await sim.settle();
  expect(await sim.messages(queue)).toEqual([]);
  expect(await sim.messages(deadLetterQueue)).toMatchObject([{ body: '{"n":1}' }]);
});

test('a function that is to be tried once is', async () => {
  const { stack, topic, workflow } = publishing();
  const handler = fn(stack, 'Handler', "throw new Error('no');", { retryAttempts: 0 });
  topic.addSubscription(new subscriptions.LambdaSubscription(handler));
  const sim = simulate(stack);
  await sim.start(workflow);
  await sim.advance(Duration.hours(1));
  expect(sim.calls.filter(({ action }) => action === 'lambda:InvokeFunction')).toHaveLength(1);
});

test('a function gets the message as an event; one that fails is tried three times, and then parked', async () => {
  const { stack, topic, workflow } = publishing();
  const dead = new sqs.Queue(stack, 'Dead');
  const body = "console.log(event.Records[0].Sns.Message); throw new Error('no');";
  const handler = fn(stack, 'Handler', body, { deadLetterQueue: dead });
  topic.addSubscription(new subscriptions.LambdaSubscription(handler));
  const sim = simulate(stack);
  await sim.start(workflow, { n: 1 });
  const attempts = () => sim.calls.filter(({ action }) => action === 'lambda:InvokeFunction').length;
  await sim.settle();
  expect(attempts()).toBe(1);
  await sim.advance(Duration.minutes(1));
  expect(attempts()).toBe(2);
  expect(await sim.messages(dead)).toEqual([]);
  await sim.advance(Duration.minutes(2));
  expect(attempts()).toBe(3);
  expect(sim.logs[0].text).toContain('{"n":1}');
  expect((await sim.messages(dead)).map((message) => JSON.parse(message.body).Records[0].EventSource)).toEqual([
    'aws:sns',
  ]);
});

test.each([
  ['an attribute', { filterPolicy: { kind: sns.SubscriptionFilter.stringFilter({ allowlist: ['a'] }) } }, ['a']],
  [
    'the body',
    {
      filterPolicyWithMessageBody: {
        n: sns.FilterOrPolicy.filter(sns.SubscriptionFilter.numericFilter({ greaterThan: 1 })),
      },
    },
    ['b'],
  ],
] as const)('a filter on %s lets through what it describes', async (_what, options, wanted) => {
  const stack = newStack();
  const topic = new sns.Topic(stack, 'Topic');
  const queue = new sqs.Queue(stack, 'Queue');
  topic.addSubscription(new subscriptions.SqsSubscription(queue, { rawMessageDelivery: true, ...options }));
  const publish = (kind: string, n: number) =>
    new tasks.SnsPublish(stack, kind, {
      topic,
      message: sfn.TaskInput.fromObject({ n, kind }),
      messageAttributes: { kind: { value: kind } },
    });
  const workflow = machine(stack, publish('a', 1).next(publish('b', 2)));
  const sim = simulate(stack);
  await sim.start(workflow);
  await sim.settle();
  expect((await sim.messages(queue)).map(({ body }) => JSON.parse(body).kind)).toEqual(wanted);
});

test.each([
  ['a role that may', true, 'SUCCEEDED'],
  ['fails for a role that may not', false, 'FAILED'],
])('a topic with a key of its own is for those who may use the key: %s', async (_what, granted, status) => {
  const { stack, topic, workflow } = publishing();
  const key = new kms.Key(stack, 'Key');
  (topic.node.defaultChild as sns.CfnTopic).kmsMasterKeyId = key.keyArn;
  if (granted) key.grant(workflow, 'kms:Decrypt', 'kms:GenerateDataKey*');
  const run = await simulate(stack).start(workflow);
  expect(run.status).toBe(status);
  expect(run.calls.map(({ action }) => action)).toEqual(
    granted ? ['sns:Publish', 'kms:Decrypt', 'kms:GenerateDataKey'] : ['sns:Publish', 'kms:Decrypt'],
  );
});

test("a function's SDK publishes, by the protocol of SNS", async () => {
  const stack = newStack();
  const topic = new sns.Topic(stack, 'Topic');
  const body = `${SDK} return send({ service: 'sns', type: 'application/x-www-form-urlencoded', body: new URLSearchParams({
    Action: 'Publish', Version: '2010-03-31', TopicArn: process.env.TOPIC, Message: event.message, Subject: 'S&S',
    'MessageAttributes.entry.1.Name': 'kind',
    'MessageAttributes.entry.1.Value.DataType': 'String',
    'MessageAttributes.entry.1.Value.StringValue': 'a',
  }).toString() });`;
  const handler = fn(stack, 'Handler', body, { environment: { TOPIC: topic.topicArn } });
  topic.grantPublish(handler);
  const workflow = invoker(stack, handler);
  const sim = simulate(stack);
  const { output } = await sim.start(workflow, { message: 'hello' });
  const [{ messageId, ...sent }] = sim.notifications(topic);
  expect(sent).toMatchObject({ subject: 'S&S', attributes: { kind: { DataType: 'String', StringValue: 'a' } } });
  expect((output as { body: string }).body).toContain(`<MessageId>${messageId}</MessageId>`);
  const refused = await sim.start(workflow, { message: '' });
  expect(refused.output).toMatchObject({ status: 400, body: expect.stringContaining('<Code>InvalidParameter</Code>') });
});

test('a task that waits for its token ends by it', async () => {
  const { stack, topic, workflow } = publishing(
    {},
    {
      integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      message: sfn.TaskInput.fromText(sfn.JsonPath.taskToken),
    },
  );
  const sim = simulate(stack);
  const run = sim.begin(workflow);
  await sim.settle();
  sim.sendTaskSuccess(sim.notifications(topic)[0].message, { ok: true });
  expect((await run.done).output).toEqual({ ok: true });
});

test('fails a task as Step Functions names it', async () => {
  const { stack, workflow } = publishing({}, { subject: 'x\ny' });
  const sim = simulate(stack);
  expect(await sim.start(workflow)).toMatchObject({ error: 'SNS.InvalidParameterException' });
  sim.fault('sns:Publish', Fault.throttled());
  expect(await sim.start(workflow)).toMatchObject({ error: 'SNS.ThrottledException' });
});

test('fails with a topic that is not in the templates', async () => {
  const stack = newStack();
  const topic = sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:123456789012:other');
  const publish = new tasks.SnsPublish(stack, 'Publish', { topic, message: sfn.TaskInput.fromText('x') });
  const workflow = machine(stack, publish);
  await expect(simulate(stack).start(workflow)).rejects.toThrow('is not in the synthesized templates');
});
