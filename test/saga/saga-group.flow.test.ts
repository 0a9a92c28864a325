import { Duration, type Stack } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { type IStep, Saga, type SagaStep, Step, UnknownOutcome, Workflow } from '../../src';
import { Mock, type Run, Simulator } from '../../src/simulator';
import { fn, newStack } from '../fixtures';

const open: Simulator[] = [];
afterEach(async () => {
  for (const sim of open.splice(0)) await sim.close();
});

const step = (stack: Stack, name: string, more: Partial<SagaStep> = {}): SagaStep => ({
  name,
  action: Step.invoke(fn(stack, `${name}Fn`, `return { done: '${name}', saw: event };`), {
    businessErrors: ['Refused'],
  }),
  compensation: Step.invoke(fn(stack, `Undo${name}Fn`, 'return event;')),
  ...more,
});

/** First, then Flight and Hotel at the same time, then Last. */
const trip = (more: Partial<SagaStep> = {}, last = true) => {
  const stack = newStack();
  const group = Step.sagaGroup([step(stack, 'Flight', more), step(stack, 'Hotel')]);
  const saga = new Saga(stack, 'Trip', {
    steps: [step(stack, 'First'), { name: 'Book', action: group }, ...(last ? [step(stack, 'Last')] : [])],
  });
  const sim = Simulator.fromStack(stack);
  open.push(sim);
  return { saga, sim };
};

const compensated = (run: Run) => run.visited.filter((name) => name.startsWith('Compensate '));
const causeOf = (run: Run) => JSON.parse(run.cause ?? '{}');

describe('a group that succeeds', () => {
  it('gives the results of its steps by name, to those after it as well', async () => {
    const { saga, sim } = trip();
    const run = await sim.start(saga, { to: 'OSL' });
    expect(run.status).toBe('SUCCEEDED');
    const { Book, Last } = run.output as Record<string, Record<string, Record<string, unknown>>>;
    expect(Book).toMatchObject({ Flight: { done: 'Flight' }, Hotel: { done: 'Hotel' } });
    expect(Last.saw.results).toMatchObject({ First: { done: 'First' }, Book: { Flight: { done: 'Flight' } } });
    expect(Book.Flight.saw).toMatchObject({ input: { to: 'OSL' }, results: { First: { done: 'First' } } });
  });

  it('ends the saga where it is its last step', async () => {
    const { saga, sim } = trip({}, false);
    const run = await sim.start(saga, {});
    expect(run.status).toBe('SUCCEEDED');
    expect(run.output).toMatchObject({ First: { done: 'First' }, Book: { Hotel: { done: 'Hotel' } } });
  });

  it('is undone as a whole when a later step fails, the last one first', async () => {
    const { saga, sim } = trip();
    sim.mock('Last', Mock.fails('Refused'));
    const run = await sim.start(saga, {});
    expect(run.error).toBe('Saga.Compensated');
    expect(compensated(run)).toEqual(['Compensate Book.Hotel', 'Compensate Book.Flight', 'Compensate First']);
  });
});

