import { Duration } from 'aws-cdk-lib';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { describe, expect, it } from 'vitest';
import {
  Approver,
  EmailSender,
  HumanApproval,
  type IStep,
  Saga,
  type StartExecutionOptions,
  Step,
  Workflow,
} from '../../src';
import { expectLeastPrivilege, Fault, Mock, type Run, type Simulator } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';

const { EXPRESS, STANDARD } = sfn.StateMachineType;
type Stack = ReturnType<typeof newStack>;
type StepOf = (stack: Stack) => IStep;

/** A workflow of one state, `Inner`, as a step. */
const started =
  (stateMachineType: sfn.StateMachineType, options?: StartExecutionOptions): StepOf =>
  (stack) =>
    Step.startExecution(
      new Workflow(stack, 'Inner', {
        definition: Step.invoke(fn(stack, 'InnerFn', 'return event.input;')),
        stateMachineType,
      }),
      options,
    );

/** One plain state, `Inner`, that fails for as long as it is mocked so. */
const chained: StepOf = (stack) => {
  const inner = new tasks.LambdaInvoke(stack, 'Inner', {
    lambdaFunction: fn(stack, 'InnerFn'),
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
  });
  return Step.chain(inner, { businessErrors: ['Declined'] });
};

/** A saga in which something undoes a step, as another one fails. */
const undoing = (compensation: StepOf) => {
  const stack = newStack();
  const saga = new Saga(stack, 'Saga', {
    steps: [
      { name: 'Pay', action: Step.invoke(fn(stack, 'PayFn')), compensation: compensation(stack) },
      { name: 'Ship', action: Step.invoke(fn(stack, 'ShipFn', 'throw new Error("no ship");')) },
    ],
    timeout: Duration.days(30),
  });
  return { sim: simulate(stack), saga };
};

/** A saga in which something comes after the point of no return. */
const afterPivot = (action: StepOf) => {
  const stack = newStack();
  const saga = new Saga(stack, 'Saga', {
    steps: [
      { name: 'Pay', action: Step.invoke(fn(stack, 'PayFn')), pivot: true },
      { name: 'Tell', action: action(stack) },
      { name: 'Ship', action: Step.invoke(fn(stack, 'ShipFn', 'return event.results.Tell;')) },
    ],
    timeout: Duration.days(30),
  });
  return { sim: simulate(stack), saga };
};

const failing = (times: number) => {
  const [first = Mock.returns(1), ...rest] = Array<Mock>(times).fill(Mock.fails('Flaky', 'why'));
  return Mock.sequence(first, ...rest, Mock.returns(1));
};
const children = (run: Run) => run.children.map(({ status }) => status);
const attempts = (sim: Simulator) => sim.runs.length - 1;

describe.each([STANDARD, EXPRESS])('a compensation that is a %s workflow', (type) => {
  it.each([1, 3])('is done anew after %i failures, each time as another execution', async (failures) => {
    const { sim, saga } = undoing(started(type));
    sim.mock('Inner', failing(failures));
    const run = await sim.start(saga);
    expect(run.error).toBe('Saga.Compensated');
    expect(children(run)).toEqual([...Array(failures).fill('FAILED'), 'SUCCEEDED']);
    expect(new Set(run.children.map(({ executionArn }) => executionArn)).size).toBe(failures + 1);
  });

  it('is parked after 4 failures, with the error of the last one', async () => {
    const { sim, saga } = undoing(started(type));
    sim.mock('Inner', failing(4));
    const run = await sim.start(saga);
    expect(run.error).toBe('Saga.PartlyCompensated');
    expect(children(run)).toEqual(Array(4).fill('FAILED'));
    const [{ body }] = await sim.messages(saga.deadLetterQueues[0]);
    expect(JSON.parse(body)).toMatchObject({ step: 'Pay', failure: { error: 'Flaky', cause: 'why' } });
  });

  it('is done once where it says no by a business error', async () => {
    const { sim, saga } = undoing(started(type, { businessErrors: ['Flaky'] }));
    sim.mock('Inner', failing(1));
    const run = await sim.start(saga);
    expect([run.error, attempts(sim)]).toEqual(['Saga.PartlyCompensated', 1]);
  });

  it('has every call allowed', async () => {
    const { sim, saga } = undoing(started(type));
    sim.mock('Inner', failing(1));
    const run = await sim.start(saga);
    expect(run.calls.filter((call) => !call.allowed)).toEqual([]);
  });
});

describe.each([STANDARD, EXPRESS])('a step after the pivot that is a %s workflow', (type) => {
  it.each([1, 3])('is done anew after %i failures', async (failures) => {
    const { sim, saga } = afterPivot(started(type));
    sim.mock('Inner', failing(failures));
    const run = await sim.start(saga);
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { Tell: 1, Ship: 1 } });
    expect(children(run)).toEqual([...Array(failures).fill('FAILED'), 'SUCCEEDED']);
  });

  it('ends the execution after 4 failures', async () => {
    const { sim, saga } = afterPivot(started(type));
    sim.mock('Inner', failing(4));
    const run = await sim.start(saga);
    expect([run.error, attempts(sim)]).toEqual([type === EXPRESS ? 'Flaky' : 'States.TaskFailed', 4]);
  });
});

