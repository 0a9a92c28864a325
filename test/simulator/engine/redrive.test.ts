import { describe, expect, test } from 'vitest';
import type { Json, MapRun, TaskAnswer, TaskRequest } from '../../../src/simulator/engine';
import { begin, distributed, fail, find, type Given, LAMBDA, run, single, succeed, TestJob, TOKEN, types } from './run';

const DAY = 24 * 3_600_000;

/** Answers a state with errors first, so many times. */
const failingFirst = (times: { [state: string]: number }) => {
  const left = { ...times };
  return ({ stateName, input }: TaskRequest): TaskAnswer => {
    if ((left[stateName] ?? 0) === 0) {
      return succeed({ did: stateName, input });
    }
    left[stateName]--;
    return fail('Broken');
  };
};

/** An execution that has ended, to be redriven. */
const ended = async (definition: object, given: Given) => {
  const running = begin(definition, given);
  const finish = () => running.clock.runUntil(() => running.execution.status !== 'RUNNING');
  await finish();
  return {
    ...running,
    redrive: async () => {
      running.execution.redrive();
      await finish();
    },
  };
};
const task = (next?: string, more: object = {}) => ({
  Type: 'Task',
  Resource: LAMBDA,
  ...(next === undefined ? { End: true } : { Next: next }),
  ...more,
});

describe('redrive', () => {
  test('goes on with the state that failed, with its input, and not with those before it', async () => {
    const { execution, requests, redrive } = await ended(
      { StartAt: 'A', States: { A: task('B'), B: task('C'), C: task() } },
      { input: 1, answer: failingFirst({ B: 1 }) },
    );
    expect([execution.status, execution.redrivability]).toEqual(['FAILED', { status: 'REDRIVABLE' }]);
    await redrive();
    expect(execution.status).toBe('SUCCEEDED');
    expect(requests.map(({ stateName }) => stateName)).toEqual(['A', 'B', 'B', 'C']);
    expect(requests[2].input).toEqual(requests[1].input);
  });

  test('writes ExecutionRedriven, and enters the state no second time', async () => {
    const { execution, redrive } = await ended(single(task()), { answer: failingFirst({ State: 1 }) });
    const before = execution.history.length;
    await redrive();
    expect(types(execution).slice(before)).toEqual([
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(find(execution, 'ExecutionRedriven').executionRedrivenEventDetails).toEqual({ redriveCount: 1 });
    expect([execution.error, execution.redriveCount]).toEqual([undefined, 1]);
  });

  test('counts in the context object, where retries count anew', async () => {
    const definition = single(
      task(undefined, {
        Parameters: { 'redrives.$': '$$.Execution.RedriveCount', 'retries.$': '$$.State.RetryCount' },
        Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
      }),
    );
    const { requests, redrive } = await ended(definition, { answer: failingFirst({ State: 3 }) });
    await redrive();
    expect(requests.map(({ input }) => input)).toEqual([
      { redrives: 0, retries: 0 },
      { redrives: 0, retries: 1 },
      { redrives: 1, retries: 0 },
      { redrives: 1, retries: 1 },
    ]);
  });

  test('runs those branches of a Parallel that have not succeeded', async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task() } });
    const { execution, requests, redrive } = await ended(
      single({ Type: 'Parallel', Branches: [branch('A'), branch('B')] }),
      { answer: failingFirst({ B: 1 }) },
    );
    await redrive();
    expect(requests.map(({ stateName }) => stateName)).toEqual(['A', 'B', 'B']);
    expect((execution.output as { did: string }[]).map(({ did }) => did)).toEqual(['A', 'B']);
  });

  test('runs those iterations of an inline Map that have not succeeded', async () => {
    const failed: Json[] = [2];
    const { execution, requests, redrive } = await ended(
      single({ Type: 'Map', MaxConcurrency: 1, ItemProcessor: { StartAt: 'W', States: { W: task() } } }),
      {
        input: [1, 2, 3],
        answer: ({ input }) => (failed.includes(input) && failed.pop() ? fail('Broken') : succeed(input)),
      },
    );
    await redrive();
    expect(execution.output).toEqual([1, 2, 3]);
    expect(requests.map(({ input }) => input)).toEqual([1, 2, 2, 3]);
  });

  test('keeps the variables, those of a branch included', async () => {
    const branch = {
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { inner: 2 }, Next: 'Work' },
        Work: task(undefined, { Arguments: { seen: '{% [$outer, $inner] %}' } }),
      },
    };
    const { execution, requests, redrive } = await ended(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Assign: { outer: 1 }, Next: 'P' },
          P: { Type: 'Parallel', Branches: [branch], End: true },
        },
      },
      { answer: failingFirst({ Work: 1 }) },
    );
    await redrive();
    expect(execution.status).toBe('SUCCEEDED');
    expect(requests[1].input).toEqual({ seen: [1, 2] });
  });

  test('fails again in a Fail, which it enters again', async () => {
    const { execution, redrive } = await ended({ StartAt: 'No', States: { No: { Type: 'Fail', Error: 'No' } } }, {});
    await redrive();
    expect([execution.error, types(execution).filter((type) => type === 'FailStateEntered').length]).toEqual(['No', 2]);
  });

  test('goes on after a stop and after a timeout, and the timeout counts anew', async () => {
    const job = new TestJob();
    const { execution, clock } = begin(single({ Type: 'Task', Resource: TOKEN }, { TimeoutSeconds: 10 }), {
      answer: () => job.answer,
    });
    await clock.advance(10_000);
    expect(execution.status).toBe('TIMED_OUT');
    execution.redrive();
    await clock.advance(9_000);
    execution.stop();
    expect(execution.status).toBe('ABORTED');
    execution.redrive();
    await clock.settle();
    job.report({ kind: 'succeeded', output: 'done' });
    await clock.settle();
    expect([execution.output, execution.redriveCount]).toEqual(['done', 2]);
  });

  test('fails 14 days after the end', async () => {
    const { execution, clock } = await ended(single(task()), { answer: () => fail('Broken') });
    await clock.advance(14 * DAY);
    expect(execution.redrivability.status).toBe('REDRIVABLE');
    await clock.advance(1);
    expect(() => execution.redrive()).toThrow('Execution redrivable period exceeded');
  });

  test('fails where the history is full', async () => {
    const definition = {
      StartAt: 'A',
      States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } },
    };
    const { execution } = await ended(definition, {});
    expect(execution.history).toHaveLength(25_000);
    expect(() => execution.redrive()).toThrow('Execution history event limit exceeded');
  });

  test('fails for an Express execution, and while the execution runs', async () => {
    const express = await ended(single(task()), { type: 'EXPRESS', answer: () => fail('Broken') });
    expect(() => express.execution.redrive()).toThrow('EXPRESS');
    const { execution } = begin(single(task()), {});
    expect(() => execution.redrive()).toThrow('Execution is RUNNING and cannot be redriven');
  });
});

