import { describe, expect, test } from 'vitest';
import { parseDefinition } from '../../../src/simulator/engine';
import { begin, fail, find, LAMBDA, run, single, succeed, TestJob, types } from './run';

const ACTIVITY = 'arn:aws:states:eu-west-1:123456789012:activity:count';
const activity = (more: object = {}) => single({ Type: 'Task', Resource: ACTIVITY, ...more });

const waiting = async (definition: object) => {
  const job = new TestJob();
  const { execution, clock, requests } = begin(definition, { input: { n: 1 }, answer: () => job.answer });
  await clock.settle();
  return { job, execution, clock, requests };
};

describe('an activity', () => {
  test('has a token, and waits until a worker takes its task and answers', async () => {
    const { job, execution, clock, requests } = await waiting(activity());
    expect(requests[0]).toMatchObject({ resource: ACTIVITY, input: { n: 1 }, taskToken: expect.any(String) });
    expect(types(execution).at(-1)).toBe('ActivityScheduled');
    job.report({ kind: 'started', workerName: 'Ann' });
    await clock.advance(1000);
    job.report({ kind: 'succeeded', output: 7 });
    await clock.settle();
    expect(execution.output).toBe(7);
    expect(types(execution).slice(2)).toEqual([
      'ActivityScheduled',
      'ActivityStarted',
      'ActivitySucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(find(execution, 'ActivityScheduled').activityScheduledEventDetails).toMatchObject({
      resource: ACTIVITY,
      input: '{"n":1}',
    });
    expect(find(execution, 'ActivityStarted').activityStartedEventDetails).toEqual({ workerName: 'Ann' });
  });

  test('fails with States.Timeout where no worker takes its task in time', async () => {
    const { execution, clock } = await waiting(activity({ TimeoutSeconds: 30 }));
    await clock.advance(30_000);
    expect([execution.error, types(execution).at(-2)]).toEqual(['States.Timeout', 'ActivityTimedOut']);
  });

  test('awaits heartbeats from when a worker has taken its task', async () => {
    const { job, execution, clock } = await waiting(activity({ HeartbeatSeconds: 10, TimeoutSeconds: 100 }));
    await clock.advance(50_000);
    job.report({ kind: 'started' });
    await clock.advance(9_000);
    job.report({ kind: 'heartbeat' });
    await clock.advance(9_999);
    expect(execution.status).toBe('RUNNING');
    await clock.advance(1);
    expect(execution.error).toBe('States.Timeout');
  });

  test('may be answered at once, as by a mock', async () => {
    const failed = await run(activity(), { answer: () => fail('Broken', 'why') });
    expect(types(failed.execution).slice(2)).toEqual([
      'ActivityScheduled',
      'ActivityStarted',
      'ActivityFailed',
      'ExecutionFailed',
    ]);
    expect((await run(activity(), { answer: () => succeed('ok') })).execution.output).toBe('ok');
  });

  test('fails in an Express workflow', () => {
    expect(() => parseDefinition(activity(), 'EXPRESS')).toThrow("waits, which an Express workflow can't");
  });
});

describe('Credentials', () => {
  const ROLE = 'arn:aws:iam::210987654321:role/other';
  const asked = async (Credentials: unknown, more: object = {}) =>
    run(single({ Type: 'Task', Resource: LAMBDA, Credentials, ...more }), { input: { role: ROLE } });

  test('say with which role the call is made, in either language', async () => {
    const { requests, execution } = await asked({ RoleArn: ROLE });
    expect(requests[0].roleArn).toBe(ROLE);
    expect(find(execution, 'TaskScheduled').taskScheduledEventDetails?.taskCredentials).toEqual({ roleArn: ROLE });
    expect((await asked({ 'RoleArn.$': '$.role' })).requests[0].roleArn).toBe(ROLE);
    const jsonata = { QueryLanguage: 'JSONata' };
    expect((await asked({ RoleArn: '{% $states.input.role %}' }, jsonata)).requests[0].roleArn).toBe(ROLE);
    expect((await asked("{% {'RoleArn': $states.input.role} %}", jsonata)).requests[0].roleArn).toBe(ROLE);
  });

  test('are absent from a request of a task that has none', async () => {
    const { requests } = await run(single({ Type: 'Task', Resource: LAMBDA }));
    expect(requests[0]).not.toHaveProperty('roleArn');
  });

  test('fail where they have no role', () => {
    expect(() => parseDefinition(single({ Type: 'Task', Resource: LAMBDA, Credentials: {} }))).toThrow(
      'Credentials must have a RoleArn',
    );
  });
});
