import { Duration, type Stack } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { afterEach, describe, expect, it } from 'vitest';
import { Saga, type SagaStep, Step, UnknownOutcome, Workflow } from '../../src';
import { Mock, type Run, Simulator } from '../../src/simulator';
import { fn, newStack } from '../fixtures';

const open: Simulator[] = [];
const simulate = (stack: Stack): Simulator => {
  const sim = Simulator.fromStack(stack);
  open.push(sim);
  return sim;
};
afterEach(async () => {
  for (const sim of open.splice(0)) await sim.close();
});

/** A step whose action fails as the input tells it to, and whose compensation returns what it got. */
const step = (stack: Stack, name: string, more: Partial<SagaStep> = {}): SagaStep => {
  const fails = `if (event.input.fail?.${name}) { const e = new Error('because'); e.name = event.input.fail.${name}; throw e; }`;
  return {
    name,
    action: Step.invoke(fn(stack, `${name}Fn`, `${fails} return { done: '${name}', saw: event };`), {
      businessErrors: ['Refused'],
      retryOn: ['Busy'],
    }),
    compensation: Step.invoke(fn(stack, `Undo${name}Fn`, 'return event;')),
    ...more,
  };
};

const threeSteps = (more: Partial<SagaStep> = {}) => {
  const stack = newStack();
  const steps = ['A', 'B', 'C'].map((name) => step(stack, name, name === 'B' ? more : {}));
  const saga = new Saga(stack, 'Booking', { steps });
  return { saga, sim: simulate(stack) };
};

const compensated = (run: Run) => run.visited.filter((name) => name.startsWith('Compensate '));
const causeOf = (run: Run) => JSON.parse(run.cause ?? '{}');
const result = (run: Run, state: string) => {
  const exit = run.history.find((event) => event.type === 'TaskSucceeded' && ownerOf(run, event.id) === state);
  return JSON.parse(exit?.taskSucceededEventDetails?.output ?? '{}').Payload;
};
const ownerOf = (run: Run, id: number): string | undefined => {
  const event = run.history[id - 1];
  return event?.stateEnteredEventDetails?.name ?? (event && ownerOf(run, event.previousEventId));
};

describe('when every step succeeds', () => {
  it('only the actions are entered, each once', async () => {
    const { saga, sim } = threeSteps();
    const run = await sim.start(saga, { to: 'OSL' });
    expect(run.status).toBe('SUCCEEDED');
    expect(run.visited).toEqual(['A', 'B', 'C']);
    expect(run.transitions).toBe(3);
  });

  it('the output has the result of each step by name', async () => {
    const { saga, sim } = threeSteps();
    const { output } = await sim.start(saga, { to: 'OSL' });
    expect(output).toMatchObject({ A: { done: 'A' }, B: { done: 'B' }, C: { done: 'C' } });
  });

  it('each function gets the input, the results so far, and a key of its own', async () => {
    const { saga, sim } = threeSteps();
    const run = await sim.start(saga, { to: 'OSL' });
    const { A, B, C } = run.output as Record<string, { saw: Record<string, unknown> }>;
    const name = run.executionArn.split(':').at(-1);
    expect(A.saw).toEqual({ input: { to: 'OSL' }, results: {}, idempotencyKey: `${name}#A` });
    expect(B.saw).toEqual({ input: { to: 'OSL' }, results: { A }, idempotencyKey: `${name}#B` });
    expect(C.saw).toEqual({ input: { to: 'OSL' }, results: { A, B }, idempotencyKey: `${name}#C` });
  });
});

