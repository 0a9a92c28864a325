import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import {
  ChildOrder,
  FailurePolicy,
  type IStep,
  NestedWorkflows,
  Saga,
  type StartExecutionOptions,
  Step,
  Workflow,
} from '../../src';
import { Fault, Mock, type Simulator } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';

type Stack = ReturnType<typeof newStack>;

const START = 'states:StartExecution';
/** AWS takes a start of the same name for another one where its input is another. */
const OTHER_IN_RETRIES = { of: '{% $states.context.State.RetryCount %}' };
const QUICK = Step.wait(Duration.seconds(1));

/** A child that ends at once, whose first start is not answered. */
const lost = (parentOf: (stack: Stack, child: Workflow) => Workflow) => {
  const stack = newStack();
  const child = new Workflow(stack, 'Child', {
    definition: Step.invoke(fn(stack, 'ChildFn', 'return { of: event.input.of };')),
  });
  const parent = parentOf(stack, child);
  const sim = simulate(stack);
  return { sim, child, parent, fault: sim.fault(START, Fault.lostResponse()) };
};

const alone = (options?: StartExecutionOptions) => (stack: Stack, child: Workflow) =>
  new Workflow(stack, 'Parent', { definition: Step.startExecution(child, options) });

const between = (stack: Stack, child: Workflow) =>
  new Workflow(stack, 'Parent', {
    definition: Step.sequence([
      { name: 'Before', step: QUICK },
      { name: 'Run', step: Step.startExecution(child) },
      { name: 'After', step: Step.invoke(fn(stack, 'AfterFn', 'return { ...event.results, input: event.input };')) },
    ]),
  });

const many = (order: ChildOrder, failurePolicy?: FailurePolicy) => (stack: Stack, workflow: Workflow) =>
  new NestedWorkflows(stack, 'Parent', { children: [{ name: 'One', workflow, failurePolicy }], order });

const runsOf = (sim: Simulator, child: Workflow) =>
  sim.runs.filter(({ executionArn }) => executionArn.includes(`:execution:${sim.resolve(child.stateMachineName)}:`));

describe('a start that is not answered, of a workflow that has ended when it is tried again', () => {
  const parents: [string, (stack: Stack, child: Workflow) => Workflow, unknown][] = [
    ['the whole of a workflow', alone(), { of: 1 }],
    [
      'a step among others',
      between,
      { Before: null, Run: { of: 1 }, After: { Before: null, Run: { of: 1 }, input: { of: 1 } } },
    ],
    ['one with an output of its own', alone({ output: '{% $result.of + 1 %}' }), 2],
    ...[ChildOrder.PARALLEL, ChildOrder.SEQUENCE].flatMap((order) =>
      [undefined, FailurePolicy.collect(), FailurePolicy.ignore('a hint')].map((policy): (typeof parents)[number] => [
        `one of several in ${order}, with ${JSON.stringify(policy ?? 'no failure policy')}`,
        many(order, policy),
        { One: { of: 1 } },
      ]),
    ),
  ];

  it.each(parents)('is the same execution: %s', async (_, parentOf, output) => {
    const { sim, child, parent, fault } = lost(parentOf);
    const run = await sim.start(parent, { of: 1 });
    expect([run.status, run.error, run.output]).toEqual(['SUCCEEDED', undefined, output]);
    expect([fault.hits, runsOf(sim, child).length]).toEqual([1, 1]);
  });

  it('is looked for on no other way', async () => {
    const { sim, parent } = lost(between);
    sim.reset();
    const run = await sim.start(parent, { of: 1 });
    expect(run.visited).toEqual(['Before', 'Run', 'After']);
  });

  it('is waited for where it still runs with another input', async () => {
    const { sim, child, parent } = lost(alone({ input: OTHER_IN_RETRIES }));
    sim.mock(child, 'Child', Mock.returns('late').after(Duration.seconds(17)));
    const run = await sim.start(parent);
    expect([run.output, runsOf(sim, child).length]).toEqual(['late', 1]);
    expect(run.visited).toEqual([
      'Parent',
      ...Array(4).fill(['Parent.Find', 'Parent.Ended?', 'Parent.Wait']).flat(),
      'Parent.Find',
      'Parent.Ended?',
      'Parent.Found',
    ]);
  });

  it('assigns what is asked of its result', async () => {
    const keeping = (stack: Stack, child: Workflow) => {
      const start: IStep = {
        bind: (scope, id, options) =>
          Step.startExecution(child).bind(scope, id, { ...options, assign: { kept: '$result.of + 1' } }),
      };
      const after = Step.invoke(fn(stack, 'AfterFn', 'return event;'), { payload: '{% $kept %}' });
      return new Workflow(stack, 'Parent', {
        definition: Step.sequence([
          { name: 'Run', step: start },
          { name: 'After', step: after },
        ]),
      });
    };
    const { sim, parent } = lost(keeping);
    for (const _ of ['lost', 'answered']) {
      expect((await sim.start(parent, { of: 1 })).output).toMatchObject({ After: 2 });
    }
  });

  it('is found also where AWS is late to know of it', async () => {
    const { sim, child, parent } = lost(alone());
    sim.fault('states:DescribeExecution', Fault.error('ExecutionDoesNotExist'));
    const run = await sim.start(parent, { of: 1 });
    expect([run.output, runsOf(sim, child).length]).toEqual([{ of: 1 }, 1]);
  });
});