describe('a step after the pivot that is a Standard workflow', () => {
  it('is done anew by a redrive', async () => {
    const { sim, saga } = afterPivot(started(STANDARD));
    sim.mock('Inner', failing(4));
    const run = await sim.start(saga);
    run.redrive();
    await sim.advance(Duration.minutes(5));
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { Tell: 1, Ship: 1 } });
    expect(new Set(run.children.map(({ name }) => name)).size).toBe(5);
  });
});

describe('an approval after the pivot', () => {
  it('is asked for as anywhere', async () => {
    const { sim, saga } = afterPivot((stack) => {
      const refund = new HumanApproval(stack, 'Refund', {
        approvers: [Approver.email('lead@acme.example')],
        sender: EmailSender.identity(
          ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'acme.example'),
          'a@acme.example',
        ),
        timeout: Duration.days(2),
      });
      return refund.ask({ question: 'Refund?' });
    });
    const run = sim.begin(saga);
    await sim.settle();
    await sim.approve(sim.emails[0]);
    await sim.advance(Duration.days(3));
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { Tell: { decision: 'approved' } } });
  });
});

describe('a start that is not answered, in a compensation', () => {
  it('is the same execution', async () => {
    const { sim, saga } = undoing(started(STANDARD));
    const fault = sim.fault('states:StartExecution', Fault.lostResponse());
    const run = await sim.start(saga);
    expect([run.error, fault.hits, attempts(sim)]).toEqual(['Saga.Compensated', 1, 1]);
  });

  it('is done anew where that has failed', async () => {
    const { sim, saga } = undoing(started(STANDARD));
    sim.mock('Inner', failing(1));
    sim.fault('states:StartExecution', Fault.lostResponse());
    const run = await sim.start(saga);
    expect([run.error, attempts(sim)]).toEqual(['Saga.Compensated', 2]);
  });
});

describe('a start that is not answered, after the pivot', () => {
  it.each([
    [0, 1],
    [1, 2],
    [4, 5],
  ])('is the same execution, and done anew after each of %i failures', async (failures, runs) => {
    const { sim, saga } = afterPivot(started(STANDARD));
    sim.mock('Inner', failing(failures));
    sim.fault('states:StartExecution', Fault.lostResponse().nth(Math.max(1, failures)));
    const run = await sim.start(saga);
    if (failures > 3) {
      expect(run.error).toBe('States.QueryEvaluationError');
      run.redrive();
      await sim.advance(Duration.minutes(5));
    }
    expect([run.status, attempts(sim)]).toEqual(['SUCCEEDED', runs]);
  });
});

describe('a chain of CDK states', () => {
  it.each([1, 3])('that undoes a step is done anew after %i failures', async (failures) => {
    const { sim, saga } = undoing(chained);
    sim.mock('Inner', failing(failures));
    const run = await sim.start(saga);
    expect(run.error).toBe('Saga.Compensated');
    expect(run.visited.filter((state) => state === 'Inner')).toHaveLength(failures + 1);
  });

  it('that undoes a step is parked after 4 failures', async () => {
    const { sim, saga } = undoing(chained);
    sim.mock('Inner', failing(4));
    expect((await sim.start(saga)).error).toBe('Saga.PartlyCompensated');
  });

  it('that undoes a step is done once where it says no by a business error', async () => {
    const { sim, saga } = undoing(chained);
    sim.mock('Inner', Mock.fails('Declined'));
    const run = await sim.start(saga);
    expect(run.visited.filter((state) => state === 'Inner')).toHaveLength(1);
  });

  it('after the pivot is done anew after 3 failures', async () => {
    const { sim, saga } = afterPivot(chained);
    sim.mock('Inner', failing(3));
    expect(await sim.start(saga)).toMatchObject({ status: 'SUCCEEDED', output: { Tell: 1 } });
  });

  it('elsewhere is done once', async () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Flow', {
      definition: Step.sequence([{ name: 'Own', step: chained(stack) }]),
      timeout: Duration.hours(1),
    });
    const sim = simulate(stack);
    sim.mock('Inner', failing(1));
    expect((await sim.start(workflow)).error).toBe('Flaky');
  });
});

describe('a saga whose every step is a workflow', () => {
  it('allows every call, and has no permission that no path uses', async () => {
    const { sim, saga } = undoing(started(EXPRESS));
    await sim.start(saga);
    sim.mock('Inner', Mock.fails('Flaky'));
    await sim.start(saga);
    expectLeastPrivilege(sim);
  });
});