describe('redrive of a Distributed Map', () => {
  const map = (type: string, more: object = {}) =>
    distributed({
      ...more,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
        StartAt: 'First',
        States: { First: task('Second'), Second: task() },
      },
    });
  const failsOnce = (item: Json) => {
    const left = [item];
    return ({ stateName, input }: TaskRequest): TaskAnswer =>
      stateName === 'Second' && left.includes(input) && left.pop() ? fail('Broken') : succeed(input);
  };

  test('redrives the same map run: Standard children that failed from where they failed, and those not begun', async () => {
    const { execution, requests, redrive } = await ended(map('STANDARD', { MaxConcurrency: 1 }), {
      input: [1, 2, 3],
      answer: failsOnce(2),
    });
    const [mapRun] = execution.mapRuns;
    const before = mapRun.executions.map(({ executionArn }) => executionArn);
    await redrive();
    expect([execution.output, execution.mapRuns.length, mapRun.redriveCount]).toEqual([[1, 2, 3], 1, 1]);
    expect(requests.map(({ stateName, input }) => `${stateName} ${input}`)).toEqual([
      'First 1',
      'Second 1',
      'First 2',
      'Second 2',
      'Second 2',
      'First 3',
      'Second 3',
    ]);
    expect(mapRun.executions.slice(0, 2).map(({ executionArn }) => executionArn)).toEqual(before);
    expect(mapRun.itemCounts).toMatchObject({ succeeded: 3, failed: 0, pendingRedrive: 0 });
    expect(find(execution, 'MapRunRedriven').mapRunRedrivenEventDetails).toEqual({
      mapRunArn: mapRun.mapRunArn,
      redriveCount: 1,
    });
  });

  test('tells of the map run again, before its children go on', async () => {
    const seen: number[][] = [];
    const onMapRun = ({ redriveCount, itemCounts }: MapRun) =>
      void seen.push([redriveCount, itemCounts.pendingRedrive, itemCounts.running]);
    const { redrive } = await ended(map('STANDARD'), { input: [1], answer: failsOnce(1), onMapRun });
    await redrive();
    expect(seen).toEqual([
      [0, 0, 0],
      [1, 1, 0],
    ]);
  });

  test('runs Express children that failed from their beginning', async () => {
    const { execution, requests, redrive } = await ended(map('EXPRESS', { MaxConcurrency: 1 }), {
      input: [1],
      answer: failsOnce(1),
    });
    expect(execution.mapRuns[0].executions[0].redrivability.status).toBe('REDRIVABLE_BY_MAP_RUN');
    await redrive();
    expect(requests.map(({ stateName }) => stateName)).toEqual(['First', 'Second', 'First', 'Second']);
    expect(execution.output).toEqual([1]);
  });

  test('keeps the name and the ARN of an Express child', async () => {
    const { execution, redrive } = await ended(map('EXPRESS'), { input: [1], answer: failsOnce(1) });
    const ids = () => execution.mapRuns[0].executions.map(({ name, executionArn }) => [name, executionArn]);
    const before = ids();
    expect(before[0][1]).toMatch(/:express:machine\/[^:]+:[\w-]{36}:[\w-]{36}$/);
    await redrive();
    expect(ids()).toEqual(before);
  });

  test('leaves alone, and counts, a child that failed too long ago', async () => {
    const { execution, redrive } = await ended(map('STANDARD', { ToleratedFailureCount: 1 }), {
      input: [1, 2],
      answer: ({ stateName, input }) => {
        if (stateName === 'First') return succeed(input, input === 2 ? 15 * DAY : 0);
        return fail('Broken');
      },
    });
    const [mapRun] = execution.mapRuns;
    expect(mapRun.itemCounts).toMatchObject({ failed: 2, failuresNotRedrivable: 0 });
    await redrive();
    expect(mapRun.itemCounts).toMatchObject({ failed: 2, failuresNotRedrivable: 1, pendingRedrive: 0 });
    expect(mapRun.executionCounts.failuresNotRedrivable).toBe(1);
    expect(mapRun.executions.map(({ redriveCount }) => redriveCount)).toEqual([0, 1]);
  });

  test('leaves no child to be redriven where too many fail again', async () => {
    const { execution, redrive } = await ended(map('STANDARD', { MaxConcurrency: 1, ToleratedFailureCount: 1 }), {
      input: [1, 2],
      answer: ({ stateName, input }) => (stateName === 'First' ? succeed(input) : fail('Broken')),
    });
    const [mapRun] = execution.mapRuns;
    mapRun.update({ count: 0 });
    await redrive();
    expect(mapRun.itemCounts).toMatchObject({ failed: 2, pendingRedrive: 0, running: 0, total: 2 });
  });

  test('reads the items again where they could not be read', async () => {
    const reader = {
      Resource: 'arn:aws:states:::s3:getObject',
      Parameters: { Bucket: 'b', Key: 'k' },
      ReaderConfig: { InputType: 'JSON' },
    };
    let reads = 0;
    const objects = {
      list: () => Promise.reject(new Error('not asked')),
      put: () => Promise.reject(new Error('not asked')),
      get: async () =>
        reads++ === 0
          ? ({ kind: 'failed', cause: 'Slow Down' } as const)
          : ({ kind: 'succeeded', value: Buffer.from('[5]') } as const),
    };
    const { execution, redrive } = await ended(distributed({ ItemReader: reader }), { objects });
    await redrive();
    expect(execution.output).toEqual([5]);
  });

  test('leaves alone what it tolerated', async () => {
    const { execution } = await run(map('STANDARD', { ToleratedFailureCount: 1 }), {
      input: [1, 2],
      answer: failsOnce(2),
    });
    expect(() => execution.redrive()).toThrow('SUCCEEDED');
  });
});
