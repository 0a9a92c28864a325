import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, it } from 'vitest';
import { Mock } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, task } from './simulate';
import { STATES_CLIENT } from './states-client';

/** A workflow that waits for a worker, and one whose function is a worker. */
const withActivity = (fields: object = {}, grant = ['states:GetActivityTask', 'states:SendTaskSuccess']) => {
  const stack = newStack();
  const activity = new sfn.Activity(stack, 'Count');
  const workflow = machine(stack, task(stack, 'Wait', activity.activityArn, { End: true, ...fields }));
  const worker = fn(
    stack,
    'Worker',
    `${STATES_CLIENT}
    const task = await call('GetActivityTask', { activityArn: process.env.ACTIVITY, workerName: 'Handler' });
    const sent = task.taskToken && (await call('SendTaskSuccess', { taskToken: task.taskToken, output: task.input }));
    return { task, sent };`,
    { environment: { ACTIVITY: activity.activityArn } },
  );
  worker.addToRolePolicy(new iam.PolicyStatement({ actions: grant, resources: [activity.activityArn] }));
  const calling = new tasks.LambdaInvoke(stack, 'Call', { lambdaFunction: worker, payloadResponseOnly: true });
  const caller = new sfn.StateMachine(stack, 'Caller', { definitionBody: sfn.DefinitionBody.fromChainable(calling) });
  return { activity, workflow, caller, sim: simulate(stack) };
};

it('a worker takes the task of an activity, and answers it', async () => {
  const { sim, workflow, activity } = withActivity();
  expect(sim.getActivityTask(activity)).toBeUndefined();
  const run = sim.begin(workflow, { n: 1 });
  await sim.settle();
  const taken = sim.getActivityTask(activity, 'Ann');
  expect(taken?.input).toEqual({ n: 1 });
  expect(sim.getActivityTask('Travel/Count')).toBeUndefined();
  sim.sendTaskSuccess(String(taken?.taskToken), 7);
  await sim.settle();
  expect([run.status, run.output]).toEqual(['SUCCEEDED', 7]);
  expect(run.history.find(({ type }) => type === 'ActivityStarted')?.activityStartedEventDetails).toEqual({
    workerName: 'Ann',
  });
  expect(run.calls).toEqual([]);
});

it('tasks are taken in the order in which they came', async () => {
  const { sim, workflow, activity } = withActivity();
  sim.begin(workflow, 1);
  sim.begin(workflow, 2);
  await sim.settle();
  expect([sim.getActivityTask(activity)?.input, sim.getActivityTask(activity)?.input]).toEqual([1, 2]);
});

it("fails with the worker's error", async () => {
  const { sim, workflow, activity } = withActivity();
  const run = sim.begin(workflow);
  await sim.settle();
  sim.sendTaskFailure(String(sim.getActivityTask(activity)?.taskToken), 'Broken', 'why');
  await sim.settle();
  expect([run.error, run.cause]).toEqual(['Broken', 'why']);
});

it('fails where nobody takes the task in time, which nobody can take then', async () => {
  const { sim, workflow, activity } = withActivity({ TimeoutSeconds: 60 });
  const run = await sim.start(workflow);
  expect(run.error).toBe('States.Timeout');
  expect(sim.getActivityTask(activity)).toBeUndefined();
});

it('fails where the worker sends no heartbeat', async () => {
  const { sim, workflow, activity } = withActivity({ HeartbeatSeconds: 10 });
  const run = sim.begin(workflow);
  await sim.settle();
  const token = String(sim.getActivityTask(activity)?.taskToken);
  await sim.advance(Duration.seconds(9));
  sim.sendTaskHeartbeat(token);
  await sim.advance(Duration.seconds(9));
  expect(run.status).toBe('RUNNING');
  await sim.advance(Duration.seconds(1));
  expect(run.error).toBe('States.Timeout');
  expect(() => sim.sendTaskSuccess(token, 1)).toThrow('no task waits for the token');
});

it('a function is a worker, judged by what it may do with the activity', async () => {
  const { sim, workflow, caller, activity } = withActivity();
  const run = sim.begin(workflow, { n: 1 });
  await sim.settle();
  const call = await sim.start(caller);
  expect(call.output).toMatchObject({ task: { input: '{"n":1}' }, sent: {} });
  expect([run.status, run.output]).toEqual(['SUCCEEDED', { n: 1 }]);
  expect(call.calls.slice(1).map(({ action, verdict }) => [action, verdict])).toEqual([
    ['states:GetActivityTask', 'allowed'],
    ['states:SendTaskSuccess', 'allowed'],
  ]);
  expect(call.calls[2].resource).toBe(call.calls[1].resource);
  expect(sim.getActivityTask(activity)).toBeUndefined();
});

it('a function gets nothing where there is no task', async () => {
  const { sim, caller } = withActivity();
  expect((await sim.start(caller)).output).toEqual({ task: {} });
});

it('fails a function that may not answer', async () => {
  const { sim, workflow, caller } = withActivity({}, ['states:GetActivityTask']);
  sim.begin(workflow);
  await sim.settle();
  expect((await sim.start(caller)).output).toMatchObject({
    sent: { __type: expect.stringMatching(/#AccessDeniedException$/) },
  });
});

it('an activity can be mocked', async () => {
  const { sim, workflow } = withActivity();
  sim.mock('Wait', Mock.returns(3));
  expect((await sim.start(workflow)).output).toBe(3);
});

it('fails with a fault for an activity that no template has', async () => {
  const stack = newStack();
  const arn = 'arn:aws:states:us-east-1:123456789012:activity:imported';
  const workflow = machine(stack, task(stack, 'Wait', arn, { End: true }));
  await expect(simulate(stack).start(workflow)).rejects.toThrow(
    `The state 'Wait': the activity ${arn} is not in the synthesized templates`,
  );
});

it('fails to take the task of what is no activity', () => {
  const { sim } = withActivity();
  expect(() => sim.getActivityTask('Count')).toThrow(/the activities are: Travel\/Count/);
});
