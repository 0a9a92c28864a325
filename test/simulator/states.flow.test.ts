import { Duration, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { Step, Workflow, type WorkflowProps } from '../../src';
import { expectLeastPrivilege, Mock, type Run, SimulatorFault } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, task, wait } from './simulate';

/** A parent that runs two children after each other. */
const family = (childProps: Partial<WorkflowProps> = {}) => {
  const stack = newStack();
  const child = (name: string, steps: string[]) =>
    new Workflow(stack, name, {
      definition: Step.sequence(
        steps.map((step) => ({
          name: step,
          step: Step.invoke(fn(stack, `${step}Fn`, `return { by: '${step}', ...event.input };`)),
        })),
      ),
      ...childProps,
    });
  const identity = child('Identity', ['Look', 'Compare']);
  const device = child('Device', ['Scan']);
  const parent = new Workflow(stack, 'Parent', {
    definition: Step.sequence([
      { name: 'AskIdentity', step: Step.startExecution(identity) },
      { name: 'AskDevice', step: Step.startExecution(device, { input: { n: '{% $input.n + 1 %}' } }) },
    ]),
  });
  return { stack, sim: simulate(stack), identity, device, parent };
};

const actions = (run: Run, source: string) =>
  run.calls.filter((call) => call.source === source).map((call) => [call.action, call.verdict]);

