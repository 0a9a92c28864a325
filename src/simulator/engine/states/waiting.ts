import type { Clock } from '../clock';
import type { Effect } from '../fiber';
import type { Json } from '../json';
import { TASK_SECONDS } from '../limits';
import type { Job, JobEvent } from '../task';

/** How a task ended. */
export type Ended =
  | { readonly kind: 'succeeded'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error?: string; readonly cause?: string }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'heartbeatTimedOut' };

/** That a worker has taken the task. */
export type Started = Extract<JobEvent, { kind: 'started' }>;

/** How long a task may take, and be silent. */
export interface Patience {
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
}

/** The wait for what a job reports, as long as the state's timeout and heartbeat let it. */
export class Waiting {
  private over = false;
  private readonly heard: (Started | Ended)[] = [];
  private resume?: (event: Started | Ended) => void;
  private readonly stopTimeout: () => void;
  private stopBeat = () => {};

  /** `taken` says that the work has begun, so that heartbeats are due; an activity's begins when a worker takes it. */
  constructor(
    private readonly clock: Clock,
    private readonly patience: Patience,
    taken: boolean,
    private readonly job?: Job,
  ) {
    const { timeoutSeconds = TASK_SECONDS } = patience;
    this.stopTimeout = clock.schedule(timeoutSeconds * 1000, () => this.giveUp({ kind: 'timedOut' }));
    if (taken) {
      this.beat();
    }
    job?.subscribe((event) => this.hear(event));
  }

  /** Waits until something is reported that the state has to know. */
  public next(): Effect {
    return (resume) => {
      const event = this.heard.shift();
      if (event) {
        resume(event);
      } else {
        this.resume = resume;
      }
      return () => this.abandon();
    };
  }

  private hear(event: JobEvent): void {
    if (this.over) {
      return;
    }
    switch (event.kind) {
      case 'heartbeat':
        this.beat();
        break;
      case 'started':
        this.beat();
        this.tell(event);
        break;
      default:
        this.end(event);
    }
  }

  private beat(): void {
    const { heartbeatSeconds } = this.patience;
    if (heartbeatSeconds !== undefined) {
      this.stopBeat();
      this.stopBeat = this.clock.schedule(heartbeatSeconds * 1000, () => this.giveUp({ kind: 'heartbeatTimedOut' }));
    }
  }

  private tell(event: Started | Ended): void {
    const { resume } = this;
    this.resume = undefined;
    if (resume) {
      resume(event);
    } else {
      this.heard.push(event);
    }
  }

  private end(ended: Ended): void {
    if (!this.over) {
      this.stop();
      this.tell(ended);
    }
  }

  private giveUp(ended: Ended): void {
    this.end(ended);
    this.job?.abandon();
  }

  private abandon(): void {
    if (!this.over) {
      this.stop();
      this.job?.abandon();
    }
  }

  private stop(): void {
    this.over = true;
    this.stopTimeout();
    this.stopBeat();
  }
}