describe.each([
  ['A', [], ['Compensate A']],
  ['B', ['Compensate A'], ['Compensate B', 'Compensate A']],
  ['C', ['Compensate B', 'Compensate A'], ['Compensate C', 'Compensate B', 'Compensate A']],
])('when %s fails', (failing, earlier, own) => {
  it('a business error undoes the steps before it, newest first', async () => {
    const { saga, sim } = threeSteps();
    const run = await sim.start(saga, { fail: { [failing]: 'Refused' } });
    expect(run.error).toBe('Saga.Compensated');
    expect(compensated(run)).toEqual(earlier);
  });

  it('an unknown error undoes it as well', async () => {
    const { saga, sim } = threeSteps();
    const run = await sim.start(saga, { fail: { [failing]: 'TypeError' } });
    expect(run.error).toBe('Saga.Compensated');
    expect(compensated(run)).toEqual(own);
  });

  it.each([
    ['a timeout', Mock.timesOut()],
    ['a crash', Mock.fails('Lambda.Unknown')],
    ['a killed function', Mock.fails('Sandbox.Timedout')],
    ['throttling that does not end', Mock.fails('Lambda.TooManyRequestsException')],
    ['a fault of the service that does not end', Mock.fails('Lambda.ServiceException')],
  ])('%s undoes it as well', async (_, mock) => {
    const { saga, sim } = threeSteps();
    sim.mock(failing, mock);
    const run = await sim.start(saga, {});
    expect(run.error).toBe('Saga.Compensated');
    expect(compensated(run)).toEqual(own);
  });

  it.each(['Lambda.TooManyRequestsException', 'Lambda.ServiceException', 'Busy'])(
    '%s that passes undoes nothing',
    async (error) => {
      const { saga, sim } = threeSteps();
      sim.mock(failing, Mock.sequence(Mock.fails(error), Mock.fails(error), Mock.returns({ done: failing })));
      const run = await sim.start(saga, {});
      expect(run.status).toBe('SUCCEEDED');
      expect(run.visited).toEqual(['A', 'B', 'C']);
      expect(run.transitions).toBe(5);
    },
  );

  it('the cause says what failed, why, and what was undone', async () => {
    const { saga, sim } = threeSteps();
    const run = await sim.start(saga, { fail: { [failing]: 'Refused' } });
    const cause = causeOf(run);
    expect(cause).toMatchObject({
      step: failing,
      error: 'Refused',
      compensated: earlier.map((name) => name.replace('Compensate ', '')),
      notCompensated: [],
      notParked: [],
    });
    expect(JSON.parse(cause.cause)).toMatchObject({ errorType: 'Refused', errorMessage: 'because' });
  });
});

describe('a result that is too large', () => {
  const LARGE = 'x'.repeat(300_000);

  it('undoes the step that gave it, which has happened', async () => {
    const { saga, sim } = threeSteps();
    sim.mock('B', Mock.returns(LARGE));
    const run = await sim.start(saga, {});
    expect(run.error).toBe('Saga.Compensated');
    expect(compensated(run)).toEqual(['Compensate B', 'Compensate A']);
  });

  it('together with the others undoes the step with which it gets so', async () => {
    const { saga, sim } = threeSteps();
    for (const name of ['A', 'B']) sim.mock(name, Mock.returns(LARGE.slice(0, 140_000)));
    const run = await sim.start(saga, {});
    expect(run.error).toBe('Saga.Compensated');
    expect(compensated(run)).toEqual(['Compensate B', 'Compensate A']);
  });

  it('of a compensation parks it', async () => {
    const { saga, sim } = threeSteps();
    sim.mock('Compensate B', Mock.returns(LARGE));
    const run = await sim.start(saga, { fail: { C: 'Refused' } });
    expect(run.error).toBe('Saga.PartlyCompensated');
    expect(causeOf(run)).toMatchObject({ compensated: ['A'], notCompensated: ['B'] });
  });
});

describe('a business error', () => {
  it('is never retried', async () => {
    const { saga, sim } = threeSteps();
    const run = await sim.start(saga, { fail: { A: 'Refused' } });
    expect(run.states[0]).toMatchObject({ name: 'A', attempts: 1, errors: ['Refused'] });
  });
});

describe('a step that counts as not done when its outcome is unknown', () => {
  it('is not undone after a timeout', async () => {
    const { saga, sim } = threeSteps({ whenUnknown: UnknownOutcome.ASSUME_NOT_DONE });
    sim.mock('B', Mock.timesOut());
    expect(compensated(await sim.start(saga, {}))).toEqual(['Compensate A']);
  });

  it('is undone when a later step fails', async () => {
    const { saga, sim } = threeSteps({ whenUnknown: UnknownOutcome.ASSUME_NOT_DONE });
    expect(compensated(await sim.start(saga, { fail: { C: 'Refused' } }))).toEqual(['Compensate B', 'Compensate A']);
  });
});

describe('a step without a compensation', () => {
  it('is passed over on the way back', async () => {
    const { saga, sim } = threeSteps({ compensation: undefined });
    expect(compensated(await sim.start(saga, { fail: { C: 'TypeError' } }))).toEqual(['Compensate C', 'Compensate A']);
  });
});

