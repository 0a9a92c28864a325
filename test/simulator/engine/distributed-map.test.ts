import { describe, expect, test } from 'vitest';
import type { Json, MapRun, TaskAnswer, TaskRequest } from '../../../src/simulator/engine';
import { begin, distributed, fail, find, type Given, LAMBDA, run, single, succeed, types } from './run';

const task = (type = 'STANDARD', state: object = {}) => ({
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
    StartAt: 'Work',
    States: { Work: { Type: 'Task', Resource: LAMBDA, ...state, End: true } },
  },
});
/** Fails for the items of which it is told. */
const failing =
  (...items: Json[]) =>
  ({ input }: TaskRequest): TaskAnswer =>
    items.includes(input) ? fail('Broken', 'why') : succeed(input);
const mapRun = async (definition: object, given: Given): Promise<MapRun> =>
  (await run(definition, given)).execution.mapRuns[0];

describe('a Distributed Map', () => {
  test('runs a child execution for each item, and gives their outputs in the order of the items', async () => {
    const { execution } = await run(distributed(task()), {
      input: [3, 1, 2],
      answer: ({ input }) => succeed(`did ${input}`, Number(input) * 1000),
    });
    expect(execution.output).toEqual(['did 3', 'did 1', 'did 2']);
    expect(types(execution)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('gives each child a history, an ARN and a context of its own', async () => {
    const definition = distributed({
      Label: 'Each',
      ...task('STANDARD', { Parameters: { 'id.$': '$$.Execution.Id', 'machine.$': '$$.StateMachine.Name' } }),
    });
    const { execution, requests } = await run(definition, { input: [1] });
    const [child] = execution.mapRuns[0].executions;
    const name = child.executionArn.split(':').at(-1);
    expect(child.executionArn).toBe(`arn:aws:states:eu-west-1:123456789012:execution:machine/Each:${name}`);
    expect(requests[0]).toMatchObject({
      executionArn: child.executionArn,
      input: { id: child.executionArn, machine: 'machine/Each' },
    });
    expect(types(child).slice(0, 2)).toEqual(['ExecutionStarted', 'TaskStateEntered']);
    expect(child.mapRunArn).toBe(find(execution, 'MapRunStarted').mapRunStartedEventDetails?.mapRunArn);
  });

  test('runs Express children for no longer than five minutes', async () => {
    const run = await mapRun(distributed({ ...task('EXPRESS'), ToleratedFailureCount: 1 }), {
      input: [1],
      answer: () => ({ kind: 'silent' }),
    });
    expect(run.executions[0].executionArn).toContain(':express:machine/');
    expect([run.executions[0].status, run.itemCounts.timedOut]).toEqual(['TIMED_OUT', 1]);
  });

  test('runs MaxConcurrency children at a time', async () => {
    const { requests, seconds } = await run(distributed({ MaxConcurrency: 2, ...task() }), {
      input: [1, 2, 3, 4, 5],
      answer: ({ input }) => succeed(input, 1000),
    });
    expect(requests.map(({ at }) => at)).toEqual([0, 0, 1, 1, 2]);
    expect(seconds).toBe(3);
  });

  test('runs all children at a time where MaxConcurrency is 0', async () => {
    const { seconds } = await run(distributed({ MaxConcurrency: 0, ...task() }), {
      input: Array.from({ length: 100 }, (_, index) => index),
      answer: ({ input }) => succeed(input, 1000),
    });
    expect(seconds).toBe(1);
  });

  test('lets a child see no variables of its parent', async () => {
    const processor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'In',
      States: { In: { Type: 'Pass', Output: '{% $exists($v) %}', End: true } },
    };
    const { execution } = await run(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Assign: { v: 1 }, Next: 'M' },
          M: { Type: 'Map', Items: [1], ItemProcessor: processor, End: true },
        },
      },
      {},
    );
    expect(execution.output).toEqual([false]);
  });

  test('tells its ItemSelector the index, the value and the source of the item', async () => {
    const { execution } = await run(
      distributed({ ItemsPath: '$.items', ItemSelector: { 'item.$': '$$.Map.Item', 'x.$': '$.x' } }),
      { input: { items: ['a'], x: 7 } },
    );
    expect(execution.output).toEqual([{ item: { Index: 0, Value: 'a', Source: 'STATE_DATA' }, x: 7 }]);
  });

  test('takes what an object holds as items, with their keys', async () => {
    expect((await run(distributed(), { input: { a: 1, b: 2 } })).execution.output).toEqual([
      { Key: 'a', Value: 1 },
      { Key: 'b', Value: 2 },
    ]);
    const selector = { ItemSelector: { 'key.$': '$$.Map.Item.Key' } };
    expect((await run(distributed(selector), { input: { a: 1 } })).execution.output).toEqual([{ key: 'a' }]);
  });

  test('fails where its input has no items', async () => {
    const { execution } = await run(distributed(), { input: 'text' });
    expect([execution.error, types(execution).at(-1)]).toEqual(['States.Runtime', 'ExecutionFailed']);
    expect(execution.mapRuns).toEqual([]);
  });

  test('of no items succeeds at once', async () => {
    const { execution } = await run(distributed(), { input: [] });
    expect([execution.output, execution.mapRuns[0].itemCounts.total]).toEqual([[], 0]);
  });

  test('fails where a child would get more than 256 KiB', async () => {
    const { execution } = await run(distributed({ ItemSelector: { 'a.$': '$', 'b.$': '$' } }), {
      input: ['x'.repeat(140_000)],
    });
    expect(execution.error).toBe('States.DataLimitExceeded');
  });

  test('runs 10,000 children in a moment', async () => {
    const input = Array.from({ length: 10_000 }, (_, index) => index);
    const { executionCounts } = await mapRun(distributed(), { input });
    expect(executionCounts).toMatchObject({ total: 10_000, succeeded: 10_000, pending: 0 });
  });

  test('inside a Distributed Map has a map run of the child', async () => {
    const seen: string[] = [];
    const inner = { Type: 'Map', ...task(), End: true };
    const outer = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Inner',
      States: { Inner: inner },
    };
    const definition = distributed({ ItemProcessor: outer });
    const onMapRun = ({ stateName }: MapRun) => seen.push(stateName);
    const { execution } = await run(definition, { input: [[1, 2], [3]], onMapRun });
    expect(execution.output).toEqual([[1, 2], [3]]);
    expect(execution.mapRuns[0].executions[0].mapRuns[0].executionCounts.succeeded).toBe(2);
    expect(seen).toEqual(['State', 'Inner', 'Inner']);
  });
});

