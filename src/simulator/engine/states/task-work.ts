import { type Computation, type Effect, sleep } from '../fiber';
import type { Json } from '../json';
import type { Lane } from '../lane';
import { TASK_SECONDS } from '../limits';
import type { Settled } from '../real-work';
import type { Job, TaskAnswer, TaskRequest } from '../task';
import type { TaskEvents } from './task-events';

/** How a task ended. */
export type Ended =
  | { readonly kind: 'succeeded'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error?: string; readonly cause?: string }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'heartbeatTimedOut' };

/** How long a task may take, and be silent. */
export interface Patience {
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
}

/** Has a task done, and waits for its end. */
export function* perform(lane: Lane, request: TaskRequest, patience: Patience, events: TaskEvents): Computation<Ended> {
  const settled = (yield start(lane, request)) as Settled<TaskAnswer>;
  if ('reason' in settled) {
    throw settled.reason;
  }
  const answer = settled.value;
  switch (answer.kind) {
    case 'submitted':
      events.submitted(JSON.stringify(answer.output));
      return (yield waiting(lane, patience, answer.job)) as Ended;
    case 'silent':
      return (yield waiting(lane, patience)) as Ended;
    default:
      return yield* answered(lane, patience, answer);
  }
}

/** Asks for the work, which is real: a stop meanwhile doesn't end it, but what it submitted is abandoned. */
function start(lane: Lane, request: TaskRequest): Effect {
  return (resume) => {
    let stopped = false;
    const { clock, tasks } = lane.run;
    // In a turn of its own: what the work begins, it may wait for.
    const work = Promise.resolve().then(() => tasks.start(request));
    clock.await(work, (settled) => {
      if (!stopped) {
        resume(settled);
      } else if ('value' in settled && settled.value.kind === 'submitted') {
        settled.value.job.abandon();
      }
    });
    return () => {
      stopped = true;
    };
  };
}

function* answered(
  { run: { clock } }: Lane,
  { timeoutSeconds = TASK_SECONDS }: Patience,
  answer: TaskAnswer & { readonly kind: 'succeeded' | 'failed' },
): Computation<Ended> {
  const { afterMs = 0 } = answer;
  if (afterMs > timeoutSeconds * 1000) {
    yield* sleep(clock, timeoutSeconds * 1000);
    return { kind: 'timedOut' };
  }
  if (afterMs > 0) {
    yield* sleep(clock, afterMs);
  }
  return answer;
}

/** Waits for what a job reports, as long as the state's timeout and heartbeat let it. */
function waiting(lane: Lane, { timeoutSeconds = TASK_SECONDS, heartbeatSeconds }: Patience, job?: Job): Effect {
  const { clock } = lane.run;
  return (resume) => {
    let over = false;
    let stopBeat = () => {};
    const end = (ended: Ended) => {
      if (!over) {
        over = true;
        stopTimeout();
        stopBeat();
        resume(ended);
      }
    };
    const giveUp = (ended: Ended) => {
      end(ended);
      job?.abandon();
    };
    const stopTimeout = clock.schedule(timeoutSeconds * 1000, () => giveUp({ kind: 'timedOut' }));
    const beat = () => {
      if (heartbeatSeconds !== undefined) {
        stopBeat();
        stopBeat = clock.schedule(heartbeatSeconds * 1000, () => giveUp({ kind: 'heartbeatTimedOut' }));
      }
    };
    beat();
    job?.subscribe((event) => {
      if (over) {
        return;
      }
      if (event.kind === 'heartbeat') {
        beat();
      } else {
        end(event);
      }
    });
    return () => {
      if (!over) {
        over = true;
        stopTimeout();
        stopBeat();
        job?.abandon();
      }
    };
  };
}
