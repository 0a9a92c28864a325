import { describe, expect, test } from 'vitest';
import { begin, fail, LAMBDA, outputOf, run, single, succeed, types } from './run';

const processor = (state: object) => ({ StartAt: 'Item', States: { Item: { ...state, End: true } } });
const work = (more: object = {}) => processor({ Type: 'Task', Resource: LAMBDA, ...more });
const map = (more: object, inside: object = processor({ Type: 'Pass' })) =>
  single({ Type: 'Map', ItemProcessor: inside, ...more });

describe('Map', () => {
  test('gives the results in the order of the items, whichever ends first', async () => {
    const { execution, seconds } = await run(map({}, work()), {
      input: [3, 1, 2],
      answer: ({ input }) => succeed(input, (input as number) * 1000),
    });
    expect([execution.output, seconds]).toEqual([[3, 1, 2], 3]);
  });

  test('runs no more iterations at a time than MaxConcurrency says', async () => {
    const { requests } = await run(map({ MaxConcurrency: 2 }, work()), {
      input: [1, 2, 3, 4, 5],
      answer: ({ input }) => succeed(input, 1000),
    });
    expect(requests.map(({ at }) => at)).toEqual([0, 0, 1, 1, 2]);
  });

  test.each([{}, { MaxConcurrency: 0 }, { MaxConcurrency: 1000 }])('runs at most 40 at a time: %j', async (more) => {
    const { requests } = await run(map(more, work()), {
      input: Array.from({ length: 41 }, (_, index) => index),
      answer: ({ input }) => succeed(input, 1000),
    });
    expect(requests.filter(({ at }) => at === 0)).toHaveLength(40);
  });

  test('shows the item and its index to ItemSelector and to what is inside, also inside a Parallel there', async () => {
    const inner = { StartAt: 'In', States: { In: { Type: 'Pass', InputPath: '$$.Map.Item.Index', End: true } } };
    const more = {
      ItemSelector: { 'v.$': '$$.Map.Item.Value', 'of.$': '$.name', 'i.$': '$$.Map.Item.Index' },
      ItemsPath: '$.items',
    };
    const input = { name: 'n', items: ['a', 'b'] };
    expect(await outputOf({ Type: 'Map', ...more, ItemProcessor: processor({ Type: 'Pass' }) }, { input })).toEqual([
      { v: 'a', of: 'n', i: 0 },
      { v: 'b', of: 'n', i: 1 },
    ]);
    const parallel = processor({ Type: 'Parallel', Branches: [inner] });
    expect(await outputOf({ Type: 'Map', ItemProcessor: parallel }, { input: ['a', 'b'] })).toEqual([[0], [1]]);
  });

  test('shows the item to ItemSelector in JSONata', async () => {
    const state = {
      Items: '{% $states.input.items %}',
      ItemSelector: '{% $states.context.Map.Item.Value & $states.input.x %}',
    };
    const output = await outputOf(
      { QueryLanguage: 'JSONata', Type: 'Map', ...state, ItemProcessor: processor({ Type: 'Pass' }) },
      { input: { items: ['a', 'b'], x: '!' } },
    );
    expect(output).toEqual(['a!', 'b!']);
  });

  test('fails at the first iteration that fails, and aborts the others', async () => {
    const { execution, seconds } = await run(map({}, work()), {
      input: [5, 1],
      answer: ({ input }) => (input === 1 ? { ...fail('Broken'), afterMs: 1000 } : succeed(input, 5000)),
    });
    expect([execution.error, seconds]).toEqual(['Broken', 1]);
    expect(types(execution).slice(-7)).toEqual([
      'TaskFailed',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapIterationFailed',
      'TaskStateAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('begins no further iteration after one has failed', async () => {
    const { requests } = await run(map({ MaxConcurrency: 1 }, work()), {
      input: [1, 2, 3],
      answer: () => fail('Broken'),
    });
    expect(requests).toHaveLength(1);
  });

  test('begins no further iteration where another one succeeds at the instant of the failure', async () => {
    const { execution } = await run(map({ MaxConcurrency: 2 }, work()), {
      input: [1, 2, 3],
      answer: ({ input }) => (input === 1 ? { ...fail('Broken'), afterMs: 1000 } : succeed(input, 1000)),
    });
    expect(types(execution).filter((type) => type.startsWith('MapIteration'))).toEqual([
      'MapIterationStarted',
      'MapIterationStarted',
      'MapIterationSucceeded',
      'MapIterationFailed',
    ]);
  });

  test('of no items succeeds at once', async () => {
    const { execution } = await run(map({}), { input: [] });
    expect(execution.output).toEqual([]);
    expect(types(execution)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('fails with States.Runtime where its items are no array', async () => {
    const { execution } = await run(map({ ItemsPath: '$.a' }), { input: { a: 1 } });
    expect(execution.error).toBe('States.Runtime');
    expect(execution.cause).toContain('Reference path "$.a" must point to array.');
  });

  test('fails, as the Map state, where its ItemSelector does', async () => {
    const { execution } = await run(map({ ItemSelector: { 'a.$': '$.nothing' } }), { input: [1] });
    expect(execution.cause).toContain("executing the state 'State'");
  });

  test('takes a caught error to where its Catch leads', async () => {
    const { execution } = await run(
      {
        StartAt: 'Map',
        States: {
          Map: { Type: 'Map', ItemProcessor: work(), Catch: [{ ErrorEquals: ['Broken'], Next: 'Caught' }], End: true },
          Caught: { Type: 'Pass', InputPath: '$.Error', End: true },
        },
      },
      { input: [1, 2], answer: () => fail('Broken') },
    );
    expect(execution.output).toBe('Broken');
  });
});

describe('Parallel', () => {
  const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: { ...state, End: true } } });
  const parallel = (...branches: object[]) => single({ Type: 'Parallel', Branches: branches });
  const task = { Type: 'Task', Resource: LAMBDA };

  test('gives the outputs of its branches in their order', async () => {
    const { execution, seconds } = await run(parallel(branch('A', task), branch('B', { Type: 'Pass' })), {
      input: 'in',
      answer: () => succeed('slow', 2000),
    });
    expect([execution.output, seconds]).toEqual([['slow', 'in'], 2]);
  });

  test('fails with the name of the error of a branch, and aborts what the others are in', async () => {
    const nested = branch('N', { Type: 'Map', ItemProcessor: work() });
    const { execution } = await run(
      parallel(branch('A', task), branch('W', { Type: 'Wait', Seconds: 60 }), nested, branch('P', { Type: 'Pass' })),
      {
        input: [1],
        answer: ({ stateName }) =>
          stateName === 'A' ? { ...fail('Broken', 'why'), afterMs: 1000 } : { kind: 'silent' },
      },
    );
    expect([execution.error, execution.cause]).toEqual(['Broken', 'why']);
    expect(types(execution).slice(-8)).toEqual([
      'TaskFailed',
      'TaskStateAborted',
      'WaitStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('does not abort a state that ended, or a Fail', async () => {
    const fails = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Broken' } } };
    const { execution } = await run(parallel(branch('P', { Type: 'Pass' }), fails));
    expect(types(execution).filter((type) => type.endsWith('Aborted'))).toEqual([]);
  });

  test('stops its branches when the execution is stopped', async () => {
    const { execution, clock } = begin(parallel(branch('A', task), branch('B', task)), {
      answer: () => succeed(1, 1000),
    });
    await clock.settle();
    execution.stop();
    await clock.advance(5000);
    expect(types(execution).at(-1)).toBe('ExecutionAborted');
  });
});
