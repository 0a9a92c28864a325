import type { HistoryEvent } from './engine';

/** One time that an execution was in a state. */
export interface StateVisit {
  readonly name: string;
  /** The ASL type, e.g. `Task`. */
  readonly type: string;
  /** When the state was entered, in virtual time. */
  readonly enteredAt: Date;
  /** When it was left; absent while it runs, or where the execution ended in it. */
  readonly exitedAt?: Date;
  /** How often its task was tried; 0 in a state without a task. */
  readonly attempts: number;
  /** The errors of its attempts, in their order. */
  readonly errors: readonly string[];
}

interface OpenVisit {
  name: string;
  type: string;
  enteredAt: Date;
  exitedAt?: Date;
  attempts: number;
  errors: string[];
}

const SCHEDULED = new Set(['TaskScheduled', 'LambdaFunctionScheduled', 'ActivityScheduled']);
const FAILED = /^(Task|LambdaFunction|Activity)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/;

/** The visits to states that a history tells of, in the order in which they began. */
export function stateVisits(events: readonly HistoryEvent[]): StateVisit[] {
  const visits: OpenVisit[] = [];
  // By event: the visit that it belongs to. An event belongs where the one before it in its line belongs.
  const owner = new Map<number, OpenVisit>();
  for (const event of events) {
    const entered = event.stateEnteredEventDetails;
    let visit = owner.get(event.previousEventId);
    if (entered) {
      visit = {
        name: entered.name,
        type: event.type.replace(/StateEntered$/, ''),
        enteredAt: event.timestamp,
        attempts: 0,
        errors: [],
      };
      visits.push(visit);
    } else if (event.stateExitedEventDetails) {
      visit =
        visit?.name === event.stateExitedEventDetails.name
          ? visit
          : lastOpen(visits, event.stateExitedEventDetails.name);
      if (visit) visit.exitedAt = event.timestamp;
    } else if (visit) {
      note(visit, event);
    }
    if (visit) owner.set(event.id, visit);
  }
  return visits;
}

function note(visit: OpenVisit, event: HistoryEvent): void {
  if (SCHEDULED.has(event.type)) visit.attempts += 1;
  if (FAILED.test(event.type)) visit.errors.push(errorOf(event) ?? 'States.TaskFailed');
  if (event.type === 'ExecutionFailed' && visit.type === 'Fail') visit.errors.push(errorOf(event) ?? '');
}

function errorOf(event: HistoryEvent): string | undefined {
  const details = Object.values(event).find((value) => typeof value === 'object' && 'error' in value);
  return details?.error;
}

/** A Parallel or Map is left after its branches' own events. */
function lastOpen(visits: OpenVisit[], name: string): OpenVisit | undefined {
  return visits.filter((visit) => visit.name === name && visit.exitedAt === undefined).at(-1);
}