describe('a compensation', () => {
  it('gets what its action returned, what ended the saga, and the key of its action', async () => {
    const { saga, sim } = threeSteps();
    const run = await sim.start(saga, { fail: { C: 'Refused' } });
    const got = result(run, 'Compensate B');
    expect(got).toMatchObject({
      input: { fail: { C: 'Refused' } },
      result: { done: 'B' },
      error: { step: 'C', error: 'Refused' },
      idempotencyKey: `${run.executionArn.split(':').at(-1)}#B`,
    });
    expect(Object.keys(got.results)).toEqual(['A']);
  });

  it('gets no result where the outcome of its action is unknown, the same key all the same', async () => {
    const { saga, sim } = threeSteps();
    sim.mock('A', Mock.timesOut());
    const run = await sim.start(saga, {});
    const got = result(run, 'Compensate A');
    expect(got).not.toHaveProperty('result');
    expect(got).toMatchObject({
      results: {},
      error: { step: 'A', error: 'States.Timeout' },
      idempotencyKey: `${run.executionArn.split(':').at(-1)}#A`,
    });
  });
});

describe('a compensation that fails', () => {
  it.each(['Error', 'TypeError', 'Lambda.Unknown'])(
    'with %s is tried again, as it may be done twice',
    async (error) => {
      const { saga, sim } = threeSteps();
      sim.mock('Compensate B', Mock.sequence(Mock.fails(error), Mock.fails(error), Mock.returns({})));
      const run = await sim.start(saga, { fail: { C: 'Refused' } });
      expect(run.error).toBe('Saga.Compensated');
      expect(run.states.find(({ name }) => name === 'Compensate B')?.attempts).toBe(3);
    },
  );
});

describe('the payload of a compensation', () => {
  it('can say what the action returned and what ended the saga', async () => {
    const stack = newStack();
    const payload = { id: "{% $result ? $result.done : 'none' %}", why: '{% $error.error %}', to: '{% $input.to %}' };
    const compensation = Step.invoke(fn(stack, 'UndoFn', 'return event;'), { payload });
    const saga = new Saga(stack, 'Trip', { steps: [step(stack, 'A', { compensation }), step(stack, 'B')] });
    const sim = simulate(stack);
    const known = await sim.start(saga, { to: 'OSL', fail: { B: 'Refused' } });
    expect(result(known, 'Compensate A')).toEqual({ id: 'A', why: 'Refused', to: 'OSL' });
    sim.mock('A', Mock.timesOut());
    const unknown = await sim.start(saga, { to: 'OSL' });
    expect(result(unknown, 'Compensate A')).toEqual({ id: 'none', why: 'States.Timeout', to: 'OSL' });
  });
});

describe.each([
  ['fails', Mock.fails('HotelDown')],
  ['times out', Mock.timesOut()],
])('when a compensation %s', (_, mock) => {
  it('it is parked, the others run on, and the saga is partly compensated', async () => {
    const { saga, sim } = threeSteps();
    sim.mock('Compensate B', mock);
    const run = await sim.start(saga, { fail: { C: 'Refused' } });
    expect(run.error).toBe('Saga.PartlyCompensated');
    expect(run.visited.slice(3)).toEqual(['Compensate B', 'Park B', 'Compensate A', 'Saga Failed']);
    expect(causeOf(run)).toMatchObject({ compensated: ['A'], notCompensated: ['B'], notParked: [] });
  });
});

describe('a parked compensation', () => {
  const parked = async (input: object) => {
    const { saga, sim } = threeSteps();
    sim.mock('A', Mock.returns({ done: 'A' }));
    sim.mock('B', Mock.returns({ done: 'B' }));
    sim.mock('Compensate B', Mock.fails('HotelDown', 'no answer'));
    const run = await sim.start(saga, { fail: { C: 'Refused' }, ...input });
    const messages = await sim.messages(saga.deadLetterQueue as IQueue);
    return { run, messages: messages.map((message) => JSON.parse(message.body)) };
  };

  it('says all that is needed to do it by hand', async () => {
    const { run, messages } = await parked({ to: 'OSL' });
    expect(messages).toEqual([
      {
        executionArn: run.executionArn,
        step: 'B',
        idempotencyKey: `${run.executionArn.split(':').at(-1)}#B`,
        error: { step: 'C', error: 'Refused', cause: expect.stringContaining('because') },
        failure: { error: 'HotelDown', cause: 'no answer' },
        input: { fail: { C: 'Refused' }, to: 'OSL' },
        result: { done: 'B' },
      },
    ]);
  });

  it('leaves out what is too large, and says so', async () => {
    const { run, messages } = await parked({ large: 'ø'.repeat(60_000) });
    expect(run.error).toBe('Saga.PartlyCompensated');
    expect(messages).toMatchObject([{ step: 'B', omitted: ['input', 'result'] }]);
    expect(messages[0]).not.toHaveProperty('input');
  });

  it('that cannot even be parked does not keep the others from being done', async () => {
    const { saga, sim } = threeSteps();
    sim.mock('Compensate B', Mock.fails('HotelDown'));
    sim.mock('Park B', Mock.fails('QueueDown'));
    const run = await sim.start(saga, { fail: { C: 'Refused' } });
    expect(run.error).toBe('Saga.PartlyCompensated');
    expect(causeOf(run)).toMatchObject({ compensated: ['A'], notCompensated: ['B'], notParked: ['B'] });
  });
});

