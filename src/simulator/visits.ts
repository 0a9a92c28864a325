import type { HistoryEvent } from './engine';

/** One time that an execution was in a state. */
export interface StateVisit {
  readonly name: string;
  /** The ASL type, e.g. `Task`. */
  readonly type: string;
  /** When the state was entered, in virtual time. */
  readonly enteredAt: Date;
  /** When it was left; absent while it runs, or where it ended without being left. */
  readonly exitedAt?: Date;
  /** How often its task was tried; 0 in a state without a task. */
  readonly attempts: number;
  /** The errors of its attempts, in their order. */
  readonly errors: readonly string[];
  /**
   * How it went. It failed whether or not a Catch went on with that; it was stopped where the execution, or the Parallel or
   * Map round it, ended first.
   */
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'stopped';
}

interface Visit {
  readonly name: string;
  readonly type: string;
  readonly enteredAt: Date;
  /** The visit to the Parallel or Map round it. */
  readonly parent?: Visit;
  exitedAt?: Date;
  attempts: number;
  readonly errors: string[];
  failed: boolean;
  stopped: boolean;
}

const SCHEDULED = /^(Task|LambdaFunction|Activity)Scheduled$/;
const FAILED = /^(Task|LambdaFunction|Activity)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/;
const AROUND = /^(Parallel|Map)State(Started|Failed)$/;

/** The visits to states that a history tells of, in the order in which they began. */
export function stateVisits(events: readonly HistoryEvent[], running: boolean): StateVisit[] {
  const visits: Visit[] = [];
  // By event: the visit that it belongs to. An event belongs where the one before it in its line belongs.
  const owner = new Map<number, Visit>();
  for (const event of events) {
    const previous = owner.get(event.previousEventId);
    const visit = event.stateEnteredEventDetails ? entered(event, previous) : owning(event, previous, visits);
    if (event.stateEnteredEventDetails && visit) visits.push(visit);
    if (!visit) continue;
    note(visit, event);
    if (AROUND.test(event.type)) endInside(visit, previous, visits);
    owner.set(event.id, visit);
  }
  return visits.map(({ parent, failed, stopped, ...visit }) => {
    const left = visit.exitedAt ? 'succeeded' : running && !stopped ? 'running' : 'stopped';
    return { ...visit, outcome: failed ? 'failed' : left };
  });
}

/** A state is entered from the one before it, which was left, or from the Parallel or Map round it. */
function entered({ type, timestamp, stateEnteredEventDetails: details }: HistoryEvent, previous?: Visit): Visit {
  const parent = previous?.exitedAt ? previous.parent : previous;
  return {
    name: details?.name ?? '',
    type: type.replace(/StateEntered$/, ''),
    enteredAt: timestamp,
    parent,
    attempts: 0,
    errors: [],
    failed: false,
    stopped: false,
  };
}

/** The visit that an event belongs to, if it begins none. */
function owning(event: HistoryEvent, previous: Visit | undefined, visits: readonly Visit[]): Visit | undefined {
  const { stateExitedEventDetails: exited, evaluationFailedEventDetails: evaluation } = event;
  const around = AROUND.exec(event.type)?.[1];
  // A Parallel or Map is left, tried again or given up after the events of what is inside.
  if (exited) return nearest(previous, ({ name, exitedAt }) => name === exited.name && !exitedAt);
  if (around) return nearest(previous, ({ type, exitedAt, failed }) => type === around && !exitedAt && !failed);
  // One at a state's very start follows what comes before the state.
  if (evaluation && previous?.name !== evaluation.state) {
    return visits.filter(({ name, exitedAt }) => name === evaluation.state && !exitedAt).at(-1);
  }
  return previous;
}

function note(visit: Visit, event: HistoryEvent): void {
  const { type, timestamp } = event;
  if (event.stateExitedEventDetails) visit.exitedAt = timestamp;
  if (SCHEDULED.test(type)) visit.attempts += 1;
  if (SCHEDULED.test(type) || AROUND.exec(type)?.[2] === 'Started') visit.failed = false;
  if (FAILED.test(type)) fail(visit, errorOf(event) ?? 'States.TaskFailed');
  if (event.evaluationFailedEventDetails) fail(visit, errorOf(event));
  if (AROUND.exec(type)?.[2] === 'Failed') fail(visit);
  // Of a state that has no event for its failure, e.g. a Choice or a Fail.
  if (type === 'ExecutionFailed' && !visit.failed && !visit.exitedAt) fail(visit, errorOf(event));
}

/** What is still open inside a Parallel or Map is over when that fails, or is tried again: by what failed in it. */
function endInside(around: Visit, last: Visit | undefined, visits: readonly Visit[]): void {
  for (const visit of visits) {
    if (visit.exitedAt || visit.failed || visit === around || !nearest(visit, (outer) => outer === around)) continue;
    if (visit === last) fail(visit);
    else visit.stopped = true;
  }
}

function fail(visit: Visit, error?: string): void {
  visit.failed = true;
  if (error !== undefined) visit.errors.push(error);
}

/** The visit itself, or the nearest round it, of which something holds. */
function nearest(visit: Visit | undefined, holds: (visit: Visit) => boolean): Visit | undefined {
  let at = visit;
  while (at && !holds(at)) at = at.parent;
  return at;
}

function errorOf(event: HistoryEvent): string | undefined {
  const details = Object.values(event).find((value) => typeof value === 'object' && 'error' in value);
  return details?.error;
}
