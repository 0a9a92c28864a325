import { describe, expect, test } from 'vitest';
import type { TaskAnswer } from '../../../src/simulator/engine';
import { fail, LAMBDA, run, succeed, TOKEN } from './run';

/** The name of the state in which an error ends up: one of the names of `catches`, or nothing. */
async function caughtBy(catches: string[], answer: TaskAnswer, task: object = {}): Promise<string | undefined> {
  const handlers = catches.map((name, index) => [`${index}`, { Type: 'Pass', Result: name, End: true }]);
  const { execution } = await run(
    {
      StartAt: 'Task',
      States: {
        Task: {
          Type: 'Task',
          Resource: LAMBDA,
          ...task,
          Catch: catches.map((name, index) => ({ ErrorEquals: [name], Next: `${index}` })),
          End: true,
        },
        ...Object.fromEntries(handlers),
      },
    },
    { answer: () => answer },
  );
  return execution.status === 'SUCCEEDED' ? (execution.output as string) : undefined;
}

const large = 'x'.repeat(262_144);

describe('Catch', () => {
  test('States.ALL catches any name', async () => {
    expect(await caughtBy(['Other', 'States.ALL'], fail('Any'))).toBe('States.ALL');
  });

  test('States.TaskFailed catches what a task failed with', async () => {
    expect(await caughtBy(['States.TaskFailed'], fail('Any'))).toBe('States.TaskFailed');
  });

  test('States.TaskFailed does not catch States.Timeout', async () => {
    const silent = { kind: 'silent' } as const;
    expect(await caughtBy(['States.TaskFailed', 'States.ALL'], silent, { TimeoutSeconds: 5 })).toBe('States.ALL');
    expect(await caughtBy(['States.Timeout'], silent, { TimeoutSeconds: 5 })).toBe('States.Timeout');
  });

  test('States.Timeout and States.HeartbeatTimeout both catch a heartbeat that does not come', async () => {
    const task = { Resource: TOKEN, HeartbeatSeconds: 5 };
    expect(await caughtBy(['States.Timeout'], { kind: 'silent' }, task)).toBe('States.Timeout');
    expect(await caughtBy(['States.HeartbeatTimeout'], { kind: 'silent' }, task)).toBe('States.HeartbeatTimeout');
  });

  test('States.HeartbeatTimeout does not catch a timeout', async () => {
    const silent = { kind: 'silent' } as const;
    const task = { Resource: TOKEN, TimeoutSeconds: 5 };
    expect(await caughtBy(['States.HeartbeatTimeout', 'States.Timeout'], silent, task)).toBe('States.Timeout');
  });

  test('States.ALL does not catch States.DataLimitExceeded, its own name does', async () => {
    expect(await caughtBy(['States.ALL'], succeed(large))).toBeUndefined();
    expect(await caughtBy(['States.TaskFailed'], succeed(large))).toBeUndefined();
    expect(await caughtBy(['States.DataLimitExceeded'], succeed(large))).toBe('States.DataLimitExceeded');
  });

  test('States.ALL catches a task that itself reports States.DataLimitExceeded', async () => {
    expect(await caughtBy(['States.ALL'], fail('States.DataLimitExceeded'))).toBe('States.ALL');
  });

  test('nothing catches States.Runtime', async () => {
    const task = { Parameters: { 'a.$': '$.missing' } };
    expect(await caughtBy(['States.ALL'], succeed(1), task)).toBeUndefined();
    expect(await caughtBy(['States.Runtime'], succeed(1), task)).toBeUndefined();
  });

  test('States.ALL catches an expression that fails', async () => {
    const { execution } = await run({
      QueryLanguage: 'JSONata',
      StartAt: 'Task',
      States: {
        Task: {
          Type: 'Task',
          Resource: LAMBDA,
          Arguments: '{% $nothing %}',
          Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Succeed' },
      },
    });
    expect(execution.output).toBe('States.QueryEvaluationError');
  });

  test('puts the error into the raw input, in JSONPath', async () => {
    const { execution } = await run(
      {
        StartAt: 'Task',
        States: {
          Task: {
            Type: 'Task',
            Resource: LAMBDA,
            InputPath: '$.inner',
            Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' }],
            End: true,
          },
          Caught: { Type: 'Succeed' },
        },
      },
      { input: { inner: 1 }, answer: () => fail('Broken', 'why') },
    );
    expect(execution.output).toEqual({ inner: 1, error: { Error: 'Broken', Cause: 'why' } });
  });

  test.each(['Output', 'Assign'])('fails with the place of the catcher whose %s cannot be evaluated', async (field) => {
    const broken = { ErrorEquals: ['States.ALL'], [field]: { v: '{% $nothing %}' }, Next: 'Caught' };
    const { execution } = await run(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'Task',
        States: {
          Task: { Type: 'Task', Resource: LAMBDA, Catch: [{ ErrorEquals: ['A'], Next: 'Caught' }, broken], End: true },
          Caught: { Type: 'Succeed' },
        },
      },
      { answer: () => fail('Broken') },
    );
    expect(execution.error).toBe('States.QueryEvaluationError');
    expect(execution.cause).toContain(`specified for the field 'Catch[1]/${field}/v' returned nothing (undefined).`);
  });

  test('assigns what it says of the error, and not what the state says', async () => {
    const { execution } = await run(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'Task',
        States: {
          Task: {
            Type: 'Task',
            Resource: LAMBDA,
            Assign: { result: '{% $states.result %}' },
            Catch: [{ ErrorEquals: ['States.ALL'], Assign: { error: '{% $states.errorOutput %}' }, Next: 'Caught' }],
            Next: 'Caught',
          },
          Caught: { Type: 'Pass', Output: '{% [$error.Error, $exists($result)] %}', End: true },
        },
      },
      { answer: () => fail('Broken') },
    );
    expect(execution.output).toEqual(['Broken', false]);
  });
});

describe('a fault of the simulator', () => {
  test('ends the run, and no Retry or Catch sees it', async () => {
    const definition = {
      StartAt: 'Task',
      States: {
        Task: {
          Type: 'Task',
          Resource: LAMBDA,
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Succeed' },
      },
    };
    const answer = () => Promise.reject(new Error('nobody answers for this'));
    await expect(run(definition, { answer })).rejects.toThrow('nobody answers for this');
  });
});