describe('the role', () => {
  it('allows every call of every path, and has no permission that no path uses', async () => {
    const { saga, sim } = threeSteps();
    const runs = [await sim.start(saga, {}), await sim.start(saga, { fail: { C: 'TypeError' } })];
    for (const name of ['A', 'B', 'C']) sim.mock(`Compensate ${name}`, Mock.fails('Down'));
    runs.push(await sim.start(saga, { fail: { C: 'TypeError' } }));
    expect(runs.flatMap((run) => run.calls).filter((call) => !call.allowed)).toEqual([]);
    expect(sim.unusedPermissions(saga)).toEqual([]);
  });
});

describe('a saga with a pivot', () => {
  const pivoted = () => {
    const stack = newStack();
    const steps = [step(stack, 'A'), step(stack, 'B', { pivot: true }), step(stack, 'C', { compensation: undefined })];
    return { saga: new Saga(stack, 'Booking', { steps }), sim: simulate(stack) };
  };

  it('is undone while the pivot has not succeeded', async () => {
    const { saga, sim } = pivoted();
    const run = await sim.start(saga, { fail: { B: 'TypeError' } });
    expect(run.error).toBe('Saga.Compensated');
    expect(compensated(run)).toEqual(['Compensate B', 'Compensate A']);
  });

  it('tries the steps after it again, whatever their error', async () => {
    const { saga, sim } = pivoted();
    sim.mock('C', Mock.sequence(Mock.fails('TypeError'), Mock.timesOut(), Mock.returns({})));
    const run = await sim.start(saga, {});
    expect(run.status).toBe('SUCCEEDED');
    expect(run.states.at(-1)?.attempts).toBe(3);
  });

  it('ends with the own error of a step after it, and undoes nothing', async () => {
    const { saga, sim } = pivoted();
    const run = await sim.start(saga, { fail: { C: 'TypeError' } });
    expect(run.error).toBe('TypeError');
    expect(run.visited).toEqual(['A', 'B', 'C']);
  });
});

describe('a saga inside a saga', () => {
  const nested = (innerFails: string) => {
    const stack = newStack();
    const inner = Step.saga({ steps: [step(stack, 'Inner1'), step(stack, 'Inner2')] });
    const saga = new Saga(stack, 'Trip', {
      steps: [step(stack, 'Outer'), { ...step(stack, 'Nested'), action: inner }],
    });
    return { saga, sim: simulate(stack), input: { fail: { Inner2: innerFails } } };
  };

  it('that was compensated counts as not done', async () => {
    const { saga, sim, input } = nested('Refused');
    const run = await sim.start(saga, input);
    expect(run.error).toBe('Saga.Compensated');
    expect(run.visited).toEqual([
      'Outer',
      'Nested',
      'Nested.Inner1',
      'Nested.Inner2',
      'Nested.Compensate Inner1',
      'Nested.Saga Failed',
      'Compensate Outer',
      'Saga Failed',
    ]);
  });

  it('that was partly compensated makes the outer one partly compensated', async () => {
    const { saga, sim, input } = nested('Refused');
    sim.mock('Nested.Compensate Inner1', Mock.fails('Down'));
    const run = await sim.start(saga, input);
    expect(run.error).toBe('Saga.PartlyCompensated');
    expect(run.visited).toContain('Nested.Park Inner1');
    expect(compensated(run)).toEqual(['Compensate Outer']);
    expect(causeOf(run)).toMatchObject({ compensated: ['Outer'], notCompensated: ['Nested'] });
  });

  it('sees the results of the outer one, and gives its own back', async () => {
    const { saga, sim } = nested('');
    const run = await sim.start(saga, {});
    expect(run.status).toBe('SUCCEEDED');
    const { Nested, Outer } = run.output as Record<string, Record<string, { saw: Record<string, unknown> }>>;
    expect(Nested.Inner2.saw).toMatchObject({
      results: { Outer, Inner1: Nested.Inner1 },
      idempotencyKey: `${run.executionArn.split(':').at(-1)}#Nested.Inner2`,
    });
  });
});

