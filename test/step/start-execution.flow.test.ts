import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import {
  FanOut,
  Items,
  Saga,
  type StartExecutionOptions,
  Step,
  Tolerance,
  Workflow,
  type WorkflowProps,
} from '../../src';
import { Fault, Mock } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';

const { EXPRESS, STANDARD } = sfn.StateMachineType;

/** A parent that runs a child, and a step after it. */
const nested = (
  stateMachineType: sfn.StateMachineType,
  options?: StartExecutionOptions,
  child: Partial<WorkflowProps> = {},
) => {
  const stack = newStack();
  const inner = new Workflow(stack, 'Child', {
    definition: Step.invoke(fn(stack, 'ChildFn', 'return { got: event.input };'), { businessErrors: ['Refused'] }),
    stateMachineType,
    ...child,
  });
  const parent = new Workflow(stack, 'Parent', {
    definition: Step.sequence([
      { name: 'Before', step: Step.invoke(fn(stack, 'BeforeFn', 'return 1;')) },
      { name: 'Child', step: Step.startExecution(inner, options) },
      { name: 'After', step: Step.invoke(fn(stack, 'AfterFn', 'return event.results;')) },
    ]),
  });
  const alone = new Workflow(stack, 'Alone', { definition: Step.startExecution(inner, options) });
  const sim = simulate(stack);
  return { stack, sim, inner, parent, alone };
};

/** Takes longer than it may. */
const long = () => ({
  definition: Step.chain(sfn.Wait.jsonata(newStack(), 'Long', { time: sfn.WaitTime.duration(Duration.seconds(100)) })),
  timeout: Duration.seconds(60),
});

const LINK = 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID';

describe.each([STANDARD, EXPRESS])('a %s workflow inside another', (type) => {
  it('gets the input, with a link to the execution that started it, and gives its output', async () => {
    const { sim, parent } = nested(type);
    const run = await sim.start(parent, { n: 1 });
    const Child = { got: { n: 1, [LINK]: run.executionArn } };
    expect(run.output).toEqual({ Before: 1, Child, After: { Before: 1, Child } });
  });

  it('can be the whole of another', async () => {
    const { sim, alone } = nested(type);
    const run = await sim.start(alone, { n: 1 });
    expect(run.output).toEqual({ got: { n: 1, [LINK]: run.executionArn } });
  });

  it('gets the input that is said, of which expressions are a part', async () => {
    const { sim, parent } = nested(type, {
      input: {
        fixed: 'x',
        before: '{% $results.Before %}',
        list: ['{% $input.list %}', 2, { deep: '{% $input.n %}' }],
      },
      output: '{% $result.got.list %}',
    });
    const run = await sim.start(parent, { n: 1, list: [1, 2] });
    expect(run.output).toMatchObject({ Child: [[1, 2], 2, { deep: 1 }] });
  });

  it('may get an input that is no object, without a link', async () => {
    const { sim, parent } = nested(type, { input: '{% $input.list %}' });
    const run = await sim.start(parent, { list: [1] });
    expect(run.output).toMatchObject({ Child: { got: [1] } });
  });

  it('has every call allowed', async () => {
    const { sim, parent } = nested(type);
    const run = await sim.start(parent, {});
    expect(run.calls.filter((call) => !call.allowed)).toEqual([]);
    const start = type === EXPRESS ? 'states:StartSyncExecution' : 'states:StartExecution';
    expect(run.calls.map((call) => call.action)).toContain(start);
  });
});

const ODD_CAUSE = 'because of "quotes" \\ and \n lines';

describe('an Express workflow inside another', () => {
  it('fails with its own error, by its name, and with its cause', async () => {
    const { sim, inner, parent, alone } = nested(EXPRESS);
    sim.mock(inner, 'Child', Mock.fails('Refused', ODD_CAUSE));
    for (const target of [parent, alone]) {
      expect(await sim.start(target)).toMatchObject({ status: 'FAILED', error: 'Refused', cause: ODD_CAUSE });
    }
  });

  it('fails with States.Timeout where it took too long', async () => {
    const { sim, parent } = nested(EXPRESS, undefined, long());
    const run = await sim.start(parent, {});
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(run.visited).not.toContain('After');
  });
});

describe('an Express workflow whose answer is lost', () => {
  it('is run once more, as AWS tells its executions not apart by their names', async () => {
    const { sim, parent } = nested(EXPRESS);
    const fault = sim.fault('states:StartSyncExecution', Fault.lostResponse());
    const run = await sim.start(parent, { n: 1 });
    expect([run.status, fault.hits]).toEqual(['SUCCEEDED', 1]);
    expect(new Set(run.children.map(({ name }) => name)).size).toBe(1);
    expect(run.children).toHaveLength(2);
  });
});

