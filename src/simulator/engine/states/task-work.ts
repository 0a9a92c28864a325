import { type Computation, type Effect, sleep } from '../fiber';
import type { Lane } from '../lane';
import { TASK_SECONDS } from '../limits';
import type { Settled } from '../real-work';
import type { Job, TaskAnswer, TaskRequest } from '../task';
import type { TaskEvents } from './task-events';
import { type Ended, type Patience, type Started, Waiting } from './waiting';

/** Has a task done, and waits for its end. */
export function* perform(lane: Lane, request: TaskRequest, patience: Patience, events: TaskEvents): Computation<Ended> {
  const settled = (yield start(lane, request)) as Settled<TaskAnswer>;
  if ('reason' in settled) {
    throw settled.reason;
  }
  const answer = settled.value;
  switch (answer.kind) {
    case 'submitted':
      if (answer.output !== undefined) events.submitted(JSON.stringify(answer.output));
      return yield* waited(lane, patience, events, answer.job);
    case 'silent':
      return yield* waited(lane, patience, events);
    default:
      events.started();
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

/** Waits for the end of a job; writes down when a worker takes it. */
function* waited(lane: Lane, patience: Patience, events: TaskEvents, job?: Job): Computation<Ended> {
  const waiting = new Waiting(lane.run.clock, patience, !events.awaitsWorker, job);
  for (;;) {
    const event = (yield waiting.next()) as Started | Ended;
    if (event.kind !== 'started') {
      return event;
    }
    events.started(event.workerName);
  }
}