describe('the limits of a map run', () => {
  const STILL = { kind: 'silent' } as const;
  const going = async (fields: object, answer: Given['answer'] = () => STILL) => {
    const { execution, clock } = begin(distributed({ ...task(), ...fields }), { input: [1, 2, 3], answer });
    await clock.settle();
    return { execution, clock, mapRun: execution.mapRuns[0] };
  };

  test('let more children begin as soon as they are raised', async () => {
    const { clock, mapRun } = await going({ MaxConcurrency: 1 });
    mapRun.update({ maxConcurrency: 2 });
    await clock.settle();
    expect([mapRun.executionCounts.running, mapRun.limits.maxConcurrency]).toEqual([2, 2]);
    mapRun.update({ maxConcurrency: 0 });
    expect(mapRun.limits.maxConcurrency).toBe(10_000);
  });

  test('let a map run fail as soon as they are lowered', async () => {
    const { execution, clock, mapRun } = await going(
      { ToleratedFailureCount: 1, ToleratedFailurePercentage: 100, MaxConcurrency: 2 },
      ({ input }) => (input === 1 ? fail('No') : STILL),
    );
    expect([execution.status, mapRun.itemCounts.failed]).toEqual(['RUNNING', 1]);
    mapRun.update({ count: 0 });
    await clock.settle();
    expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
    expect(mapRun.limits).toEqual({ maxConcurrency: 2, tolerance: { count: 0, percentage: 100 } });
  });

  test('change nothing any more when it is over', async () => {
    const { clock, mapRun } = await going({ MaxConcurrency: 1 }, () => fail('No'));
    mapRun.update({ maxConcurrency: 3, count: 3 });
    await clock.settle();
    expect([mapRun.status, mapRun.executions.length]).toEqual(['FAILED', 1]);
  });
});