describe('a parent with two children', () => {
  it('gets what they return, each with a history of its own, in the same time', async () => {
    const { sim, parent } = family();
    sim.mock('Scan', Mock.returns({ by: 'Scan' }).after(Duration.seconds(2)));
    const run = await sim.start(parent, { n: 1 });
    expect(run.output).toMatchObject({
      AskIdentity: { Look: { by: 'Look', n: 1 }, Compare: { by: 'Compare', n: 1 } },
      AskDevice: { Scan: { by: 'Scan' } },
    });
    expect(run.visited).toEqual(['AskIdentity', 'AskDevice']);
    expect(run.elapsed.toSeconds()).toBe(2);
    expect(run.children.map((child) => [child.status, child.visited])).toEqual([
      ['SUCCEEDED', ['Look', 'Compare']],
      ['SUCCEEDED', ['Scan']],
    ]);
    expect(run.children[1].calls).toHaveLength(1);
    expect(sim.runs).toEqual([run, ...run.children]);
  });

  it('starts each by its alias, which the verdict sees, and by a name that follows from its own', async () => {
    const { sim, parent } = family();
    const run = await sim.start(parent, { n: 1 });
    expect(run.calls[3]).toMatchObject({
      action: 'states:StartExecution',
      resource: expect.stringMatching(/:stateMachine:[^:]+$/),
      context: { 'states:StateMachineQualifier': ['live'] },
      request: { stateMachineArn: expect.stringMatching(/:live$/), name: run.children[0].name },
      allowed: true,
    });
  });

  it('makes AWS call in its name: the rule, the description; and stop a child only where it gives it up', async () => {
    const { sim, parent } = family();
    const run = await sim.start(parent, { n: 1 });
    const around = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule', 'states:DescribeExecution'];
    expect(actions(run, 'aws')).toEqual([...around, ...around].map((action) => [action, 'allowed']));
    expect(run.calls.filter(({ action }) => action === 'states:DescribeExecution').at(-1)?.response).toMatchObject({
      status: 'SUCCEEDED',
      output: expect.stringContaining('{"Scan":{"by":"Scan",'),
      stateMachineAliasArn: expect.stringMatching(/:live$/),
      stateMachineVersionArn: expect.stringMatching(/:1$/),
    });
  });

  it('fails with States.TaskFailed when one fails, its description the cause', async () => {
    const { sim, parent } = family();
    sim.mock('Compare', Mock.fails('NoMatch', 'not the same'));
    const run = await sim.start(parent, {});
    expect([run.status, run.error]).toEqual(['FAILED', 'States.TaskFailed']);
    const cause = JSON.parse(run.cause as string);
    expect(cause).toMatchObject({
      Error: 'NoMatch',
      Cause: 'not the same',
      Status: 'FAILED',
      Input: JSON.stringify({ AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: run.executionArn }),
      RedriveStatus: 'REDRIVABLE',
    });
    expect(cause).not.toHaveProperty('Output');
    expect(Object.keys(cause)).toEqual(Object.keys(cause).sort());
    expect(run.visited).toEqual(['AskIdentity']);
  });

  it('fails with States.TaskFailed when one times out, which is its status and no error', async () => {
    const stack = newStack();
    const child = new Workflow(stack, 'Child', {
      definition: Step.chain(new sfn.Wait(stack, 'Sleep', { time: sfn.WaitTime.duration(Duration.hours(1)) })),
      timeout: Duration.minutes(30),
    });
    const parent = new Workflow(stack, 'Parent', { definition: Step.startExecution(child) });
    const run = await simulate(stack).start(parent, {});
    const cause = JSON.parse(run.cause as string);
    expect([run.error, cause.Status, cause.Error]).toEqual(['States.TaskFailed', 'TIMED_OUT', undefined]);
    expect(run.elapsed.toMinutes()).toBe(30);
  });

  it('stops the child when it is stopped', async () => {
    const { sim, parent } = family();
    sim.mock('Look', Mock.timesOut());
    const run = sim.begin(parent, {});
    await sim.advance(Duration.seconds(1));
    run.stop('Enough', 'by hand');
    const [child] = run.children;
    expect([run.status, run.error, child.status, child.cause]).toEqual([
      'ABORTED',
      'Enough',
      'ABORTED',
      expect.stringContaining(run.executionArn),
    ]);
    expect(run.calls.at(-1)).toMatchObject({
      action: 'states:StopExecution',
      resource: child.executionArn,
      source: 'aws',
      allowed: true,
      response: { stopDate: sim.now },
    });
  });

  it('has least privilege, which is proved when its children succeeded, and were stopped', async () => {
    const { sim, parent } = family();
    await sim.start(parent, { n: 1 });
    expect(() => expectLeastPrivilege(sim)).toThrow('may states:StopExecution on arn:');
    for (const state of ['Look', 'Scan']) {
      sim.mock(state, Mock.timesOut());
      const run = sim.begin(parent, { n: 1 });
      await sim.settle();
      run.stop();
      sim.reset();
    }
    expectLeastPrivilege(sim);
  });

  it('is ended with its child when the simulator is closed, and neither can be redriven', async () => {
    const { sim, parent } = family();
    sim.mock('Look', Mock.timesOut());
    const run = sim.begin(parent, {});
    await sim.settle();
    await sim.close();
    for (const one of [run, ...run.children]) {
      await expect(one.done).rejects.toThrow('was closed while this run was RUNNING');
      expect(() => one.redrive()).toThrow('the simulator is closed');
    }
  });

  it('goes on with a new child when it is redriven', async () => {
    const { sim, parent } = family();
    sim.mock('Compare', Mock.sequence(Mock.fails('NoMatch'), Mock.returns('same')));
    const run = await sim.start(parent, { n: 1 });
    expect(run.status).toBe('FAILED');
    run.redrive();
    await sim.settle();
    expect((await run.done).status).toBe('SUCCEEDED');
    expect(run.children.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED', 'SUCCEEDED']);
  });

  it('fails with the fault of a child, whatever the parent catches', async () => {
    const stack = newStack();
    const child = new Workflow(stack, 'Child', {
      definition: Step.callAws({
        service: 'kms',
        action: 'encrypt',
        iamAction: 'kms:Encrypt',
        iamResources: ['arn:aws:kms:::key/x'],
      }),
    });
    const parent = new Workflow(stack, 'Parent', { definition: Step.startExecution(child) });
    const sim = simulate(stack);
    await expect(sim.start(parent, {})).rejects.toThrow("The state 'Child'");
    expect(sim.runs.map((run) => run.error)).toEqual(['SimulatorFault', 'SimulatorFault']);
    await sim.settle();
  });
});

/** A plain parent whose one task starts a plain child that hands its input on. */
const pair = (
  resource: string,
  {
    type = sfn.StateMachineType.STANDARD,
    permissions = true,
    mayStop = true,
    waits = Duration.seconds(0),
    given = {},
  }: {
    readonly type?: sfn.StateMachineType;
    /** Whether the parent may do what .sync needs. */
    readonly permissions?: boolean;
    readonly mayStop?: boolean;
    readonly waits?: Duration;
    readonly given?: object;
  } = {},
) => {
  const stack = newStack();
  const child = new sfn.StateMachine(stack, 'Child', {
    definitionBody: sfn.DefinitionBody.fromChainable(wait(stack, 'Wait', waits)),
    stateMachineType: type,
  });
  const start = task(stack, 'Start', resource, {
    TimeoutSeconds: 60,
    Parameters: { StateMachineArn: child.stateMachineArn, Input: { n: 1 }, ...given },
  });
  const parent = machine(stack, start);
  child.grantStartExecution(parent);
  if (permissions) {
    child.grantExecution(parent, 'states:DescribeExecution', ...(mayStop ? ['states:StopExecution'] : []));
    parent.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: ['*'],
      }),
    );
  }
  return { parent, sim: simulate(stack) };
};