describe('a Standard workflow inside another', () => {
  it('fails in the state that runs it, which a redrive does with a new execution', async () => {
    const { sim, inner, parent } = nested(STANDARD);
    sim.mock(inner, 'Child', Mock.sequence(Mock.fails('Refused', ODD_CAUSE), Mock.returns(1)));
    const run = await sim.start(parent);
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(String(run.cause))).toMatchObject({ Error: 'Refused', Cause: ODD_CAUSE });
    run.redrive();
    await sim.advance(Duration.minutes(1));
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { Child: 1 } });
    expect(new Set(run.children.map(({ name }) => name)).size).toBe(2);
  });
});

describe.each([STANDARD, EXPRESS])('a saga whose action is a %s workflow', (stateMachineType) => {
  const booking = (businessErrors?: string[], child: Partial<WorkflowProps> = {}) => {
    const stack = newStack();
    const inner = new Workflow(stack, 'Inner', {
      definition: Step.invoke(fn(stack, 'InnerFn')),
      stateMachineType,
      ...child,
    });
    const saga = new Saga(stack, 'Saga', {
      steps: [
        {
          name: 'Pay',
          action: Step.startExecution(inner, { businessErrors }),
          compensation: Step.invoke(fn(stack, 'RefundFn')),
        },
      ],
    });
    const sim = simulate(stack);
    return { sim, saga, inner };
  };

  it('undoes it after an error that is not declared', async () => {
    const { sim, saga, inner } = booking();
    sim.mock(inner, 'Inner', Mock.fails('Declined', ODD_CAUSE));
    const run = await sim.start(saga, { text: '"Error":"not this"' });
    expect(run.visited).toContain('Compensate Pay');
    expect(JSON.parse(String(run.cause))).toMatchObject({ error: 'Declined', cause: ODD_CAUSE });
  });

  it('undoes it after its timeout', async () => {
    const { sim, saga } = booking(undefined, long());
    const run = await sim.start(saga);
    expect(JSON.parse(String(run.cause))).toMatchObject({ error: 'States.Timeout' });
    expect(run.visited).toContain('Compensate Pay');
  });

  it('undoes nothing after a business error of the other workflow', async () => {
    const { sim, saga, inner } = booking(['Declined']);
    sim.mock(inner, 'Inner', Mock.fails('Declined'));
    const run = await sim.start(saga);
    expect(run.error).toBe('Saga.Compensated');
    expect(run.visited).not.toContain('Compensate Pay');
  });
});

describe.each([STANDARD, EXPRESS])('a distributed fan-out whose step is a %s workflow', (stateMachineType) => {
  const each = (tolerance?: Tolerance) => {
    const stack = newStack();
    const inner = new Workflow(stack, 'Inner', {
      definition: Step.invoke(
        fn(stack, 'InnerFn', 'if (event.input.bad) throw new Error("bad"); return event.input.n;'),
        {
          timeout: Duration.seconds(5),
        },
      ),
      stateMachineType,
      timeout: Duration.minutes(3),
    });
    const workflow = new FanOut(stack, 'Each', {
      items: Items.inputDistributed('{% $input.items %}'),
      step: Step.startExecution(inner),
      maxConcurrency: 5,
      tolerance,
    });
    const sim = simulate(stack);
    return { sim, workflow, inner };
  };
  const started = ({ sim, inner }: ReturnType<typeof each>) =>
    sim.runs.filter(({ executionArn }) => executionArn.includes(`:${sim.resolve(inner.stateMachineName)}:`));

  it('runs it once for each item, with the item as its input', async () => {
    const all = each();
    const run = await all.sim.start(all.workflow, { items: [{ n: 1 }, { n: 2 }, { n: 3 }] });
    expect(run.output).toMatchObject({ total: 3, succeeded: 3, failed: 0 });
    expect(
      started(all)
        .map(({ output }) => output)
        .sort(),
    ).toEqual([1, 2, 3]);
    expect(all.sim.calls.filter((call) => !call.allowed)).toEqual([]);
  });

  it('counts an item as failed where it fails, and parks it', async () => {
    const all = each(Tolerance.count(1));
    const run = await all.sim.start(all.workflow, { items: [{ n: 1 }, { n: 2, bad: true }] });
    expect(run.output).toMatchObject({ total: 2, succeeded: 1, failed: 1 });
    const [{ body }] = await all.sim.messages(all.workflow.deadLetterQueues[0]);
    expect(JSON.parse(body)).toMatchObject({ error: 'Error', input: { n: 2 } });
  });
});