describe('a start that is not answered, of a workflow that has failed when it is tried again', () => {
  it.each([
    ['the whole of a workflow', alone()],
    ['a step among others', between],
  ])('fails in a state that a redrive enters, and runs it anew: %s', async (_, parentOf) => {
    const { sim, child, parent } = lost(parentOf);
    sim.mock(child, 'Child', Mock.sequence(Mock.fails('Refused', 'why'), Mock.returns({ of: 2 })));
    const run = await sim.start(parent, {});
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(run.cause).toContain('Refused: why');
    run.redrive();
    await sim.advance(Duration.minutes(5));
    expect(run.status).toBe('SUCCEEDED');
    expect(JSON.stringify(run.output)).toContain('{"of":2}');
    expect(runsOf(sim, child).map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  });

  it.each([ChildOrder.PARALLEL, ChildOrder.SEQUENCE])('is a failure of that one, in %s', async (order) => {
    const { sim, child, parent } = lost(many(order, FailurePolicy.ignore('a hint')));
    sim.mock(child, 'Child', Mock.fails('Refused', 'why'));
    const run = await sim.start(parent, {});
    expect(run.output).toEqual({ One: { failed: true, error: 'Refused', cause: 'why', ignored: 'a hint' } });
    expect(runsOf(sim, child)).toHaveLength(1);
  });

  it('is a timeout where that took too long', async () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Long', {
      definition: Step.chain(sfn.Wait.jsonata(stack, 'Wait', { time: sfn.WaitTime.duration(Duration.minutes(2)) })),
      timeout: Duration.minutes(1),
    });
    const failurePolicy = FailurePolicy.ignore('a hint');
    const parent = new NestedWorkflows(stack, 'Parent', {
      children: [{ name: 'One', workflow, input: OTHER_IN_RETRIES, failurePolicy }],
    });
    const sim = simulate(stack);
    sim.fault(START, Fault.lostResponse());
    const run = await sim.start(parent);
    expect(run.output).toMatchObject({ One: { failed: true, error: 'States.Timeout' } });
    expect(runsOf(sim, workflow).map(({ status }) => status)).toEqual(['TIMED_OUT']);
  });
});

describe('a saga whose start of a workflow is not answered', () => {
  const booking = (stack: Stack, child: Workflow) =>
    new Saga(stack, 'Saga', {
      steps: [
        {
          name: 'Pay',
          action: Step.startExecution(child, { businessErrors: ['Declined'] }),
          compensation: Step.invoke(fn(stack, 'RefundFn')),
        },
        { name: 'Ship', action: Step.invoke(fn(stack, 'ShipFn')) },
      ],
    });

  it('goes on with its result', async () => {
    const { sim, child, parent } = lost(booking);
    const run = await sim.start(parent, { of: 1 });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { Pay: { of: 1 } } });
    expect(runsOf(sim, child)).toHaveLength(1);
  });

  it('undoes nothing after a business error', async () => {
    const { sim, child, parent } = lost(booking);
    sim.mock(child, 'Child', Mock.fails('Declined'));
    const run = await sim.start(parent, {});
    expect([run.error, run.visited]).toEqual([
      'Saga.Compensated',
      ['Pay', 'Pay.Run', 'Pay.Find', 'Pay.Ended?', 'Pay.Failed', 'Saga Failed'],
    ]);
  });

  it('undoes it after another error', async () => {
    const { sim, child, parent } = lost(booking);
    sim.mock(child, 'Child', Mock.fails('Broken'));
    const run = await sim.start(parent, {});
    expect(JSON.parse(String(run.cause))).toMatchObject({ error: 'Broken', compensated: ['Pay'] });
  });

  it('has every call allowed', async () => {
    const { sim, parent } = lost(booking);
    const run = await sim.start(parent, { of: 1 });
    expect(run.calls.filter((call) => !call.allowed)).toEqual([]);
  });
});