const START = 'arn:aws:states:::states:startExecution';

describe('a task that starts an execution', () => {
  it('goes on at once without .sync', async () => {
    const { sim, parent } = pair(START);
    const run = await sim.start(parent, {});
    expect(run.output).toMatchObject({
      ExecutionArn: run.children[0].executionArn,
      StartDate: sim.now.getTime(),
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
  });

  it('gets the description with its texts by .sync, and with their values by .sync:2', async () => {
    const one = pair(`${START}.sync`);
    const texts = await one.sim.start(one.parent, {});
    expect(texts.output).toMatchObject({ Input: '{"n":1}', Output: '{"n":1}', Status: 'SUCCEEDED', RedriveCount: 0 });
    const two = pair(`${START}.sync:2`);
    const values = await two.sim.start(two.parent, {});
    expect(values.output).toMatchObject({ Input: { n: 1 }, Output: { n: 1 }, OutputDetails: { Included: true } });
    expect(values.history.map(({ type }) => type)).toContain('TaskSubmitted');
  });

  it('by the AWS SDK gets the response alone, with dates as texts', async () => {
    const { sim, parent } = pair('arn:aws:states:::aws-sdk:sfn:startExecution');
    const run = await sim.start(parent, {});
    expect(run.output).toEqual({ ExecutionArn: run.children[0].executionArn, StartDate: sim.now.toISOString() });
  });

  it('waits for the token that its child gets', async () => {
    const { sim, parent } = pair(`${START}.waitForTaskToken`, {
      given: { Input: { 'token.$': '$$.Task.Token' } },
    });
    const run = sim.begin(parent, {});
    await sim.settle();
    expect(run.status).toBe('RUNNING');
    sim.sendTaskSuccess((run.children[0].output as { token: string }).token, 'done');
    expect((await run.done).output).toBe('done');
  });

  it('stops the child when it times out', async () => {
    const { sim, parent } = pair(`${START}.sync:2`, { waits: Duration.hours(2) });
    const run = await sim.start(parent, {});
    expect([run.error, run.elapsed.toSeconds()]).toEqual(['States.Timeout', 60]);
    expect(run.children.map((child) => [child.status, child.elapsed.toSeconds()])).toEqual([['ABORTED', 60]]);
  });

  it('lets the child run on where the role may not stop it', async () => {
    const { sim, parent } = pair(`${START}.sync:2`, { waits: Duration.hours(2), mayStop: false });
    const run = await sim.start(parent, {});
    expect(run.calls.at(-1)).toMatchObject({ action: 'states:StopExecution', verdict: 'denied' });
    await sim.advance(Duration.hours(2));
    expect([run.error, run.children[0].status]).toEqual(['States.Timeout', 'SUCCEEDED']);
    const described = run.calls.find(({ action }) => action === 'states:DescribeExecution');
    expect(described).not.toHaveProperty('response');
  });

  it('fails by the name that exists, under the name of the SDK that it is called with', async () => {
    for (const [resource, error] of [
      [START, 'StepFunctions.ExecutionAlreadyExistsException'],
      ['arn:aws:states:::aws-sdk:sfn:startExecution', 'Sfn.ExecutionAlreadyExistsException'],
    ]) {
      const { sim, parent } = pair(resource, { given: { Name: 'one' } });
      await sim.start(parent, {});
      const again = await sim.start(parent, {});
      expect(again.error).toBe(error);
      expect(again.cause).toContain("Execution Already Exists: '");
    }
  });

  it('fails with a fault where the role may not manage the rule that AWS needs', async () => {
    const { sim, parent } = pair(`${START}.sync:2`, { permissions: false });
    await expect(sim.start(parent, {})).rejects.toThrow("can't manage a rule");
    expect(sim.runs).toHaveLength(1);
  });

  it('fails with a fault where it would wait for an Express workflow', async () => {
    const { sim, parent } = pair(`${START}.sync`, { type: sfn.StateMachineType.EXPRESS });
    await expect(sim.start(parent, {})).rejects.toThrow(SimulatorFault);
    await expect(sim.start(parent, {})).rejects.toThrow('is an Express workflow');
  });

  it('is judged as if it were real when it is mocked', async () => {
    const { sim, parent } = pair(`${START}.sync:2`, { permissions: false });
    sim.mock('Start', Mock.returns({ Output: 1 }));
    const run = await sim.start(parent, {});
    expect(run.status).toBe('SUCCEEDED');
    expect(run.calls.map(({ action, verdict }) => `${action} ${verdict}`)).toEqual([
      'states:StartExecution allowed',
      'events:PutTargets denied',
      'events:PutRule denied',
      'events:DescribeRule denied',
      'states:DescribeExecution denied',
    ]);
  });
});

describe('a task that runs an Express workflow by StartSyncExecution', () => {
  const express = (state: (stack: Stack) => sfn.IChainable) => {
    const stack = newStack();
    const child = new sfn.StateMachine(stack, 'Child', {
      definitionBody: sfn.DefinitionBody.fromChainable(state(stack)),
      stateMachineType: sfn.StateMachineType.EXPRESS,
    });
    const start = task(stack, 'Start', 'arn:aws:states:::aws-sdk:sfn:startSyncExecution', {
      Parameters: { StateMachineArn: child.stateMachineArn, Input: { n: 1 } },
    });
    const parent = machine(stack, start);
    child.grantStartSyncExecution(parent);
    return { sim: simulate(stack), parent };
  };

  it.each<[string, (stack: Stack) => sfn.IChainable, object]>([
    [
      'its output',
      (stack) => new sfn.Pass(stack, 'Only'),
      { Status: 'SUCCEEDED', Output: '{"n":1}', OutputDetails: { Included: true } },
    ],
    [
      'its failure, which fails no task',
      (stack) => new sfn.Fail(stack, 'Only', { error: 'Bad', cause: 'luck' }),
      { Status: 'FAILED', Error: 'Bad', Cause: 'luck' },
    ],
  ])('gets %s', async (_what, state, end) => {
    const { sim, parent } = express(state);
    const run = await sim.start(parent, {});
    const [child] = run.children;
    expect(child.executionArn).toMatch(/:express:[^:]+:[^:]+:[^:]+$/);
    expect(run.output).toEqual({
      ExecutionArn: child.executionArn,
      StateMachineArn: expect.stringContaining(':stateMachine:'),
      Name: child.name,
      Input: '{"n":1}',
      InputDetails: { Included: true },
      StartDate: sim.now.toISOString(),
      StopDate: sim.now.toISOString(),
      ...end,
    });
  });

  it('takes the time that it takes', async () => {
    const { sim, parent } = express((stack) => wait(stack, 'Wait', Duration.seconds(7)));
    const run = await sim.start(parent, {});
    expect([run.status, run.elapsed.toSeconds()]).toEqual(['SUCCEEDED', 7]);
    expect(run.history.map(({ type }) => type)).not.toContain('TaskSubmitted');
  });
});

it('a task answers the token of another execution by the AWS SDK, with JSON', async () => {
  const stack = newStack();
  const asking = new sfn.StateMachine(stack, 'Asking', {
    definitionBody: sfn.DefinitionBody.fromChainable(
      task(stack, 'Ask', 'arn:aws:states:::lambda:invoke.waitForTaskToken', {
        Parameters: { FunctionName: fn(stack, 'AskFn').functionArn, 'Payload.$': '$$.Task.Token' },
      }),
    ),
  });
  asking.addToRolePolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: ['*'] }));
  const answering = machine(
    stack,
    task(stack, 'Answer', 'arn:aws:states:::aws-sdk:sfn:sendTaskSuccess', {
      Parameters: { 'TaskToken.$': '$.token', Output: { yes: true } },
    }),
  );
  asking.grantTaskResponse(answering);
  const sim = simulate(stack);
  const run = sim.begin(asking, {});
  await sim.settle();
  const token = JSON.parse(String(run.calls[0].request.Payload));
  expect((await sim.start(answering, { token })).output).toEqual({});
  expect((await run.done).output).toEqual({ yes: true });
  const again = await sim.start(answering, { token });
  expect([again.status, again.error]).toEqual(['FAILED', 'Sfn.TaskTimedOutException']);
});
