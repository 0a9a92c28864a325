import { Duration, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { Saga, type SagaStep, Step, Workflow } from '../../src';
import { Mock, type Run } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';

/** A saga of A, B and C, of which B may be something else. */
const threeSteps = (more: Partial<SagaStep> = {}) => {
  const stack = newStack();
  const undo = Step.invoke(fn(stack, 'UndoFn'));
  const step = (name: string): SagaStep => ({
    name,
    action: Step.invoke(fn(stack, `${name}Fn`), { businessErrors: ['Refused'], retryOn: ['Busy'] }),
    compensation: undo,
  });
  const saga = new Saga(stack, 'Booking', {
    steps: [step('A'), { ...step('B'), ...more }, step('C')],
    timeout: Duration.hours(3),
  });
  return { stack, saga, sim: simulate(stack) };
};

const undone = (run: Run) => run.visited.filter((name) => /^(Compensate|Park) /.test(name));
const attempts = (run: Run, state: string) => run.states.find(({ name }) => name === state)?.attempts;

interface Alarm {
  readonly MetricName?: string;
  readonly Metrics?: { readonly MetricStat?: { readonly Metric: { readonly MetricName: string } } }[];
  readonly AlarmDescription: string;
}

/** The metrics of executions whose alarms ring after a run, by what the template says. */
const ringing = (stack: Stack, run: Run): string[] => {
  const template = Template.fromStack(stack);
  const metric = { FAILED: 'ExecutionsFailed', TIMED_OUT: 'ExecutionsTimedOut', ABORTED: 'ExecutionsAborted' }[
    run.status as 'FAILED'
  ];
  const orderly = Object.values(template.findResources('AWS::Events::Rule')).some(({ Properties }) =>
    Properties.EventPattern.detail.error.includes(run.error),
  );
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  const watched = ({ MetricName, Metrics = [] }: Alarm) =>
    MetricName ?? (orderly ? undefined : Metrics.find(({ MetricStat }) => MetricStat)?.MetricStat?.Metric.MetricName);
  const all = (alarms as Alarm[]).map(watched);
  return all.filter((name) => name !== undefined && name === metric) as string[];
};

describe('what a saga retries', () => {
  it.each([
    ["Lambda's throttling", 'Lambda.TooManyRequestsException', 1 + 6],
    ["Lambda's faults", 'Lambda.ServiceException', 1 + 3],
    ['an error in retryOn', 'Busy', 1 + 3],
    ['an error in businessErrors, never', 'Refused', 1],
    ['any other error, never', 'Odd', 1],
    ['a crash, never', 'Runtime.ExitError', 1],
    ["the function's timeout, never", 'Sandbox.Timedout', 1],
  ])('%s (%s): %i attempts', async (_what, error, expected) => {
    const { saga, sim } = threeSteps();
    sim.mock('B', Mock.fails(error));
    const run = await sim.start(saga);
    expect(attempts(run, 'B')).toBe(expected);
    expect(run.elapsed.toMilliseconds()).toBeLessThanOrEqual((expected - 1) * 60_000);
  });

  it('an undo 3 times, whatever the error', async () => {
    const { saga, sim } = threeSteps();
    sim.mock('B', Mock.fails('Refused'));
    sim.mock('Compensate A', Mock.fails('Odd'));
    const run = await sim.start(saga);
    expect(attempts(run, 'Compensate A')).toBe(1 + 3);
    expect(undone(run)).toEqual(['Compensate A', 'Park A']);
  });
});

describe('what a saga undoes', () => {
  const LARGE = Mock.returns('x'.repeat(300_000));
  it.each([
    ['an error in businessErrors: the steps before', Mock.fails('Refused'), ['Compensate A']],
    ['any other error: the step too', Mock.fails('Odd'), ['Compensate B', 'Compensate A']],
    ['a timeout: the step too', Mock.timesOut(), ['Compensate B', 'Compensate A']],
    ['a crash: the step too', Mock.fails('Runtime.ExitError'), ['Compensate B', 'Compensate A']],
    ['a denied call: the step too', Mock.fails('Lambda.AWSLambdaException'), ['Compensate B', 'Compensate A']],
    ['a result over 256 KiB: the step too', LARGE, ['Compensate B', 'Compensate A']],
  ])('after %s, and nobody is called', async (_what, mock, expected) => {
    const { stack, saga, sim } = threeSteps();
    sim.mock('B', mock);
    const run = await sim.start(saga);
    expect(run.error).toBe('Saga.Compensated');
    expect(undone(run)).toEqual(expected);
    expect(ringing(stack, run)).toEqual([]);
  });

  it('in part calls somebody', async () => {
    const { stack, saga, sim } = threeSteps();
    sim.mock('B', Mock.fails('Refused'));
    sim.mock('Compensate A', Mock.fails('Odd'));
    const run = await sim.start(saga);
    expect(run.error).toBe('Saga.PartlyCompensated');
    expect(ringing(stack, run)).toEqual(['ExecutionsFailed']);
    expect(await sim.messages(saga.deadLetterQueues[0])).toHaveLength(1);
  });
});

describe('what no Catch sees ends a saga where it is, undoes nothing, and calls somebody:', () => {
  /** A saga whose second step is plain states of a user. */
  const withOwn = (state: object) => {
    const stack = newStack();
    const undo = Step.invoke(fn(stack, 'UndoFn'));
    const own = Step.chain(new sfn.CustomState(stack, 'Own', { stateJson: state }));
    const saga = new Saga(stack, 'Booking', {
      steps: [
        { name: 'A', action: Step.invoke(fn(stack, 'AFn')), compensation: undo },
        { name: 'B', action: own, compensation: undo },
        { name: 'C', action: Step.invoke(fn(stack, 'CFn')) },
      ],
      timeout: Duration.hours(3),
    });
    return { stack, saga, sim: simulate(stack) };
  };

  it("the workflow's own timeout", async () => {
    const { stack, saga, sim } = withOwn({ Type: 'Wait', Seconds: 4 * 3600 });
    const run = await sim.start(saga);
    expect([run.status, run.elapsed.toHours()]).toEqual(['TIMED_OUT', 3]);
    expect(undone(run)).toEqual([]);
    expect(ringing(stack, run)).toEqual(['ExecutionsTimedOut']);
  });

  it('StopExecution, also in the midst of the undoing', async () => {
    const { stack, saga, sim } = threeSteps();
    sim.mock('C', Mock.fails('Refused'));
    sim.mock('Compensate B', Mock.returns({}).after(Duration.seconds(10)));
    const run = sim.begin(saga);
    await sim.advance(Duration.seconds(5));
    expect(run.visited.at(-1)).toBe('Compensate B');
    run.stop();
    await sim.advance(Duration.hours(1));
    expect(run.status).toBe('ABORTED');
    expect(undone(run)).toEqual(['Compensate B']);
    expect(ringing(stack, run)).toEqual(['ExecutionsAborted']);
  });

  it('States.Runtime, of plain states in JSONPath', async () => {
    const { stack, saga, sim } = withOwn({ Type: 'Pass', InputPath: '$.missing' });
    const run = await sim.start(saga);
    expect([run.status, run.error]).toEqual(['FAILED', 'States.Runtime']);
    expect(undone(run)).toEqual([]);
    expect(ringing(stack, run)).toEqual(['ExecutionsFailed']);
  });

  it('States.DataLimitExceeded after the pivot, from where nothing is undone', async () => {
    const stack = newStack();
    const call = (id: string) => Step.invoke(fn(stack, id));
    const saga = new Saga(stack, 'Booking', {
      steps: [
        { name: 'A', action: call('AFn'), compensation: call('UndoFn') },
        { name: 'B', action: call('BFn'), pivot: true },
        { name: 'C', action: call('CFn') },
      ],
    });
    const sim = simulate(stack);
    sim.mock('C', Mock.returns('x'.repeat(300_000)));
    const run = await sim.start(saga);
    expect([run.error, attempts(run, 'C')]).toEqual(['States.DataLimitExceeded', 1]);
    expect(undone(run)).toEqual([]);
    expect(ringing(stack, run)).toEqual(['ExecutionsFailed']);
  });
});

describe('the cause of a saga', () => {
  const causeOf = (run: Run): string => run.cause as string;

  it('has no more than 2,000 characters of that of its step, and stays JSON', async () => {
    const { saga, sim } = threeSteps();
    sim.mock('B', Mock.fails('Odd', 'x'.repeat(32_768)));
    const { cause } = JSON.parse(causeOf(await sim.start(saga)));
    expect(cause).toBe('x'.repeat(2_000));
  });
});

it('a workflow without a saga ends with States.DataLimitExceeded, and calls somebody', async () => {
  const stack = newStack();
  const workflow = new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')) });
  const sim = simulate(stack);
  sim.mock('Check', Mock.returns('x'.repeat(300_000)));
  const run = await sim.start(workflow);
  expect(run.error).toBe('States.DataLimitExceeded');
  expect(ringing(stack, run)).toEqual(['ExecutionsFailed']);
});
