import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/simulator/engine';
import { begin, find, LAMBDA, outputOf, run, START, single, succeed, types } from './run';

describe('Execution', () => {
  test('passes its input through, and says so in its history', async () => {
    const { execution } = await run(single({}), { input: { a: 1 } });
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.output).toEqual({ a: 1 });
    expect(execution.history).toEqual([
      {
        id: 1,
        previousEventId: 0,
        timestamp: new Date(START),
        type: 'ExecutionStarted',
        executionStartedEventDetails: {
          input: '{"a":1}',
          inputDetails: { truncated: false },
          roleArn: 'arn:aws:iam::123456789012:role/machine',
        },
      },
      {
        id: 2,
        previousEventId: 0,
        timestamp: new Date(START),
        type: 'PassStateEntered',
        stateEnteredEventDetails: { name: 'State', input: '{"a":1}', inputDetails: { truncated: false } },
      },
      {
        id: 3,
        previousEventId: 2,
        timestamp: new Date(START),
        type: 'PassStateExited',
        stateExitedEventDetails: { name: 'State', output: '{"a":1}', outputDetails: { truncated: false } },
      },
      {
        id: 4,
        previousEventId: 3,
        timestamp: new Date(START),
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output: '{"a":1}', outputDetails: { truncated: false } },
      },
    ]);
  });

  test('times out at the TimeoutSeconds of its state machine', async () => {
    const definition = { ...single({ Type: 'Wait', Seconds: 60 }), TimeoutSeconds: 5 };
    const { execution, seconds } = await run(definition);
    expect([execution.status, execution.error, seconds]).toEqual(['TIMED_OUT', 'States.Timeout', 5]);
    expect(types(execution)).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionTimedOut']);
  });

  test('times out after five minutes if it is of type EXPRESS', async () => {
    const { execution, seconds } = await run(single({ Type: 'Wait', Seconds: 301 }), { type: 'EXPRESS' });
    expect([execution.status, seconds]).toEqual(['TIMED_OUT', 300]);
  });

  test('times out after a year', async () => {
    const { execution, seconds } = await run(single({ Type: 'Task', Resource: LAMBDA }), {
      answer: () => ({ kind: 'silent' }),
    });
    expect([execution.status, seconds]).toEqual(['TIMED_OUT', 365 * 24 * 3600]);
  });

  test('can be stopped, with an error and a cause', async () => {
    const { execution, clock } = begin(single({ Type: 'Wait', Seconds: 60 }));
    await clock.advance(1_000);
    execution.stop('Why', 'because');
    expect([execution.status, execution.stopDate?.getTime()]).toEqual(['ABORTED', START + 1_000]);
    expect(find(execution, 'ExecutionAborted').executionAbortedEventDetails).toEqual({
      error: 'Why',
      cause: 'because',
    });
    await clock.advance(100_000);
    expect(execution.history).toHaveLength(3);
  });

  test('tells who wants to know when it has ended, also afterwards', async () => {
    const { execution, clock } = begin(single({}));
    const told: string[] = [];
    execution.whenEnded(() => told.push(execution.status));
    await clock.settle();
    execution.whenEnded(() => told.push('again'));
    expect(told).toEqual(['SUCCEEDED', 'again']);
  });

  test('is the same for the same seed', async () => {
    const definition = single({ QueryLanguage: 'JSONata', Output: '{% [$uuid(), $random(), $shuffle([1..9])] %}' });
    const outputs = [1, 1, 2].map(
      async (seed) => (await run(definition, { random: seededRandom(seed) })).execution.output,
    );
    const [first, same, other] = await Promise.all(outputs);
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

describe('Wait', () => {
  test.each([
    [{ Seconds: 90 }, 90],
    [{ SecondsPath: '$.seconds' }, 7],
    [{ Timestamp: '2026-01-01T00:01:00Z' }, 60],
    [{ Timestamp: '2026-01-01T01:00:30+01:00' }, 30],
    [{ TimestampPath: '$.until' }, 10],
    [{ Timestamp: '2025-01-01T00:00:00Z' }, 0],
    [{ QueryLanguage: 'JSONata', Seconds: '{% $states.input.seconds * 2 %}' }, 14],
    [{ QueryLanguage: 'JSONata', Timestamp: '{% $states.input.until %}' }, 10],
  ])('%j waits %d seconds', async (wait, expected) => {
    const input = { seconds: 7, until: '2026-01-01T00:00:10Z' };
    const { execution, seconds } = await run(single({ Type: 'Wait', ...wait }), { input });
    expect([execution.output, seconds]).toEqual([input, expected]);
  });

  test('fails where a day does not exist', async () => {
    const { execution } = await run(single({ Type: 'Wait', TimestampPath: '$' }), { input: '2026-02-30T00:00:00Z' });
    expect(execution.error).toBe('States.Runtime');
  });
});

describe('Fail', () => {
  const failing = (fail: object, machine: object = {}) => ({
    ...machine,
    StartAt: 'Fail',
    States: { Fail: { Type: 'Fail', ...fail } },
  });

  test('ends the execution with its error and cause', async () => {
    const { execution } = await run(failing({ Error: 'Broken', Cause: 'why' }));
    expect([execution.status, execution.error, execution.cause]).toEqual(['FAILED', 'Broken', 'why']);
  });

  test('computes them in JSONata', async () => {
    const { execution } = await run(
      failing(
        { Error: "{% 'Broken.' & $states.input.n %}", Cause: '{% $string($states.input) %}' },
        { QueryLanguage: 'JSONata' },
      ),
      { input: { n: 1 } },
    );
    expect([execution.error, execution.cause]).toEqual(['Broken.1', '{"n":1}']);
  });

  test('fails with States.QueryEvaluationError where its error is no text', async () => {
    const { execution } = await run(failing({ Error: '{% 1 %}' }, { QueryLanguage: 'JSONata' }));
    expect(execution.error).toBe('States.QueryEvaluationError');
    expect(execution.cause).toContain("Expected 'string', but was 'number' for value: 1");
  });
});

describe('the limits', () => {
  const bytes = (count: number, char = 'x') => char.repeat(count);

  test('a state may put out 262144 bytes of JSON', async () => {
    expect(await outputOf({ Result: bytes(262_142) })).toHaveLength(262_142);
  });

  test('fails with States.DataLimitExceeded where it puts out a byte more', async () => {
    const { execution } = await run(single({ Result: bytes(262_143) }));
    expect(execution.error).toBe('States.DataLimitExceeded');
  });

  test('counts bytes of UTF-8, not characters', async () => {
    const { execution } = await run(single({ Result: bytes(131_072, 'é') }));
    expect(execution.error).toBe('States.DataLimitExceeded');
  });

  test('fails with States.DataLimitExceeded where a task returns too much, even if the state would drop it', async () => {
    const task = { Type: 'Task', Resource: LAMBDA, ResultPath: null };
    const { execution } = await run(single(task), { answer: () => succeed(bytes(262_143)) });
    expect(execution.error).toBe('States.DataLimitExceeded');
    expect(types(execution)).toContain('TaskFailed');
  });

  test('fails with States.DataLimitExceeded where a variable is too large', async () => {
    const { execution } = await run(
      single({ Assign: { 'v.$': "States.Format('{}{}', $.a, $.a)" }, ResultPath: null }),
      { input: { a: bytes(140_000) } },
    );
    expect(execution.error).toBe('States.DataLimitExceeded');
  });

  test('the 25000th event ends the execution, where nothing else did', async () => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };
    const { execution } = await run(definition);
    expect(execution.history).toHaveLength(25_000);
    expect(execution.history[24_999]).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
    expect(execution.error).toBe('States.Runtime');
    expect(execution.cause).toBe('The execution reached the maximum number of history events (25000).');
  });

  test('fails with a fault where an Express execution loops without end and without waiting', async () => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };
    await expect(run(definition, { type: 'EXPRESS' })).rejects.toThrow('does it loop without waiting?');
  }, 30_000);

  test('the limit of events holds inside a Map too, and ends it', async () => {
    const loop = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };
    const { execution } = await run(single({ Type: 'Map', ItemProcessor: loop }), { input: [1, 2] });
    expect([execution.history.length, execution.error]).toEqual([25_000, 'States.Runtime']);
  });
});
