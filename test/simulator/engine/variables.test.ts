import { describe, expect, test } from 'vitest';
import { find, LAMBDA, run, succeed } from './run';

const jsonata = (StartAt: string, States: object) => ({ QueryLanguage: 'JSONata', StartAt, States });

describe('Assign', () => {
  test('is seen by the next state, and not by the same state’s Output', async () => {
    const { execution } = await run(
      jsonata('A', {
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { x: 2 }, Output: '{% $x %}', Next: 'C' },
        C: { Type: 'Pass', Output: '{% [$states.input, $x] %}', End: true },
      }),
    );
    expect(execution.output).toEqual([1, 2]);
  });

  test('evaluates all of its expressions with the old values', async () => {
    const { execution } = await run(
      jsonata('A', {
        A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Next: 'C' },
        C: { Type: 'Pass', Output: '{% [$x, $y] %}', End: true },
      }),
    );
    expect(execution.output).toEqual([2, 1]);
  });

  test('does so in JSONPath too', async () => {
    const { execution } = await run({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { 'x.$': '$y', 'y.$': '$x' }, Parameters: { 'seen.$': '$x' }, Next: 'C' },
        C: { Type: 'Pass', Parameters: { 'before.$': '$.seen', 'x.$': '$x', 'y.$': '$y' }, End: true },
      },
    });
    expect(execution.output).toEqual({ before: 1, x: 2, y: 1 });
  });

  test('sees the result of a task, reduced by ResultSelector, in JSONPath', async () => {
    const { execution } = await run(
      {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Task',
            Resource: LAMBDA,
            ResultSelector: { 'id.$': '$.Payload.id' },
            Assign: { 'id.$': '$.id' },
            ResultPath: null,
            Next: 'B',
          },
          B: { Type: 'Pass', InputPath: '$id', End: true },
        },
      },
      { answer: () => succeed({ Payload: { id: 7 } }) },
    );
    expect(execution.output).toBe(7);
  });

  test('is in the history, as JSON texts', async () => {
    const { execution } = await run(jsonata('A', { A: { Type: 'Pass', Assign: { x: { y: [1] } }, End: true } }));
    expect(find(execution, 'PassStateExited').stateExitedEventDetails).toMatchObject({
      assignedVariables: { x: '{"y":[1]}' },
      assignedVariablesDetails: { truncated: false },
    });
  });
});

describe('the scope of variables', () => {
  test('an inner scope reads outer variables; its own ones are gone outside', async () => {
    const { execution } = await run(
      jsonata('A', {
        A: { Type: 'Pass', Assign: { outer: 10 }, Next: 'B' },
        B: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'C',
              States: {
                C: { Type: 'Pass', Assign: { inner: '{% $outer + 1 %}' }, Next: 'D' },
                D: { Type: 'Pass', Output: '{% $inner %}', End: true },
              },
            },
          ],
          Next: 'E',
        },
        E: { Type: 'Pass', Output: '{% [$states.input[0], $exists($inner)] %}', End: true },
      }),
    );
    expect(execution.output).toEqual([11, false]);
  });

  test('an inner scope reads outer variables in JSONPath too', async () => {
    const inner = { StartAt: 'In', States: { In: { Type: 'Pass', InputPath: '$outer', End: true } } };
    const { execution } = await run({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { outer: 10 }, Next: 'B' },
        B: { Type: 'Parallel', Branches: [inner], End: true },
      },
    });
    expect(execution.output).toEqual([10]);
  });

  test('each iteration of a Map has variables of its own', async () => {
    const { execution } = await run(
      jsonata('A', {
        A: {
          Type: 'Map',
          ItemProcessor: {
            StartAt: 'B',
            States: {
              B: { Type: 'Pass', Assign: { mine: '{% $exists($mine) ? -1 : $states.input %}' }, Next: 'C' },
              C: { Type: 'Wait', Seconds: 1, Next: 'D' },
              D: { Type: 'Pass', Output: '{% $mine %}', End: true },
            },
          },
          End: true,
        },
      }),
      { input: [1, 2, 3] },
    );
    expect(execution.output).toEqual([1, 2, 3]);
  });
});

describe('the size of variables', () => {
  const big = (kib: number) => 'x'.repeat(kib * 1024 - 2);
  const assign = (values: object, next: object) => ({ Type: 'Pass', Assign: values, ...next });

  test('fails with States.DataLimitExceeded where one Assign has more than 256 KiB in all', async () => {
    const two = (kib: number) => jsonata('A', { A: assign({ a: big(kib), b: big(128) }, { End: true }) });
    expect((await run(two(128))).execution.status).toBe('SUCCEEDED');
    expect((await run(two(129))).execution.error).toBe('States.DataLimitExceeded');
  });

  test('fails with States.DataLimitExceeded where all of them have more than 10 MiB', async () => {
    const states = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `S${index}`,
          assign({ [`v${index}`]: big(256) }, index === count - 1 ? { End: true } : { Next: `S${index + 1}` }),
        ]),
      );
    expect((await run(jsonata('S0', states(40)))).execution.status).toBe('SUCCEEDED');
    expect((await run(jsonata('S0', states(41)))).execution.error).toBe('States.DataLimitExceeded');
  });

  test('does not count what a variable held before, or the variables of a branch that has ended', async () => {
    const loop = {
      A: { Type: 'Pass', Assign: { n: 0 }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'In', States: { In: { ...assign({ inner: big(255) }, { End: true }), Output: 1 } } }],
        Assign: { n: '{% $n + 1 %}', again: big(255) },
        Output: 1,
        Next: 'C',
      },
      C: { Type: 'Choice', Choices: [{ Condition: '{% $n < 50 %}', Next: 'P' }], Default: 'E' },
      E: { Type: 'Succeed', Output: '{% $n %}' },
    };
    expect((await run(jsonata('A', loop))).execution.output).toBe(50);
  });

  test('can be caught', async () => {
    const { execution } = await run(
      jsonata('T', {
        T: {
          Type: 'Task',
          Resource: LAMBDA,
          Assign: { a: big(200), b: big(200) },
          Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Succeed', Output: 'caught' },
      }),
    );
    expect(execution.output).toBe('caught');
  });
});
