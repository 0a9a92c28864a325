import type { Json } from './json';

/** What a Task state asks of the world outside the engine. */
export interface TaskRequest {
  /** The name of the Task state. */
  readonly stateName: string;
  /** The state's `Resource`, as the definition has it. */
  readonly resource: string;
  /** What the task gets: its `Arguments` or `Parameters` (or its input), evaluated. */
  readonly input: Json;
  /** 0 for the first attempt; one more for each retry. */
  readonly attempt: number;
  /** The token of a `.waitForTaskToken` or `.sync` task. */
  readonly taskToken?: string;
  /** The execution that asks. */
  readonly executionArn: string;
  /** The role to make the call with (`Credentials`), where that isn't the state machine's. */
  readonly roleArn?: string;
}

/** How the world answers a Task state. Times are virtual. */
export type TaskAnswer =
  | { readonly kind: 'succeeded'; readonly output: Json; readonly afterMs?: number }
  | { readonly kind: 'failed'; readonly error: string; readonly cause?: string; readonly afterMs?: number }
  /**
   * The request was taken; `job` says later how it ended (a task token, a `.sync` job). Without an output nothing came
   * back yet: the call itself lasts until then.
   */
  | { readonly kind: 'submitted'; readonly output?: Json; readonly job: Job }
  /** Nothing ever comes back: only the state's own timeout or heartbeat ends the wait. */
  | { readonly kind: 'silent' };

/** Work that goes on while virtual time may pass; the engine subscribes, whoever does the work reports. */
export interface Job {
  /** Called once by the engine; `report` may be called at once, later, or never. */
  subscribe(report: (event: JobEvent) => void): void;
  /** The state no longer waits: it timed out, failed, or its execution was stopped. */
  abandon(): void;
}

export type JobEvent =
  /** A worker has taken the task of an activity; its heartbeats are awaited from now on. */
  | { readonly kind: 'started'; readonly workerName?: string }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'succeeded'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error?: string; readonly cause?: string };

/**
 * The only door of the engine to the world. While a promise of `start` is open, real work is going on and virtual
 * time stands still. A rejection is a fault of the simulator, not of the workflow: it ends the run, and no Catch sees it.
 */
export interface TaskPort {
  /** Why the task can't be started with what it gets: the state fails before anything is scheduled. */
  refuses?(request: TaskRequest): string | undefined;
  start(request: TaskRequest): Promise<TaskAnswer>;
}