describe('a group of which one step fails', () => {
  it.each([
    ['a business error', Mock.fails('Refused'), ['Compensate Book.Hotel', 'Compensate First']],
    [
      'an unknown error',
      Mock.fails('TypeError'),
      ['Compensate Book.Hotel', 'Compensate Book.Flight', 'Compensate First'],
    ],
    ['a timeout', Mock.timesOut(), ['Compensate Book.Hotel', 'Compensate Book.Flight', 'Compensate First']],
    [
      'a result that is too large',
      Mock.returns('x'.repeat(300_000)),
      ['Compensate Book.Hotel', 'Compensate Book.Flight', 'Compensate First'],
    ],
  ])('with %s undoes what has or may have happened', async (_, mock, expected) => {
    const { saga, sim } = trip();
    sim.mock('Book.Flight', mock);
    const run = await sim.start(saga, {});
    expect(run.error).toBe('Saga.Compensated');
    expect(compensated(run)).toEqual(expected);
    expect(causeOf(run)).toMatchObject({ step: 'Book.Flight', notCompensated: [] });
  });

  it('lets the others end, and gives their results to what undoes them', async () => {
    const { saga, sim } = trip();
    sim.mock('Book.Flight', Mock.fails('Refused'));
    let got: unknown;
    sim.mock(
      'Compensate Book.Hotel',
      Mock.calls((event) => {
        got = event;
      }),
    );
    const run = await sim.start(saga, { to: 'OSL' });
    expect(run.visited).toContain('Book.Hotel');
    expect(got).toMatchObject({
      input: { to: 'OSL' },
      result: { done: 'Hotel' },
      error: { step: 'Book.Flight', error: 'Refused' },
      results: { First: { done: 'First' } },
      idempotencyKey: expect.stringMatching(/#Book\.Hotel$/),
    });
  });

  it('that counts as not done after an unknown error is passed over', async () => {
    const { saga, sim } = trip({ whenUnknown: UnknownOutcome.ASSUME_NOT_DONE });
    sim.mock('Book.Flight', Mock.timesOut());
    expect(compensated(await sim.start(saga, {}))).toEqual(['Compensate Book.Hotel', 'Compensate First']);
  });

  it('and of which an undo fails parks that one', async () => {
    const { saga, sim } = trip();
    sim.mock('Book.Flight', Mock.fails('Refused'));
    sim.mock('Compensate Book.Hotel', Mock.fails('Down'));
    const run = await sim.start(saga, {});
    expect(run.error).toBe('Saga.PartlyCompensated');
    expect(causeOf(run)).toMatchObject({ compensated: ['First'], notCompensated: ['Book.Hotel'], notParked: [] });
    const messages = await sim.messages(saga.deadLetterQueue as IQueue);
    expect(messages.map((message) => JSON.parse(message.body))).toMatchObject([
      { step: 'Book.Hotel', result: { done: 'Hotel' } },
    ]);
  });
});

describe('a group of which all steps fail', () => {
  it('undoes those that may have happened', async () => {
    const { saga, sim } = trip();
    sim.mock('Book.Flight', Mock.fails('Refused'));
    sim.mock('Book.Hotel', Mock.fails('TypeError'));
    const run = await sim.start(saga, {});
    expect(run.error).toBe('Saga.Compensated');
    expect(compensated(run)).toEqual(['Compensate Book.Hotel', 'Compensate First']);
  });
});

describe('a group with a saga inside', () => {
  const nested = () => {
    const stack = newStack();
    const inner = Step.saga({ steps: [step(stack, 'Inner1'), step(stack, 'Inner2')] });
    const saga = new Saga(stack, 'Trip', {
      steps: [
        { name: 'Book', action: Step.sagaGroup([step(stack, 'Flight'), step(stack, 'Nested', { action: inner })]) },
      ],
    });
    const sim = Simulator.fromStack(stack);
    open.push(sim);
    sim.mock('Book.Nested.Inner2', Mock.fails('Refused'));
    return { saga, sim };
  };

  it('that was compensated passes over it', async () => {
    const { saga, sim } = nested();
    const run = await sim.start(saga, {});
    expect(run.error).toBe('Saga.Compensated');
    expect(compensated(run)).toEqual(['Compensate Book.Flight']);
  });

  it('that was partly compensated is partly compensated', async () => {
    const { saga, sim } = nested();
    sim.mock('Book.Nested.Compensate Inner1', Mock.fails('Down'));
    const run = await sim.start(saga, {});
    expect(run.error).toBe('Saga.PartlyCompensated');
    expect(causeOf(run)).toMatchObject({ compensated: ['Book.Flight'], notCompensated: ['Book.Nested'] });
  });
});

describe('the role of a saga with a group', () => {
  it('allows every call of every path, and has no permission that no path uses', async () => {
    const { saga, sim } = trip();
    const names = ['First', 'Book.Flight', 'Book.Hotel', 'Last'];
    sim.mock('Last', Mock.fails('TypeError'));
    const runs = [await sim.start(saga, {})];
    sim.reset();
    for (const name of names) sim.mock(`Compensate ${name}`, Mock.fails('Down'));
    sim.mock('Last', Mock.fails('TypeError'));
    runs.push(await sim.start(saga, {}));
    expect(runs.flatMap((run) => run.calls).filter((call) => !call.allowed)).toEqual([]);
    expect(sim.unusedPermissions(saga)).toEqual([]);
  });
});

describe('the worst path of a group', () => {
  it('is that of its longest step, all parts of it together', () => {
    const stack = newStack();
    const wait = (name: string) => ({ name, step: Step.wait(Duration.hours(1)) });
    const long = { name: 'Long', action: Step.sequence([wait('One'), wait('Two')]) };
    const steps = [{ name: 'Both', action: Step.sagaGroup([long, { name: 'Short', action: wait('Three').step }]) }];
    expect(new Saga(stack, 'Trip', { steps }).timeout.toSeconds()).toBe(2 * 3600 + 60);
  });
});

describe('bad input', () => {
  const saga = (steps: (action: IStep) => SagaStep[]) => {
    const stack = newStack();
    const action = Step.invoke(fn(stack, 'Fn'));
    return () => new Saga(stack, 'Trip', { steps: steps(action) });
  };
  const two = (action: IStep, more: Partial<SagaStep> = {}) =>
    Step.sagaGroup([
      { name: 'A', action, ...more },
      { name: 'B', action },
    ]);

  it('fails for a group outside of a saga', () => {
    const stack = newStack();
    const definition = two(Step.invoke(fn(stack, 'Fn')));
    expect(() => new Workflow(stack, 'Flow', { definition })).toThrow("the group 'Flow' stands outside of a saga");
  });

  it('fails for a compensation of the group itself', () => {
    const steps = (action: IStep) => [{ name: 'G', action: two(action), compensation: action }];
    expect(saga(steps)).toThrow("'G' is a group: give compensations and whenUnknown to its own steps");
  });

  it('fails for whenUnknown without a compensation', () => {
    const steps = (action: IStep) => [{ name: 'G', action: two(action, { whenUnknown: UnknownOutcome.COMPENSATE }) }];
    expect(saga(steps)).toThrow("the saga step 'A' has whenUnknown");
  });

  it('fails for a group of one step', () => {
    const steps = (action: IStep) => [{ name: 'G', action: Step.sagaGroup([{ name: 'A', action }]) }];
    expect(saga(steps)).toThrow("the group 'G' has one step; lay it in the saga itself");
  });

  it('fails for a pivot or a group in a group', () => {
    expect(saga((action) => [{ name: 'G', action: two(action, { pivot: true }) }])).toThrow(
      "'A' of the group 'G' is a pivot",
    );
    expect(saga((action) => [{ name: 'G', action: two(action, { action: two(action) }) }])).toThrow(
      "'A' of the group 'G'",
    );
  });

  it('fails for a group after the pivot', () => {
    const steps = (action: IStep) => [
      { name: 'P', action, pivot: true },
      { name: 'G', action: two(action) },
    ];
    expect(saga(steps)).toThrow("the group 'G' comes after the pivot");
  });
});
