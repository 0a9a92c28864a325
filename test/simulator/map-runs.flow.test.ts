import { Duration, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { describe, expect, it } from 'vitest';
import { Mock, type Run, report, SimulatorFault } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, task } from './simulate';

/** The role may do nothing but what it is given. */
const bareRole = (stack: Stack, ...statements: iam.PolicyStatementProps[]) =>
  new iam.Role(stack, 'Bare', {
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    inlinePolicies: { It: new iam.PolicyDocument({ statements: statements.map((it) => new iam.PolicyStatement(it)) }) },
  }).withoutPolicyUpdates();

/** A state machine `Fan`, with a Distributed Map whose children have one task `Work`, which fails for what is poison. */
const fanOut = (
  { express, ...props }: Partial<sfn.DistributedMapProps> & { express?: boolean } = {},
  { stack = newStack(), work, ...machineProps }: Partial<sfn.StateMachineProps> & FanOutParts = {},
) => {
  const map = new sfn.DistributedMap(stack, 'Each', {
    label: 'Each',
    mapExecutionType: express ? sfn.StateMachineType.EXPRESS : sfn.StateMachineType.STANDARD,
    ...props,
  });
  const workflow = machine(stack, map.itemProcessor(work ?? workTask(stack)), {
    stateMachineName: 'Fan',
    ...machineProps,
  });
  return { stack, workflow };
};

interface FanOutParts {
  readonly stack?: Stack;
  readonly work?: sfn.IChainable;
}

const workTask = (stack: Stack) =>
  new tasks.LambdaInvoke(stack, 'Work', {
    lambdaFunction: fn(stack, 'WorkFn', "if (event.poison) throw new Error('poison'); return event;"),
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
  });

const verdicts = (run: Run) => run.calls.map(({ action, verdict }) => `${action} ${verdict}`);
const isRedriven = (run: Run) => run.history.some(({ type }) => type === 'ExecutionRedriven');
const ITEMS = [{ n: 1 }, { n: 2 }, { poison: true }];

