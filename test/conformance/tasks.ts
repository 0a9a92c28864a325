import type { Job, Json, JsonObject, TaskAnswer, TaskPort, TaskRequest } from '../../src/simulator/engine';
import { type Case, detailsOf, type RecordedEvent } from './case';
import { differs } from './compare';

interface RecordedTask {
  readonly input: unknown;
  readonly answer: TaskAnswer;
  used: boolean;
}

const KINDS = ['Task', 'LambdaFunction', 'Activity'];
const SCHEDULED = KINDS.map((kind) => `${kind}Scheduled`);
const ENDS = KINDS.flatMap((kind) => ['Succeeded', 'Failed', 'TimedOut'].map((end) => kind + end));

/**
 * Answers each task as the recording says that it was answered. What child executions did is not recorded: their tasks
 * are answered as the function, which gives its input back, would.
 */
export function recordedTasks({ lambdas }: Case, events: readonly RecordedEvent[]): TaskPort {
  const tasks = tasksOf(events);
  const isIdentity = Object.values(lambdas ?? {}).every((file) => file === 'id_function.py');
  return {
    start: async (request) => (isChild(request) && isIdentity ? identity(request) : take(tasks, request).answer),
  };
}

function isChild({ executionArn }: TaskRequest): boolean {
  return executionArn.includes('/');
}

function identity({ resource, input }: TaskRequest): TaskAnswer {
  const output = resource.endsWith(':invoke') ? { Payload: (input as JsonObject).Payload, StatusCode: 200 } : input;
  return { kind: 'succeeded', output };
}

/** The recorded task that a request is for: the first that has the same input, or the first at all. */
function take(tasks: readonly RecordedTask[], request: TaskRequest): RecordedTask {
  const left = tasks.filter((task) => !task.used);
  const task = left.find(({ input }) => differs(request.input, input) === undefined) ?? left[0];
  if (!task) {
    throw new Error(`the recording has no task for '${request.stateName}'`);
  }
  task.used = true;
  return task;
}

function tasksOf(events: readonly RecordedEvent[]): RecordedTask[] {
  const scheduled = events.filter(({ type }) => SCHEDULED.includes(type));
  const ends = events.filter(({ type }) => ENDS.includes(type));
  const submits = events.filter(({ type }) => type === 'TaskSubmitted');
  return scheduled.map((event, index) => {
    const chain = chainOf(event, events);
    const { parameters, input } = detailsOf(event);
    const end = chain.find(({ type }) => ENDS.includes(type)) ?? ends[index];
    const submit = chain.find(({ type }) => type === 'TaskSubmitted') ?? (event.id === 0 ? submits[index] : undefined);
    const taken = event.type === 'ActivityScheduled' ? chain.find(({ type }) => type === 'ActivityStarted') : undefined;
    const answer = event.type === 'ActivityScheduled' ? jobOf(taken, end) : answerOf(submit, end);
    return { input: parsed(parameters ?? input), answer, used: false };
  });
}

/** The events that follow one another from one on; none where the recording lost their numbers. */
function chainOf(event: RecordedEvent, events: readonly RecordedEvent[]): RecordedEvent[] {
  const next = event.id === 0 ? undefined : events.find(({ previousEventId }) => previousEventId === event.id);
  return next ? [next, ...(ENDS.includes(next.type) ? [] : chainOf(next, events))] : [];
}

function answerOf(submit: RecordedEvent | undefined, end: RecordedEvent | undefined): TaskAnswer {
  const ended = end ? endOf(end) : ({ kind: 'silent' } as const);
  if (!submit) {
    return ended as TaskAnswer;
  }
  const job: Job = {
    subscribe: (report) => ended.kind !== 'silent' && report(ended),
    abandon: () => undefined,
  };
  return { kind: 'submitted', output: parsed(detailsOf(submit).output), job };
}

/** The task of an activity, which a worker may have taken. */
function jobOf(taken: RecordedEvent | undefined, end: RecordedEvent | undefined): TaskAnswer {
  const ended = taken && end ? endOf(end) : ({ kind: 'silent' } as const);
  const workerName = taken && (detailsOf(taken).workerName as string | undefined);
  const job: Job = {
    subscribe: (report) => {
      if (taken) report({ kind: 'started', workerName });
      if (ended.kind !== 'silent') report(ended);
    },
    abandon: () => undefined,
  };
  return { kind: 'submitted', job };
}

function endOf(event: RecordedEvent) {
  const { output, error, cause } = detailsOf(event);
  if (event.type.endsWith('Succeeded')) {
    return { kind: 'succeeded', output: parsed(output) } as const;
  }
  if (event.type.endsWith('TimedOut')) {
    return { kind: 'silent' } as const;
  }
  const text = cause === undefined || typeof cause === 'string' ? cause : JSON.stringify(cause);
  return { kind: 'failed', error: error as string, cause: text } as const;
}

/** Recordings parse the data that are objects; what else there is stays text. */
function parsed(data: unknown): Json {
  return (typeof data === 'string' ? JSON.parse(data) : data) as Json;
}