describe('a map run', () => {
  test('fails, and stops the other children, when an item fails', async () => {
    const { execution, seconds } = await run(distributed({ MaxConcurrency: 2, ...task() }), {
      input: [1, 2, 3],
      answer: ({ input }) => (input === 1 ? { ...fail('Broken'), afterMs: 1000 } : succeed(input, 5000)),
    });
    const [mapRun] = execution.mapRuns;
    expect([execution.error, execution.cause, seconds]).toEqual([
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
      1,
    ]);
    expect(mapRun.status).toBe('FAILED');
    expect(mapRun.itemCounts).toMatchObject({ failed: 1, aborted: 1, pending: 1, running: 0, total: 3 });
    expect(types(execution).slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
  });

  test('fails when more than ToleratedFailureCount items fail, not when as many do', async () => {
    const given = { input: [1, 2, 3, 4], answer: failing(1, 2) };
    expect((await mapRun(distributed({ ToleratedFailureCount: 2, ...task() }), given)).status).toBe('SUCCEEDED');
    expect((await mapRun(distributed({ ToleratedFailureCount: 1, ...task() }), given)).status).toBe('FAILED');
  });

  test('fails when more than ToleratedFailurePercentage of the items fail, not when as many do', async () => {
    const given = { input: [1, 2, 3, 4], answer: failing(1, 2) };
    expect((await mapRun(distributed({ ToleratedFailurePercentage: 50, ...task() }), given)).status).toBe('SUCCEEDED');
    expect((await mapRun(distributed({ ToleratedFailurePercentage: 49, ...task() }), given)).status).toBe('FAILED');
  });

  test('fails when either of two thresholds is exceeded', async () => {
    const both = (count: number, percentage: number) =>
      distributed({ ToleratedFailureCount: count, ToleratedFailurePercentage: percentage, ...task() });
    const given = { input: [1, 2, 3, 4], answer: failing(1, 2) };
    expect((await mapRun(both(1, 90), given)).status).toBe('FAILED');
    expect((await mapRun(both(3, 10), given)).status).toBe('FAILED');
    expect((await mapRun(both(2, 50), given)).status).toBe('SUCCEEDED');
  });

  test('tells of a tolerated failure with all that is known of the child', async () => {
    const { execution } = await run(distributed({ ToleratedFailureCount: 1, ...task() }), {
      input: [1, 2],
      answer: failing(1),
    });
    const [failed, succeeded] = execution.output as [{ [name: string]: Json }, Json];
    expect(failed).toMatchObject({ Status: 'FAILED', Error: 'Broken', Cause: 'why', Input: '1' });
    expect(succeeded).toBe(2);
  });

  test('counts the items of a batch, not the batches', async () => {
    const definition = distributed({ ItemBatcher: { MaxItemsPerBatch: 2 }, ToleratedFailureCount: 1, ...task() });
    const { itemCounts, executionCounts, status } = await mapRun(definition, {
      input: [1, 2, 3],
      answer: ({ input }) => ((input as { Items: number[] }).Items.includes(1) ? fail('Broken') : succeed(input)),
    });
    expect([itemCounts.failed, executionCounts.failed, status]).toEqual([2, 1, 'FAILED']);
  });

  test('begins anew for each Retry of the Map', async () => {
    let calls = 0;
    const { execution } = await run(distributed({ Retry: [{ ErrorEquals: ['States.ALL'] }], ...task() }), {
      input: [1, 2],
      answer: () => (calls++ === 0 ? fail('Broken') : succeed('ok')),
    });
    expect(execution.output).toEqual(['ok', 'ok']);
    expect(execution.mapRuns.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  });

  test('knows its child executions by their ARNs, as soon as they have begun', async () => {
    const { execution, clock } = begin(distributed({ MaxConcurrency: 2, ...task() }), {
      input: [1, 2, 3],
      answer: ({ input }) => succeed(input, 1_000),
    });
    await clock.settle();
    const [mapRun] = execution.mapRuns;
    expect(mapRun.find('arn:none')).toBeUndefined();
    const arns = () => mapRun.executions.map(({ executionArn }) => executionArn);
    const found = () => arns().map((arn) => mapRun.find(arn)?.input);
    expect(found()).toEqual([1, 2]);
    await clock.runUntil(() => execution.status !== 'RUNNING');
    expect(found()).toEqual([1, 2, 3]);
    expect(mapRun.find('arn:none')).toBeUndefined();
  });

  test('is aborted, with its children, when its execution is stopped', async () => {
    const { execution, clock } = begin(distributed(task()), { input: [1], answer: () => ({ kind: 'silent' }) });
    await clock.settle();
    execution.stop();
    const [mapRun] = execution.mapRuns;
    expect([mapRun.status, mapRun.executions[0].status, mapRun.itemCounts.aborted]).toEqual(['ABORTED', 'ABORTED', 1]);
    await clock.advance(1_000);
    expect(mapRun.itemCounts).toMatchObject({ aborted: 1, running: 0 });
  });

  test('is aborted with children that have not begun, which it never begins', async () => {
    const { execution, clock } = begin(distributed({ MaxConcurrency: 1, ...task() }), {
      input: [1, 2],
      answer: () => ({ kind: 'silent' }),
    });
    await clock.settle();
    execution.stop();
    await clock.advance(1_000);
    expect(execution.mapRuns[0].itemCounts).toMatchObject({ aborted: 1, pending: 1 });
  });

  test('keeps a threshold that an update leaves open', async () => {
    const { execution, clock } = begin(distributed({ ToleratedFailurePercentage: 50, ...task() }), {
      input: [1],
      answer: () => ({ kind: 'silent' }),
    });
    await clock.settle();
    const [mapRun] = execution.mapRuns;
    mapRun.update({ count: 3, percentage: undefined });
    expect(mapRun.limits.tolerance).toEqual({ count: 3, percentage: 50 });
  });

  test('is aborted when another branch fails', async () => {
    const map = (distributed(task()) as { States: { State: object } }).States.State;
    const { execution } = await run(
      single({
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Map', States: { Map: map } },
          { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 1, Next: 'No' }, No: { Type: 'Fail' } } },
        ],
      }),
      { input: [1], answer: () => ({ kind: 'silent' }) },
    );
    expect(execution.mapRuns[0].executions[0].status).toBe('ABORTED');
    expect(types(execution).slice(-4)).toEqual([
      'MapRunAborted',
      'MapStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('ends the run where a child meets what the simulator cannot do', async () => {
    const answer = () => Promise.reject(new Error('no such service'));
    await expect(run(distributed({ ToleratedFailureCount: 9, ...task() }), { input: [1], answer })).rejects.toThrow(
      'no such service',
    );
  });
});