describe('a Distributed Map', () => {
  it('runs a child execution for each item, and gives their outputs', async () => {
    const { stack, workflow } = fanOut();
    const run = await simulate(stack).start(workflow, [{ n: 1 }, { n: 2 }]);
    expect(run.output).toEqual([{ n: 1 }, { n: 2 }]);
    expect(run.mapRuns).toHaveLength(1);
    expect(run.mapRuns[0]).toMatchObject({
      stateName: 'Each',
      label: 'Each',
      executionType: 'STANDARD',
      status: 'SUCCEEDED',
      mapRunArn: expect.stringMatching(/:mapRun:Fan\/Each:[\w-]+$/),
    });
    expect(run.mapRuns[0].itemCounts).toMatchObject({ total: 2, succeeded: 2, failed: 0, pending: 0 });
  });

  it('has children that are runs of their own, in no list but its own', async () => {
    const { stack, workflow } = fanOut();
    const sim = simulate(stack);
    const run = await sim.start(workflow, [{ n: 1 }, { n: 2 }]);
    const { children } = run.mapRuns[0];
    expect(children.map(({ status, visited, output, parentArn }) => [status, visited, output, parentArn])).toEqual([
      ['SUCCEEDED', ['Work'], { n: 1 }, run.executionArn],
      ['SUCCEEDED', ['Work'], { n: 2 }, run.executionArn],
    ]);
    expect(children[0].executionArn).toMatch(/:execution:Fan\/Each:[\w-]+$/);
    expect(verdicts(children[0])).toEqual(['lambda:InvokeFunction allowed']);
    expect(run.mapRuns[0].children[0]).toBe(children[0]);
    expect([run.visited, run.children, sim.runs]).toEqual([['Each'], [], [run]]);
    expect(await children[1].done).toBe(children[1]);
  });

  it('succeeds without children where there are no items', async () => {
    const { stack, workflow } = fanOut();
    const run = await simulate(stack).start(workflow, []);
    expect([run.output, run.mapRuns[0].children, run.mapRuns[0].itemCounts.total]).toEqual([[], [], 0]);
  });

  it('runs so many children at a time as it may', async () => {
    const { stack, workflow } = fanOut({ maxConcurrency: 2 });
    const sim = simulate(stack);
    sim.mock('Work', Mock.returns({}).after(Duration.seconds(10)));
    const run = await sim.start(workflow, [1, 2, 3]);
    expect(run.elapsed.toSeconds()).toBe(20);
  });

  it('counts a mock in all its children', async () => {
    const { stack, workflow } = fanOut();
    const sim = simulate(stack);
    sim.mock('Work', Mock.sequence(Mock.returns('first'), Mock.returns('second')));
    expect((await sim.start(workflow, [1, 2])).output).toEqual(['first', 'second']);
  });

  it('succeeds with poison items that it tolerates, and tells of them', async () => {
    const { stack, workflow } = fanOut({ toleratedFailureCount: 1 });
    const run = await simulate(stack).start(workflow, ITEMS);
    expect(run.status).toBe('SUCCEEDED');
    expect(run.mapRuns[0].itemCounts).toMatchObject({ total: 3, succeeded: 2, failed: 1 });
    expect(run.mapRuns[0].children.map(({ error }) => error)).toEqual([undefined, undefined, 'Error']);
  });

  it('fails with States.ExceedToleratedFailureThreshold where it tolerates none', async () => {
    const { stack, workflow } = fanOut();
    const run = await simulate(stack).start(workflow, ITEMS);
    expect([run.status, run.error]).toEqual(['FAILED', 'States.ExceedToleratedFailureThreshold']);
    expect(run.mapRuns[0].status).toBe('FAILED');
    expect(run.states[0]).toMatchObject({ name: 'Each', outcome: 'failed' });
  });

  it('fails where an item is larger than 256 KiB', async () => {
    const { stack, workflow } = fanOut({
      itemSelector: { a: sfn.JsonPath.stringAt('$$.Map.Item.Value.text'), b: sfn.JsonPath.stringAt('$[0].text') },
    });
    const text = 'x'.repeat(140_000);
    const run = await simulate(stack).start(workflow, [{ text }]);
    expect([run.status, run.error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
  });

  it('is stopped with its run', async () => {
    const { stack, workflow } = fanOut();
    const sim = simulate(stack);
    sim.mock('Work', Mock.returns({}).after(Duration.hours(1)));
    const run = sim.begin(workflow, [1]);
    await sim.settle();
    run.stop();
    expect([run.mapRuns[0].status, run.mapRuns[0].children[0].status]).toEqual(['ABORTED', 'ABORTED']);
  });

  it("fails its run with the fault of a child, which the child's `done` tells too", async () => {
    const { stack, workflow } = fanOut({}, withTask('arn:aws:states:::ecs:runTask', { Message: 'x' }));
    const sim = simulate(stack);
    await expect(sim.start(workflow, [1])).rejects.toThrow("The state 'Work'");
    const [child] = sim.runs[0].mapRuns[0].children;
    expect(child.error).toBe('SimulatorFault');
    await expect(child.done).rejects.toThrow(SimulatorFault);
  });

  it('is told of in the report', async () => {
    const { stack, workflow } = fanOut({ toleratedFailureCount: 1 });
    const run = await simulate(stack).start(workflow, ITEMS);
    expect(report(run, { color: false })).toContain(
      '  1 state and 0 retries are 1 transition, in 0.0 s of virtual time\n' +
        '  Each: 3 child executions, 2 succeeded, 1 failed; in them 3 transitions\n',
    );
  });

  it('costs what its own transitions and those of its Standard children cost', async () => {
    const { stack, workflow } = fanOut();
    const run = await simulate(stack).start(workflow, [1, 2]);
    // Each execution counts its start.
    expect(run.costPer1000).toBeCloseTo(1000 * (2 + 2 * 2) * 0.000025);
  });
});

/** A task `Work` said as in the definition, and a role that may do anything. */
const withTask = (resource: string, parameters: object, stack = newStack()) => ({
  stack,
  work: task(stack, 'Work', resource, { Parameters: parameters, End: true }),
  role: bareRole(stack, { actions: ['*'], resources: ['*'] }),
});

describe('the role of a Distributed Map', () => {
  it('starts the children of the machine itself, and sees how it goes on', async () => {
    const { stack, workflow } = fanOut();
    const run = await simulate(stack).start(workflow, [1]);
    const [start, describe] = run.calls;
    expect(start).toMatchObject({
      source: 'aws',
      action: 'states:StartExecution',
      stateName: 'Each',
      verdict: 'allowed',
    });
    expect(start.resource).toMatch(/:stateMachine:Fan$/);
    expect(describe).toMatchObject({ action: 'states:DescribeExecution', verdict: 'allowed' });
    expect(run.calls).toHaveLength(2);
  });

  it.each(['states:StartExecution', 'states:DescribeExecution'])(
    'fails with a fault where it may not %s',
    async (action) => {
      const stack = newStack();
      const allowed = ['lambda:*', 'states:StartExecution', 'states:DescribeExecution'].filter((it) => it !== action);
      const { workflow } = fanOut({}, { stack, role: bareRole(stack, { actions: allowed, resources: ['*'] }) });
      const sim = simulate(stack);
      await expect(sim.start(workflow, [1])).rejects.toThrow(
        new RegExp(`AWS can't run the child executions of the Map 'Each': .* not authorized to perform: ${action}`),
      );
      expect(sim.runs[0].calls.at(-1)).toMatchObject({ action, verdict: 'denied' });
    },
  );
});

it('fails with a fault that names the Map where what its role may do is not known', async () => {
  const stack = newStack();
  const role = iam.Role.fromRoleArn(stack, 'Theirs', 'arn:aws:iam::123456789012:role/theirs', { mutable: false });
  const { workflow } = fanOut({}, { stack, role });
  await expect(simulate(stack).start(workflow, [1])).rejects.toThrow(
    "The state 'Each': The role arn:aws:iam::123456789012:role/theirs is not in the assembly",
  );
});

describe('a redrive of a map run', () => {
  it('goes on with the children that failed, and leaves the others alone', async () => {
    const { stack, workflow } = fanOut({ maxConcurrency: 1 });
    const sim = simulate(stack);
    sim.mock('Work', Mock.sequence(Mock.returns('a'), Mock.fails('No'), Mock.returns('b')));
    const run = await sim.start(workflow, [1, 2]);
    expect(run.error).toBe('States.ExceedToleratedFailureThreshold');
    const [, failed] = run.mapRuns[0].children;
    run.redrive();
    await sim.settle();
    expect([run.status, run.output]).toEqual(['SUCCEEDED', ['a', 'b']]);
    expect(run.mapRuns).toHaveLength(1);
    expect(run.mapRuns[0]).toMatchObject({ redriveCount: 1, status: 'SUCCEEDED' });
    expect(run.mapRuns[0].children.map(isRedriven)).toEqual([false, true]);
    expect(run.calls.at(-1)).toMatchObject({
      action: 'states:RedriveExecution',
      resource: failed.executionArn,
      verdict: 'allowed',
    });
  });

  it('starts Express children again, which needs no other permission', async () => {
    const { stack, workflow } = fanOut({ express: true });
    const sim = simulate(stack);
    sim.mock('Work', Mock.sequence(Mock.fails('No'), Mock.returns('b')));
    const run = await sim.start(workflow, [1]);
    run.redrive();
    await sim.settle();
    expect([run.status, run.output]).toEqual(['SUCCEEDED', ['b']]);
    expect(verdicts(run).slice(2)).toEqual(['states:StartExecution allowed', 'states:DescribeExecution allowed']);
  });

  it('fails with a fault where the role may not redrive the children', async () => {
    const stack = newStack();
    const actions = ['lambda:*', 'states:StartExecution', 'states:DescribeExecution'];
    const { workflow } = fanOut({}, { stack, role: bareRole(stack, { actions, resources: ['*'] }) });
    const sim = simulate(stack);
    const run = await sim.start(workflow, [{ poison: true }]);
    run.redrive();
    await expect(run.done).rejects.toThrow('not authorized to perform: states:RedriveExecution');
  });

  it('fails for a child alone', async () => {
    const { stack, workflow } = fanOut();
    const run = await simulate(stack).start(workflow, [{ poison: true }]);
    expect(() => run.mapRuns[0].children[0].redrive()).toThrow("a child of the Map 'Each': redrive the run of that");
  });
});

describe('a child execution', () => {
  it('waits for a token where it is Standard', async () => {
    const stack = newStack();
    const queue = new sqs.Queue(stack, 'Queue');
    const parameters = { QueueUrl: queue.queueUrl, 'MessageBody.$': '$$.Task.Token' };
    const { workflow } = fanOut({}, withTask('arn:aws:states:::sqs:sendMessage.waitForTaskToken', parameters, stack));
    const sim = simulate(stack);
    const run = sim.begin(workflow, [1]);
    await sim.settle();
    expect(run.mapRuns[0].itemCounts).toMatchObject({ running: 1 });
    const [{ body }] = await sim.messages(queue);
    sim.sendTaskSuccess(body, 'done');
    await sim.settle();
    expect([run.status, run.output]).toEqual(['SUCCEEDED', ['done']]);
  });

  it('runs other workflows, which are its children', async () => {
    const stack = newStack();
    const inner = new sfn.StateMachine(stack, 'Inner', {
      definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'InnerPass')),
    });
    const { workflow } = fanOut(
      {},
      withTask('arn:aws:states:::states:startExecution.sync:2', { StateMachineArn: inner.stateMachineArn }, stack),
    );
    const sim = simulate(stack);
    const run = await sim.start(workflow, [1]);
    const [child] = run.mapRuns[0].children;
    expect([run.status, child.children.map(({ visited }) => visited)]).toEqual(['SUCCEEDED', [['InnerPass']]]);
    expect(sim.runs).toEqual([run, ...child.children]);
  });

  it.each([['arn:aws:states:::sqs:sendMessage.waitForTaskToken'], ['arn:aws:states:::states:startExecution.sync']])(
    'fails to be Express with %s, which waits',
    async (resource) => {
      const { stack, workflow } = fanOut({ express: true }, withTask(resource, {}));
      await expect(simulate(stack).start(workflow, [1])).rejects.toThrow("which an Express workflow can't");
    },
  );

  it('has no price where it is Express', async () => {
    const { stack, workflow } = fanOut({ express: true });
    const run = await simulate(stack).start(workflow, [1]);
    expect(run.mapRuns[0].children[0].executionArn).toMatch(/:express:Fan\/Each:[\w-]+:[\w-]+$/);
    expect([run.status, run.costPer1000]).toEqual(['SUCCEEDED', undefined]);
  });
});
