import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as schedulerTargets from 'aws-cdk-lib/aws-scheduler-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, test } from 'vitest';
import { Fault } from '../../../../src/simulator';
import { fn, newStack } from '../../../fixtures';
import { machine, simulate, task } from '../../simulate';
import { invoker, SDK } from '../sdk';

const PATTERN: events.EventPattern = { source: ['shop'], detail: { n: [{ numeric: ['>', 1] }] } };

/** A workflow that puts its input as the detail of an event of the shop, and a rule for it on the same bus. */
const putting = (props: Partial<tasks.EventBridgePutEventsEntry> = {}) => {
  const stack = newStack();
  const eventBus = new events.EventBus(stack, 'Bus', { eventBusName: 'orders' });
  const rule = new events.Rule(stack, 'Rule', { eventBus, eventPattern: PATTERN });
  const entry = { source: 'shop', detailType: 'Order', detail: sfn.TaskInput.fromJsonPathAt('$'), eventBus, ...props };
  const put = new tasks.EventBridgePutEvents(stack, 'Put', { entries: [entry] });
  return { stack, eventBus, rule, workflow: machine(stack, put) };
};

const bodies = (messages: readonly { readonly body: string }[]) => messages.map(({ body }) => JSON.parse(body));

test('a rule gives its targets the events that its pattern describes', async () => {
  const { stack, eventBus, rule, workflow } = putting();
  const queue = new sqs.Queue(stack, 'Queue');
  rule.addTarget(new targets.SqsQueue(queue));
  const sim = simulate(stack);
  await sim.start(workflow, { n: 1 });
  const run = await sim.start(workflow, { n: 2 });
  await sim.settle();
  expect(sim.events(eventBus)).toHaveLength(2);
  expect(bodies(await sim.messages(queue))).toEqual([
    {
      version: '0',
      id: (run.output as { Entries: { EventId: string }[] }).Entries[0].EventId,
      'detail-type': 'Order',
      source: 'shop',
      account: '123456789012',
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: [run.executionArn, expect.stringMatching(/:stateMachine:/)],
      detail: { n: 2 },
    },
  ]);
});

test('an event reaches a function, a topic and a workflow, each as the rule may', async () => {
  const { stack, rule, workflow } = putting();
  const topic = new sns.Topic(stack, 'Topic');
  const other = new sfn.StateMachine(stack, 'Other', {
    definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Done')),
  });
  rule.addTarget(new targets.LambdaFunction(fn(stack, 'Handler', 'console.log(event.detail.n);')));
  rule.addTarget(new targets.SnsTopic(topic));
  rule.addTarget(new targets.SfnStateMachine(other, { input: events.RuleTargetInput.fromEventPath('$.detail') }));
  const sim = simulate(stack);
  await sim.start(workflow, { n: 2 });
  await sim.settle();
  expect(sim.logs.map(({ text }) => text.trim())).toEqual([expect.stringContaining('2')]);
  expect(sim.notifications(topic)).toHaveLength(1);
  expect(sim.runs.at(-1)).toMatchObject({ status: 'SUCCEEDED', output: { n: 2 } });
  expect(sim.calls.every(({ allowed }) => allowed)).toBe(true);
});

test('an input transformer fills its template', async () => {
  const { stack, rule, workflow } = putting();
  const queue = new sqs.Queue(stack, 'Queue');
  const message = events.RuleTargetInput.fromObject({
    text: `order ${events.EventField.fromPath('$.detail.n')} of ${events.EventField.fromPath('$.source')}`,
    n: events.EventField.fromPath('$.detail.n'),
    rule: 'x',
  });
  rule.addTarget(new targets.SqsQueue(queue, { message }));
  const sim = simulate(stack);
  await sim.start(workflow, { n: 2 });
  await sim.settle();
  expect(bodies(await sim.messages(queue))).toEqual([{ text: 'order 2 of shop', n: 2, rule: 'x' }]);
});

test('what fails is tried again in virtual time, and given up to the dead-letter queue of the target', async () => {
  const { stack, rule, workflow } = putting();
  const [queue, dead] = [new sqs.Queue(stack, 'Queue'), new sqs.Queue(stack, 'Dead')];
  rule.addTarget(
    new targets.SqsQueue(queue, { deadLetterQueue: dead, retryAttempts: 2, maxEventAge: Duration.hours(1) }),
  );
  const sim = simulate(stack);
  const outage = sim.fault('sqs:SendMessage', Fault.error('InternalError', 'down', 500).times(3));
  await sim.start(workflow, { n: 2 });
  await sim.advance(Duration.seconds(1));
  expect(outage.hits).toBe(2);
  await sim.advance(Duration.seconds(2));
  expect(outage.hits).toBe(3);
  expect(await sim.messages(queue)).toEqual([]);
  expect(await sim.messages(dead)).toMatchObject([
    { attributes: { ERROR_CODE: { StringValue: 'InternalError' }, RETRY_ATTEMPTS: { StringValue: '2' } } },
  ]);
});