describe('other steps inside a saga', () => {
  it('a sequence that fails is undone as a whole', async () => {
    const stack = newStack();
    const action = Step.sequence(['One', 'Two'].map((name) => ({ name, step: step(stack, name).action })));
    const saga = new Saga(stack, 'Trip', { steps: [{ ...step(stack, 'Both'), action }] });
    const run = await simulate(stack).start(saga, { fail: { Two: 'Refused' } });
    expect(run.error).toBe('Saga.Compensated');
    expect(run.visited).toEqual(['Both', 'Both.One', 'Both.Two', 'Compensate Both', 'Saga Failed']);
  });

  it('a sequence is a compensation, each step of which sees the ones before it and what is to be undone', async () => {
    const stack = newStack();
    const undo = (name: string) => ({ name, step: Step.invoke(fn(stack, `${name}Fn`, 'return event;')) });
    const compensation = Step.sequence([undo('One'), undo('Two')]);
    const saga = new Saga(stack, 'Trip', { steps: [step(stack, 'A', { compensation }), step(stack, 'B')] });
    const run = await simulate(stack).start(saga, { fail: { B: 'Refused' } });
    expect(run.error).toBe('Saga.Compensated');
    const two = result(run, 'Compensate A.Two');
    expect(two).toMatchObject({
      result: { done: 'A' },
      error: { step: 'B' },
      results: { One: { result: { done: 'A' } } },
    });
    expect(two.results).not.toHaveProperty('A');
    expect(two.idempotencyKey).toMatch(/#A\.Two$/);
  });

  it('plain JSONPath states are an action, and a compensation that gets its whole event', async () => {
    const stack = newStack();
    const action = Step.chain(new sfn.Pass(stack, 'Plain', { parameters: { doubled: sfn.JsonPath.stringAt('$.to') } }));
    const undo = new tasks.LambdaInvoke(stack, 'Undo plain', {
      lambdaFunction: fn(stack, 'UndoPlainFn', 'return event;'),
    });
    const compensation = Step.chain(undo);
    const steps = [{ name: 'Chain', action, compensation }, step(stack, 'Last')];
    const saga = new Saga(stack, 'Trip', { steps, timeout: Duration.hours(1) });
    const sim = simulate(stack);
    const good = await sim.start(saga, { to: 'OSL' });
    expect(good.output).toMatchObject({
      Chain: { doubled: 'OSL' },
      Last: { saw: { results: { Chain: { doubled: 'OSL' } } } },
    });
    const bad = await sim.start(saga, { to: 'OSL', fail: { Last: 'Refused' } });
    expect(bad.error).toBe('Saga.Compensated');
    expect(bad.visited).toEqual(['Chain', 'Plain', 'Last', 'Compensate Chain', 'Undo plain', 'Saga Failed']);
    expect(result(bad, 'Undo plain')).toMatchObject({
      input: { to: 'OSL' },
      result: { doubled: 'OSL' },
      error: { step: 'Last', error: 'Refused' },
    });
  });
});

describe('two sagas in one stack', () => {
  it('share nothing but the functions they are given', async () => {
    const stack = newStack();
    const shared = step(stack, 'Shared');
    const [first, second] = ['First', 'Second'].map(
      (id) => new Saga(stack, id, { steps: [shared, step(stack, `Own${id}`)] }),
    );
    const sim = simulate(stack);
    expect(first.deadLetterQueue).not.toBe(second.deadLetterQueue);
    expect((await sim.start(first, { fail: { OwnFirst: 'Refused' } })).visited).toContain('Compensate Shared');
    expect((await sim.start(second, {})).status).toBe('SUCCEEDED');
    expect(() => sim.mock('Shared', Mock.timesOut())).toThrow(/two workflows/);
    sim.mock(second, 'Shared', Mock.timesOut());
    expect((await sim.start(first, {})).status).toBe('SUCCEEDED');
    expect((await sim.start(second, {})).error).toBe('Saga.Compensated');
  });
});

describe('a step alone', () => {
  it('gives a workflow its own result', async () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Alone', { definition: step(stack, 'One').action });
    const run = await simulate(stack).start(workflow, {});
    expect(run.output).toMatchObject({ done: 'One' });
    expect(run.visited).toEqual(['Alone']);
  });
});
