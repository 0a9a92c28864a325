import { describe, expect, test } from 'vitest';
import { begin, fail, find, LAMBDA, run, START, single, succeed, TestJob, TOKEN, types } from './run';

const task = (more: object = {}) => single({ Type: 'Task', Resource: LAMBDA, ...more });

describe('Task', () => {
  test('ends the execution with States.Runtime before anything is scheduled where its parameters are refused', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'State' }];
    const { execution, requests } = await run(task({ Catch }), {
      input: { to: 1 },
      refuses: ({ stateName, input }) => `${stateName} can't start with ${JSON.stringify(input)}`,
    });
    expect([execution.error, execution.cause]).toEqual([
      'States.Runtime',
      "An error occurred while executing the state 'State' (entered at the event id #2). State can't start with {\"to\":1}",
    ]);
    expect([types(execution), requests]).toEqual([['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed'], []]);
  });

  test('succeeds when its work takes exactly as long as TimeoutSeconds', async () => {
    const { execution, seconds } = await run(task({ TimeoutSeconds: 5 }), { answer: () => succeed('ok', 5_000) });
    expect([execution.output, seconds]).toEqual(['ok', 5]);
  });

  test('fails with States.Timeout at TimeoutSeconds when its work takes longer', async () => {
    const { execution, seconds } = await run(task({ TimeoutSeconds: 5 }), { answer: () => succeed('ok', 5_001) });
    expect([execution.error, seconds]).toEqual(['States.Timeout', 5]);
    expect(types(execution)).toContain('TaskTimedOut');
  });

  test('takes the timeout from the input', async () => {
    const given = { input: { limit: 3 }, answer: () => ({ kind: 'silent' }) as const };
    expect((await run(task({ TimeoutSecondsPath: '$.limit' }), given)).seconds).toBe(3);
    const jsonata = { QueryLanguage: 'JSONata', TimeoutSeconds: '{% $states.input.limit + 1 %}' };
    expect((await run(task(jsonata), given)).seconds).toBe(4);
  });

  test('fails with a failure that takes its time', async () => {
    const { execution, seconds } = await run(task(), {
      answer: () => ({ kind: 'failed', error: 'Broken', cause: 'why', afterMs: 2_500 }),
    });
    expect([execution.error, execution.cause, seconds]).toEqual(['Broken', 'why', 2.5]);
  });

  test('has a task token, a new one for each attempt', async () => {
    const definition = task({
      Resource: TOKEN,
      Parameters: { 'token.$': '$$.Task.Token' },
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
    });
    const { requests } = await run(definition, { answer: () => fail('Busy') });
    expect(requests.map(({ input }) => (input as { token: string }).token)).toEqual(
      requests.map(({ taskToken }) => taskToken),
    );
    expect(new Set(requests.map(({ taskToken }) => taskToken)).size).toBe(2);
  });

  test('fails where its token is asked for, but it waits for none', async () => {
    const { execution } = await run(task({ Parameters: { 'token.$': '$$.Task.Token' } }));
    expect(execution.error).toBe('States.Runtime');
  });

  test('waits until its job reports, however long', async () => {
    const job = new TestJob();
    const { execution, clock } = begin(task({ Resource: TOKEN }), { answer: () => job.answer });
    await clock.advance(7 * 24 * 3_600_000);
    expect(execution.status).toBe('RUNNING');
    job.report({ kind: 'succeeded', output: 'approved' });
    await clock.settle();
    expect(execution.output).toBe('approved');
    expect(types(execution)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(job.abandoned).toBe(false);
  });

  test('fails without a name where its job does, and a Catch sees null', async () => {
    const job = new TestJob();
    const { execution, clock } = begin(
      {
        StartAt: 'Task',
        States: {
          Task: {
            Type: 'Task',
            Resource: TOKEN,
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
            End: true,
          },
          Caught: { Type: 'Succeed' },
        },
      },
      { answer: () => job.answer },
    );
    await clock.settle();
    job.report({ kind: 'failed' });
    await clock.settle();
    expect(execution.output).toEqual({ Error: null, Cause: null });
  });

  test('lets each heartbeat begin its HeartbeatSeconds anew, but not its TimeoutSeconds', async () => {
    const job = new TestJob();
    const { execution, clock } = begin(task({ Resource: TOKEN, HeartbeatSeconds: 10, TimeoutSeconds: 25 }), {
      answer: () => job.answer,
    });
    for (let beat = 0; beat < 2; beat++) {
      await clock.advance(9_000);
      job.report({ kind: 'heartbeat' });
    }
    expect(execution.status).toBe('RUNNING');
    await clock.advance(7_000);
    expect(find(execution, 'TaskTimedOut').timestamp.getTime()).toBe(START + 25_000);
  });

  test('fails when a heartbeat is missing, and abandons its job', async () => {
    const job = new TestJob();
    const definition = task({ Resource: TOKEN, HeartbeatSeconds: 10, TimeoutSeconds: 600 });
    const { execution, seconds } = await run(definition, { answer: () => job.answer });
    expect([execution.error, seconds, job.abandoned]).toEqual(['States.Timeout', 10, true]);
  });

  test('hears a job that has ended when it is asked, and more that it says at once', async () => {
    const arn = 'arn:aws:states:eu-west-1:123456789012:activity:a';
    const job = new TestJob();
    job.subscribe = (report) => {
      report({ kind: 'started', workerName: 'w' });
      report({ kind: 'succeeded', output: 1 });
      report({ kind: 'failed', error: 'Late' });
    };
    const { execution } = await run(task({ Resource: arn }), { answer: () => job.answer });
    expect([execution.output, job.abandoned]).toEqual([1, false]);
    expect(types(execution).slice(2, 5)).toEqual(['ActivityScheduled', 'ActivityStarted', 'ActivitySucceeded']);
  });

  test.each([{ kind: 'heartbeat' }, { kind: 'started' }, { kind: 'succeeded', output: 2 }] as const)(
    'hears no more of a job that has ended: %j',
    async (late) => {
      const job = new TestJob();
      const definition = {
        StartAt: 'State',
        States: {
          State: { Type: 'Task', Resource: TOKEN, TimeoutSeconds: 20, HeartbeatSeconds: 10, Next: 'Wait' },
          Wait: { Type: 'Wait', Seconds: 60, End: true },
        },
      };
      const { execution, clock } = begin(definition, { answer: () => job.answer });
      await clock.advance(5_000);
      job.report({ kind: 'succeeded', output: 1 });
      job.report(late);
      await clock.advance(30_000);
      expect([execution.status, job.abandoned]).toEqual(['RUNNING', false]);
      await clock.advance(60_000);
      expect([execution.output, job.abandoned]).toEqual([1, false]);
    },
  );

  test.each([succeed(1), fail('Late')])('is stopped whatever its open work then gives: %j', async (late) => {
    let answer = (): void => undefined;
    const work = new Promise<typeof late>((resolve) => {
      answer = () => resolve(late);
    });
    const { execution, clock } = begin(task(), { answer: () => work });
    const settled = clock.settle();
    execution.stop();
    answer();
    await settled;
    expect([execution.status, types(execution).at(-1)]).toEqual(['ABORTED', 'ExecutionAborted']);
  });

  test('is stopped even where its open work then fails for a fault of the simulator', async () => {
    let answer = (): void => undefined;
    const work = new Promise<never>((_, reject) => {
      answer = () => reject(new Error('too late'));
    });
    const { execution, clock } = begin(task(), { answer: () => work });
    const settled = clock.settle();
    execution.stop();
    answer();
    await settled;
    expect([execution.status, execution.fault]).toEqual(['ABORTED', undefined]);
  });

  test('awaits the heartbeats of a function from its start', async () => {
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
    const { execution, seconds } = await run(task({ Resource: arn, HeartbeatSeconds: 5 }), {
      answer: () => ({ kind: 'silent' }),
    });
    expect([execution.error, seconds]).toEqual(['States.Timeout', 5]);
  });

  test('abandons its job when the execution is stopped', async () => {
    const job = new TestJob();
    const { execution, clock } = begin(task({ Resource: TOKEN }), { answer: () => job.answer });
    await clock.settle();
    execution.stop('Enough', 'of it');
    expect([execution.status, execution.error, job.abandoned]).toEqual(['ABORTED', 'Enough', true]);
    job.report({ kind: 'succeeded', output: 'late' });
    await clock.settle();
    expect(types(execution).at(-1)).toBe('ExecutionAborted');
  });

  test('abandons a job that is submitted when the execution is stopped already', async () => {
    const job = new TestJob();
    let answer = (): void => undefined;
    const work = new Promise<typeof job.answer>((resolve) => {
      answer = () => resolve(job.answer);
    });
    const { execution, clock } = begin(task({ Resource: TOKEN }), { answer: () => work });
    const settled = clock.settle();
    execution.stop();
    answer();
    await settled;
    expect(job.abandoned).toBe(true);
  });

  test('writes the events of a function that is invoked by its own ARN', async () => {
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
    const { execution } = await run(task({ Resource: arn, TimeoutSeconds: 5 }), { input: { a: 1 } });
    expect(types(execution).slice(2, 5)).toEqual([
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
    ]);
    expect(find(execution, 'LambdaFunctionScheduled').lambdaFunctionScheduledEventDetails).toEqual({
      resource: arn,
      input: '{"a":1}',
      inputDetails: { truncated: false },
      timeoutInSeconds: 5,
    });
  });

  test('applies InputPath, Parameters, ResultSelector, ResultPath and OutputPath in this order', async () => {
    const { execution, requests } = await run(
      task({
        InputPath: '$.in',
        Parameters: { 'x.$': '$.x', fixed: true },
        ResultSelector: { 'y.$': '$.deep.y' },
        ResultPath: '$.in.result',
        OutputPath: '$.in',
      }),
      { input: { in: { x: 1 }, other: 2 }, answer: () => succeed({ deep: { y: 2 } }) },
    );
    expect(requests[0].input).toEqual({ x: 1, fixed: true });
    expect(execution.output).toEqual({ x: 1, result: { y: 2 } });
  });

  test('discards its result where ResultPath is null', async () => {
    const { execution } = await run(task({ ResultPath: null }), { input: { a: 1 }, answer: () => succeed('lost') });
    expect(execution.output).toEqual({ a: 1 });
  });

  test('fails with States.ResultPathMatchFailure where ResultPath leads through what is no object', async () => {
    const { execution } = await run(task({ ResultPath: '$.a.b' }), { input: { a: 1 } });
    expect(execution.error).toBe('States.ResultPathMatchFailure');
  });

  test('keeps its own data, whatever is done to what it asked with and was answered', async () => {
    const input = { a: [1] };
    const output = { b: [2] };
    const { execution, clock } = begin(task({ ResultPath: '$.result' }), {
      input,
      answer: (request) => {
        (request.input as typeof input).a.push(2);
        return succeed(output, 1_000);
      },
    });
    await clock.advance(1_000);
    input.a.push(3);
    output.b.push(4);
    expect(execution.output).toEqual({ a: [1], result: { b: [2] } });
  });

  test('fails with States.QueryEvaluationError where its Arguments are no object, for a service integration', async () => {
    const { execution } = await run(task({ QueryLanguage: 'JSONata', Arguments: '{% [1] %}' }));
    expect(execution.cause).toContain("field 'Arguments' returned an unexpected result type. Expected 'object'");
  });
});
