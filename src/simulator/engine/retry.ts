import type { Catcher, Recovery, Retrier, State } from './definition';
import { matches, WorkflowError } from './errors';
import { type Computation, sleep } from './fiber';
import { type Outcome, putOutError } from './flow';
import type { Json } from './json';
import type { Lane, Visit } from './lane';
import { located } from './located';
import { checkOutcome } from './outcome';
import type { Random } from './random';

/** Runs a state until it succeeds, its Retry gives up, or its Catch takes over. */
export function* recovering(
  lane: Lane,
  state: State & Recovery,
  input: Json,
  attempt: (lane: Lane, state: State, input: Json) => Computation<Outcome>,
): Computation<Outcome> {
  const retries = state.retry.map(() => 0);
  for (;;) {
    try {
      return yield* attempt(lane, state, input);
    } catch (error) {
      if (!(error instanceof WorkflowError)) {
        throw error;
      }
      const delay = nextDelay(state.retry, retries, error, lane.run.random);
      if (delay === undefined) {
        return yield* caught(lane, state, input, error);
      }
      again(lane.current);
      yield* sleep(lane.run.clock, delay);
    }
  }
}

/** Counts another attempt, which begins its branches or its map run anew. */
function again(visit: Visit): void {
  visit.retryCount++;
  visit.branches?.forEach((branch) => {
    branch.variables.forget();
  });
  visit.branches = undefined;
  visit.mapRun = undefined;
}

/** How many milliseconds to wait before the next attempt; undefined if there is none. Counts it. */
function nextDelay(
  retry: readonly Retrier[],
  retries: number[],
  error: WorkflowError,
  random: Random,
): number | undefined {
  const index = retry.findIndex(({ errorEquals }) => matches(errorEquals, error));
  const retrier = retry[index];
  if (!retrier || retries[index] >= retrier.maxAttempts) {
    return undefined;
  }
  const seconds = retrier.intervalSeconds * retrier.backoffRate ** retries[index]++;
  const capped = Math.min(seconds, retrier.maxDelaySeconds ?? Infinity) * 1000;
  return Math.round(retrier.fullJitter ? capped * random() : capped);
}

function* caught(lane: Lane, state: State & Recovery, input: Json, error: WorkflowError): Computation<Outcome> {
  markFailed(lane, state, error);
  const catcher = state.catch.find(({ errorEquals }) => matches(errorEquals, error));
  if (!catcher) {
    throw error;
  }
  try {
    return yield* applied(lane, state, catcher, input, error);
  } catch (again) {
    throw located(lane, again);
  }
}

function* applied(lane: Lane, state: State, catcher: Catcher, input: Json, error: WorkflowError): Computation<Outcome> {
  const errorOutput = { Error: error.error ?? null, Cause: error.cause ?? null };
  const outcome = yield* putOutError(catcher.flow, lane, input, errorOutput, catcher.next);
  checkOutcome(lane, state.name, outcome);
  return outcome;
}

/** A Parallel or Map that isn't tried again says that it failed, unless it fails the execution before it began. */
function markFailed(lane: Lane, state: State, error: WorkflowError): void {
  const visit = lane.current;
  if ((state.type === 'Parallel' || state.type === 'Map') && !(error.error === 'States.Runtime' && !visit.begun)) {
    lane.run.history.add(lane, `${state.type}StateFailed`);
    visit.failed = true;
  }
}
