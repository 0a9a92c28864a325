import type { Job, JobEvent, Json, TaskAnswer, TaskRequest } from '../../../src/simulator/engine';
import { Clock } from '../../../src/simulator/engine';
import { fakeObjects } from './objects';
import { begin, START, types } from './run';

/** A rule that AWS documents, as data: what runs, how the world answers, and what comes of it. */
export interface DocumentedCase {
  /** The page of AWS's documentation that has the rule. */
  readonly source: string;
  /** The rule. */
  readonly rule: string;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly definition: object;
  readonly input?: Json;
  /** The answers of a state's task, one for each request; the last one is for all further ones too. */
  readonly tasks?: { readonly [state: string]: readonly Answer[] };
  /** The objects in S3, by `bucket/key`. */
  readonly objects?: { readonly [path: string]: string };
  /** What the source of random numbers gives, each time. */
  readonly random?: number;
  /** When the execution is stopped from outside. */
  readonly stopAtMs?: number;
  /** Whether the execution is redriven once it has ended. */
  readonly redrive?: boolean;
  readonly expect: Expected;
}

/** How a task is answered. */
interface Answer {
  readonly output?: Json;
  /** The output is a text so long that its JSON has this many bytes. */
  readonly outputBytes?: number;
  readonly error?: string;
  readonly cause?: string;
  readonly afterMs?: number;
  /** What is reported later of a task that waits; with nothing to report it waits in vain. */
  readonly reports?: readonly (JobEvent & { readonly atMs: number })[];
}

/** What comes of a case; what is not said may be anything. */
interface Expected {
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly elapsedMs?: number;
  /** The states entered, in order. */
  readonly visited?: readonly string[];
  /** When each request of a task was made. */
  readonly requestedAtMs?: readonly number[];
  /** The input of each request; `<token>` stands for the request's own token. */
  readonly requests?: readonly Json[];
  readonly distinctTokens?: number;
  readonly events?: number;
  /** All events, but for their times; `<uuid>` stands for any UUID. */
  readonly history?: readonly object[];
  /** The types of the last events. */
  readonly lastEvents?: readonly string[];
  /** How many items of each map run ended how. */
  readonly mapRuns?: readonly { readonly [count: string]: number }[];
}

/** What came of a case: as much as it expects. */
export async function outcomeOf(given: DocumentedCase): Promise<Expected> {
  const clock = new Clock(START);
  const { execution, requests } = begin(given.definition, {
    clock,
    input: given.input,
    type: given.type,
    random: given.random === undefined ? undefined : () => given.random as number,
    answer: answers(given, clock),
    objects: fakeObjects(given.objects).port,
  });
  if (given.stopAtMs !== undefined) {
    clock.schedule(given.stopAtMs, () => execution.stop());
  }
  const ended = () => clock.runUntil(() => execution.status !== 'RUNNING');
  await ended();
  if (given.redrive) {
    execution.redrive();
    await ended();
  }
  if (execution.fault !== undefined) {
    throw execution.fault;
  }
  const last = given.expect.lastEvents?.length ?? 0;
  const counts = given.expect.mapRuns ?? [];
  const all: Required<{ [field in keyof Expected]: unknown }> = {
    status: execution.status,
    output: execution.output,
    error: execution.error,
    cause: execution.cause,
    elapsedMs: clock.now() - START,
    visited: execution.history.flatMap((event) => event.stateEnteredEventDetails?.name ?? []),
    requestedAtMs: requests.map(({ at }) => at * 1000),
    requests: requests.map(({ input, taskToken }) => masked(input, taskToken)),
    distinctTokens: new Set(requests.map(({ taskToken }) => taskToken)).size,
    events: execution.history.length,
    history: JSON.parse(withoutUuids(JSON.stringify(execution.history.map(({ timestamp, ...event }) => event)))),
    lastEvents: types(execution).slice(-last),
    mapRuns: execution.mapRuns.map(({ itemCounts }, index) =>
      pick({ ...itemCounts }, Object.keys(counts[index] ?? {})),
    ),
  };
  return pick(all, Object.keys(given.expect)) as unknown as Expected;
}

function answers({ tasks = {} }: DocumentedCase, clock: Clock): (request: TaskRequest) => TaskAnswer {
  const asked = new Map<string, number>();
  return ({ stateName, input }) => {
    const all = tasks[stateName] ?? [{ output: input }];
    const count = asked.get(stateName) ?? 0;
    asked.set(stateName, count + 1);
    return answerOf(all[Math.min(count, all.length - 1)], clock);
  };
}

function answerOf(answer: Answer, clock: Clock): TaskAnswer {
  const { output = null, outputBytes, error, cause, afterMs, reports } = answer;
  if (reports) {
    return { kind: 'submitted', output, job: job(reports, clock) };
  }
  if (error !== undefined) {
    return { kind: 'failed', error, cause, afterMs };
  }
  return { kind: 'succeeded', output: outputBytes === undefined ? output : 'x'.repeat(outputBytes - 2), afterMs };
}

function job(reports: NonNullable<Answer['reports']>, clock: Clock): Job {
  return {
    subscribe: (report) => {
      for (const { atMs, ...event } of reports) {
        clock.schedule(atMs, () => report(event));
      }
    },
    abandon: () => undefined,
  };
}

function withoutUuids(text: string): string {
  return text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>');
}

function masked(input: Json, token?: string): Json {
  const text = JSON.stringify(input);
  return JSON.parse(token === undefined ? text : text.split(token).join('<token>')) as Json;
}

function pick(from: { readonly [field: string]: unknown }, fields: readonly string[]): { [field: string]: unknown } {
  return Object.fromEntries(fields.map((field) => [field, from[field]]));
}
