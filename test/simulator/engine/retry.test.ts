import { describe, expect, test } from 'vitest';
import { fail, LAMBDA, run, single, succeed } from './run';

const task = (retry: object[], more: object = {}) =>
  single({ Type: 'Task', Resource: LAMBDA, Retry: retry, ...more }, { QueryLanguage: 'JSONata' });

describe('Retry', () => {
  test('waits one second, then twice as long each time, and tries three times more', async () => {
    const { execution, requests, seconds } = await run(task([{ ErrorEquals: ['Busy'] }]), {
      answer: () => fail('Busy'),
    });
    expect(requests.map(({ at }) => at)).toEqual([0, 1, 3, 7]);
    expect(requests.map(({ attempt }) => attempt)).toEqual([0, 1, 2, 3]);
    expect(execution.error).toBe('Busy');
    expect(seconds).toBe(7);
  });

  test('follows IntervalSeconds, BackoffRate and MaxAttempts', async () => {
    const retrier = { ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 };
    const { requests } = await run(task([retrier]), { answer: () => fail('Busy') });
    expect(requests.map(({ at }) => at)).toEqual([0, 2, 8]);
  });

  test('waits no longer than MaxDelaySeconds', async () => {
    const retrier = { ErrorEquals: ['Busy'], IntervalSeconds: 4, MaxDelaySeconds: 5, MaxAttempts: 3 };
    const { requests } = await run(task([retrier]), { answer: () => fail('Busy') });
    expect(requests.map(({ at }) => at)).toEqual([0, 4, 9, 14]);
  });

  test('with full jitter waits a random part of the delay, after the cap', async () => {
    const retrier = { ErrorEquals: ['Busy'], IntervalSeconds: 10, MaxDelaySeconds: 12, JitterStrategy: 'FULL' };
    const { requests } = await run(task([retrier]), { answer: () => fail('Busy'), random: () => 0.5 });
    expect(requests.map(({ at }) => at)).toEqual([0, 5, 11, 17]);
  });

  test('with MaxAttempts 0 never retries', async () => {
    const { requests } = await run(task([{ ErrorEquals: ['Busy'], MaxAttempts: 0 }]), { answer: () => fail('Busy') });
    expect(requests).toHaveLength(1);
  });

  test('counts the attempts of each retrier by itself', async () => {
    const errors = ['A', 'B', 'A', 'B', 'A'];
    const retry = [
      { ErrorEquals: ['A'], IntervalSeconds: 1, MaxAttempts: 2 },
      { ErrorEquals: ['B'], IntervalSeconds: 10, MaxAttempts: 2 },
    ];
    const { execution, requests } = await run(task(retry), { answer: ({ attempt }) => fail(errors[attempt]) });
    expect(requests.map(({ at }) => at)).toEqual([0, 1, 11, 13, 33]);
    expect(execution.error).toBe('A');
  });

  test('takes the first retrier that matches, even if it is used up', async () => {
    const retry = [{ ErrorEquals: ['A'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
    const { requests } = await run(task(retry), { answer: () => fail('A') });
    expect(requests).toHaveLength(1);
  });

  test('shows the number of retries in the context object, of a Task only', async () => {
    const states = {
      Task: {
        Type: 'Task',
        Resource: LAMBDA,
        Arguments: { count: '{% $states.context.State.RetryCount %}' },
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Next: 'Pass',
      },
      Pass: { Type: 'Pass', Output: "{% 'RetryCount' in $keys($states.context.State) %}", End: true },
    };
    const { execution, requests } = await run(
      { QueryLanguage: 'JSONata', StartAt: 'Task', States: states },
      { answer: ({ attempt }) => (attempt < 2 ? fail('Busy') : succeed(null)) },
    );
    expect(requests.map(({ input }) => input)).toEqual([{ count: 0 }, { count: 1 }, { count: 2 }]);
    expect(execution.output).toBe(false);
  });

  test('comes before Catch', async () => {
    const { execution, requests } = await run(
      {
        StartAt: 'Task',
        States: {
          Task: {
            Type: 'Task',
            Resource: LAMBDA,
            Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }],
            Catch: [{ ErrorEquals: ['Busy'], Next: 'Caught' }],
            End: true,
          },
          Caught: { Type: 'Succeed' },
        },
      },
      { answer: () => fail('Busy', 'too much') },
    );
    expect(requests).toHaveLength(2);
    expect(execution.output).toEqual({ Error: 'Busy', Cause: 'too much' });
  });

  test('runs a whole Parallel again', async () => {
    let calls = 0;
    const { execution } = await run(
      {
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Branches: [
              { StartAt: 'A', States: { A: { Type: 'Task', Resource: LAMBDA, End: true } } },
              { StartAt: 'B', States: { B: { Type: 'Pass', End: true } } },
            ],
            Retry: [{ ErrorEquals: ['States.ALL'] }],
            End: true,
          },
        },
      },
      { input: 5, answer: () => (++calls < 3 ? fail('Busy') : succeed('done')) },
    );
    expect(execution.output).toEqual(['done', 5]);
  });
});
