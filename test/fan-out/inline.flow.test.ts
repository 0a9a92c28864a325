import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { FanOut, type IStep, Items, Saga, Step, Workflow } from '../../src';
import { expectLeastPrivilege, Mock } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';

type Stack = ReturnType<typeof newStack>;

const inline = (step: (stack: Stack) => IStep, items = '{% $input.items %}', maxConcurrency?: number) => {
  const stack = newStack();
  const workflow = new FanOut(stack, 'Each', { items: Items.at(items), step: step(stack), maxConcurrency });
  return { stack, workflow, sim: simulate(stack) };
};

const echo = (stack: Stack) => Step.invoke(fn(stack, 'EchoFn', 'return event;'));

describe('an inline fan-out', () => {
  it('gives the results in the order of the items, whatever they are', async () => {
    const { sim, workflow } = inline((stack) => Step.invoke(fn(stack, 'EchoFn', 'return event.input;')));
    const items = [1, 'two', [3, [4]], { five: 5 }, null, [], false];
    expect((await sim.start(workflow, { items })).output).toEqual(items);
  });

  it('gives each item a key of its own, under the name of the execution', async () => {
    const { sim, workflow } = inline(echo);
    const run = await sim.start(workflow, { items: ['a', 'b'] });
    expect(run.output).toEqual([
      { input: 'a', results: {}, idempotencyKey: `${run.name}/0#Each.Item` },
      { input: 'b', results: {}, idempotencyKey: `${run.name}/1#Each.Item` },
    ]);
  });

  it('succeeds with no items', async () => {
    const { sim, workflow } = inline(echo);
    expect((await sim.start(workflow, { items: [] })).output).toEqual([]);
  });

  it('fails as a whole with the error of an item', async () => {
    const { sim, workflow } = inline((stack) =>
      Step.invoke(fn(stack, 'OddFn', 'if (event.input === 2) throw new RangeError("two"); return 1;')),
    );
    const run = await sim.start(workflow, { items: [1, 2, 3] });
    expect([run.status, run.error]).toEqual(['FAILED', 'RangeError']);
  });

  it('tries an item again that is throttled, and none of the others', async () => {
    const { sim, workflow } = inline(echo);
    sim.mock(
      'Each.Item',
      Mock.sequence(Mock.returns(1), Mock.fails('Lambda.TooManyRequestsException'), Mock.returns(2), Mock.returns(3)),
    );
    const run = await sim.start(workflow, { items: ['a', 'b', 'c'] });
    expect(run.status).toBe('SUCCEEDED');
    expect(run.calls).toHaveLength(4);
  });

  it.each([undefined, 'text', { an: 'object' }])('fails for %j, which is no array', async (items) => {
    const { sim, workflow } = inline(echo);
    const run = await sim.start(workflow, { items });
    expect([run.status, run.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
  });

  it('fails before the first item where there are more than the history of an execution bears', async () => {
    const { sim, workflow } = inline(echo);
    const run = await sim.start(workflow, { items: Array(3571).fill(0) });
    expect([run.status, run.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
    expect(run.cause).toContain('3571 items are more than the 3570 whose events an execution bears');
    expect(run.calls).toEqual([]);
  });

  it('bears as many as it says', async () => {
    const { sim, workflow } = inline(echo);
    sim.mock('Each.Item', Mock.returns(1));
    const run = await sim.start(workflow, { items: Array(3570).fill(0) });
    expect(run.status).toBe('SUCCEEDED');
    expect(run.history.length).toBeLessThan(25_000);
  });

  it('works on no more at once than it is told', async () => {
    const { sim, workflow } = inline(echo, undefined, 2);
    sim.mock('Each.Item', Mock.returns(1).after(Duration.seconds(10)));
    expect((await sim.start(workflow, { items: [1, 2, 3, 4, 5] })).elapsed.toSeconds()).toBe(30);
  });

  it('has least privilege', async () => {
    const { sim, workflow } = inline(echo);
    await sim.start(workflow, { items: [1] });
    expectLeastPrivilege(sim);
  });
});

describe('the step of an item', () => {
  it('may be a sequence, whose steps see the item as input, and each other', async () => {
    const { sim, workflow } = inline((stack) =>
      Step.sequence([
        { name: 'One', step: Step.invoke(fn(stack, 'OneFn', 'return event.input * 2;')) },
        { name: 'Pause', step: Step.wait(Duration.seconds(1)) },
        {
          name: 'Two',
          step: Step.invoke(fn(stack, 'TwoFn', 'return event;'), {
            output: '{% [$input, $result.input, $result.results.One] %}',
          }),
        },
      ]),
    );
    expect((await sim.start(workflow, { items: [5, 6] })).output).toEqual([
      { One: 10, Pause: null, Two: [5, 5, 10] },
      { One: 12, Pause: null, Two: [6, 6, 12] },
    ]);
  });

  it('may be a choice by the item', async () => {
    const { sim, workflow } = inline((stack) =>
      Step.choice({
        cases: [{ when: '{% $input > 5 %}', name: 'Large', step: Step.wait(Duration.seconds(1)) }],
        otherwise: { name: 'Small', step: echo(stack) },
      }),
    );
    const run = await sim.start(workflow, { items: [9, 1] });
    expect(run.output).toMatchObject([null, { input: 1 }]);
  });

  it('may be plain CDK states, which get the item', async () => {
    const { sim, workflow } = inline((stack) =>
      Step.chain(sfn.Pass.jsonata(stack, 'Own', { outputs: '{% { "got": $states.input } %}' })),
    );
    expect((await sim.start(workflow, { items: [{ a: 1 }, 2] })).output).toEqual([{ got: { a: 1 } }, { got: 2 }]);
  });

  it('may be a saga, whose compensations get the item', async () => {
    const { sim, workflow } = inline((stack) =>
      Step.saga({
        steps: [
          {
            name: 'Book',
            action: Step.invoke(fn(stack, 'BookFn', 'return "booked";')),
            compensation: Step.invoke(fn(stack, 'UnbookFn', 'return event;')),
          },
          { name: 'Pay', action: Step.invoke(fn(stack, 'PayFn', 'throw new Error("no");')) },
        ],
      }),
    );
    const run = await sim.start(workflow, { items: [{ id: 7 }] });
    expect(run.error).toBe('Saga.Compensated');
    const undo = run.calls.find(({ stateName }) => stateName === 'Each.Item.Compensate Book');
    expect(JSON.parse(String(undo?.request.Payload))).toMatchObject({
      input: { id: 7 },
      result: 'booked',
      idempotencyKey: `${run.name}/0#Each.Item.Book`,
    });
  });

  it('may be another fan-out, whose keys have both places', async () => {
    const { sim, workflow } = inline((stack) =>
      Step.fanOut({
        items: Items.at('{% $input %}'),
        step: Step.invoke(fn(stack, 'EchoFn', 'return [event.input, event.idempotencyKey];')),
      }),
    );
    const run = await sim.start(workflow, { items: [['a', 'b'], ['c']] });
    const key = (place: string) => `${run.name}/${place}#Each.Item.Item`;
    expect(run.output).toEqual([
      [
        ['a', key('0/0')],
        ['b', key('0/1')],
      ],
      [['c', key('1/0')]],
    ]);
  });

  it('may run another workflow, by a name of its own for each item', async () => {
    const { sim, workflow } = inline((stack) =>
      Step.startExecution(new Workflow(stack, 'Other', { definition: echo(stack) })),
    );
    const run = await sim.start(workflow, { items: [{ n: 1 }, { n: 1 }] });
    expect(run.status).toBe('SUCCEEDED');
    expect(new Set(run.children.map(({ name }) => name)).size).toBe(2);
  });
});

describe('a fan-out inside a flow', () => {
  it('lets its items see the results before it, and those after it see its own', async () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Flow', {
      definition: Step.sequence([
        { name: 'Before', step: Step.invoke(fn(stack, 'BeforeFn', 'return ["x", "y"];')) },
        {
          name: 'Each',
          step: Step.fanOut({
            items: Items.at('{% $results.Before %}'),
            step: Step.invoke(fn(stack, 'ItemFn', 'return [event.input, event.results];')),
          }),
        },
        { name: 'After', step: Step.invoke(fn(stack, 'AfterFn', 'return event.results.Each.length;')) },
      ]),
      timeout: Duration.hours(1),
    });
    const { output } = await simulate(stack).start(workflow, {});
    const Before = ['x', 'y'];
    expect(output).toEqual({
      Before,
      Each: [
        ['x', { Before }],
        ['y', { Before }],
      ],
      After: 2,
    });
  });

  it('is an action that may have happened where an item fails: its compensation runs', async () => {
    const stack = newStack();
    const saga = new Saga(stack, 'Saga', {
      steps: [
        {
          name: 'Notify',
          action: Step.fanOut({
            items: Items.at('{% $input.to %}'),
            step: Step.invoke(fn(stack, 'NotifyFn', 'throw new Error("no");')),
          }),
          compensation: Step.fanOut({
            items: Items.at('{% $input.to %}'),
            step: Step.invoke(fn(stack, 'SorryFn', 'return event;')),
          }),
        },
      ],
      timeout: Duration.hours(1),
    });
    const run = await simulate(stack).start(saga, { to: ['a'] });
    expect(run.error).toBe('Saga.Compensated');
    const sorry = run.calls.find(({ stateName }) => stateName?.startsWith('Compensate Notify'));
    expect(JSON.parse(String(sorry?.request.Payload))).toMatchObject({
      input: 'a',
      error: { step: 'Notify', error: 'Error' },
    });
  });
});