test('fails to reach a queue that does not let the rule, which is on record', async () => {
  const { stack, rule, workflow } = putting();
  const queue = new sqs.Queue(stack, 'Queue');
  (rule.node.defaultChild as events.CfnRule).targets = [{ id: 'Queue', arn: queue.queueArn }];
  const sim = simulate(stack);
  await sim.start(workflow, { n: 2 });
  await sim.settle();
  expect(sim.calls.at(-1)).toMatchObject({ action: 'sqs:SendMessage', verdict: 'denied' });
});

test('fails a task one of whose entries EventBridge does not take', async () => {
  const stack = newStack();
  const Entries = [{ Source: 'aws.fake', DetailType: 'Order', Detail: {} }];
  const put = task(stack, 'Put', 'arn:aws:states:::events:putEvents', { Parameters: { Entries } });
  const workflow = machine(stack, put);
  events.EventBus.grantAllPutEvents(workflow);
  const run = await simulate(stack).start(workflow);
  expect(run).toMatchObject({ status: 'FAILED', error: 'EventBridge.FailedEntry' });
  expect(run.cause).toContain('NotAuthorizedForSourceException');
});

test("a function's SDK puts events, and is told which of them were taken", async () => {
  const stack = newStack();
  const body = `${SDK} return (await send({ service: 'events', target: 'AWSEvents.PutEvents', body: { Entries: event } })).body;`;
  const handler = fn(stack, 'Handler', body);
  events.EventBus.grantAllPutEvents(handler);
  const workflow = invoker(stack, handler);
  const sim = simulate(stack);
  const entry = { Source: 'shop', DetailType: 'Order', Detail: '{}' };
  const { output } = await sim.start(workflow, [entry, { ...entry, Detail: 'no' }, { ...entry, Source: undefined }]);
  expect(output).toEqual({
    FailedEntryCount: 2,
    Entries: [
      { EventId: sim.events()[0].id },
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringContaining('Source is a required argument') },
    ],
  });
});

test('rules hear how executions begin and end', async () => {
  const stack = newStack();
  const workflow = machine(stack, new sfn.Fail(stack, 'No', { error: 'Declined' }));
  const queue = new sqs.Queue(stack, 'Queue');
  new events.Rule(stack, 'Rule', {
    eventPattern: {
      source: ['aws.states'],
      detail: { status: ['FAILED'], stateMachineArn: [workflow.stateMachineArn] },
    },
    targets: [new targets.SqsQueue(queue)],
  });
  const sim = simulate(stack);
  const run = await sim.start(workflow, { n: 1 });
  await sim.settle();
  expect(sim.events().map(({ detail }) => (detail as { status: string }).status)).toEqual(['RUNNING', 'FAILED']);
  expect(bodies(await sim.messages(queue))).toMatchObject([
    {
      'detail-type': 'Step Functions Execution Status Change',
      resources: [run.executionArn],
      detail: {
        executionArn: run.executionArn,
        input: '{"n":1}',
        error: 'Declined',
        output: null,
        stopDate: sim.now.getTime(),
      },
    },
  ]);
});

test('a schedule fires when time is moved past it, and lets a run end all the same', async () => {
  const stack = newStack();
  const workflow = machine(stack, new sfn.Pass(stack, 'Done'));
  const queue = new sqs.Queue(stack, 'Queue');
  new events.Rule(stack, 'Rule', {
    schedule: events.Schedule.rate(Duration.hours(1)),
    targets: [new targets.SqsQueue(queue)],
  });
  new scheduler.Schedule(stack, 'Schedule', {
    schedule: scheduler.ScheduleExpression.cron({ hour: '2', minute: '30', timeZone: undefined }),
    target: new schedulerTargets.StepFunctionsStartExecution(workflow, {
      input: scheduler.ScheduleTargetInput.fromObject({ n: 1 }),
    }),
  });
  const sim = simulate(stack);
  expect((await sim.start(workflow)).status).toBe('SUCCEEDED');
  await sim.advance(Duration.hours(3));
  expect(bodies(await sim.messages(queue)).map(({ time }) => time)).toEqual([
    '2026-01-01T01:00:00Z',
    '2026-01-01T02:00:00Z',
    '2026-01-01T03:00:00Z',
  ]);
  expect(sim.runs.map(({ output }) => output)).toEqual([{}, { n: 1 }]);
  expect(sim.calls.every(({ allowed }) => allowed)).toBe(true);
  expect(sim.now).toEqual(new Date('2026-01-01T03:00:00Z'));
});
