import type { Clock } from './clock';
import { type Computation, type Ending, Fiber } from './fiber';

/** Several computations of which at most `limit` go on at a time, begun in order. */
export interface Fork {
  readonly count: number;
  readonly limit: number;
  /** Called when a computation's turn has come. */
  readonly begin: (index: number) => Computation<unknown>;
  /** Called when a computation has succeeded, before another one is begun. */
  readonly succeeded?: (index: number) => void;
}

/** Which computation failed first, and why. */
export interface Failure {
  readonly index: number;
  readonly error: unknown;
}

/** Runs the computations of a fork until all have succeeded, or one fails: then the others are cancelled. */
export function* join(clock: Clock, fork: Fork): Computation<Failure | undefined> {
  if (fork.count === 0) {
    return undefined;
  }
  return (yield (resume) => new Join(clock, fork, resume).start()) as Failure | undefined;
}

class Join {
  /** Those that go on. There may be very many that have ended. */
  private readonly fibers = new Map<number, Fiber<unknown>>();
  private begun = 0;
  private left: number;
  private failed = false;

  constructor(
    private readonly clock: Clock,
    private readonly fork: Fork,
    private readonly resume: (failure: Failure | undefined) => void,
  ) {
    this.left = fork.count;
  }

  public start(): () => void {
    for (let index = 0; index < Math.min(this.fork.limit, this.fork.count); index++) {
      this.guarded(index, () => this.begin());
    }
    return () => this.cancel();
  }

  private begin(): void {
    const index = this.begun++;
    this.fibers.set(index, new Fiber(this.clock, this.fork.begin(index), (ending) => this.ended(index, ending)));
  }

  private ended(index: number, ending: Ending<unknown>): void {
    this.fibers.delete(index);
    if (!ending.ok) {
      this.fail(index, ending.error);
      return;
    }
    this.left--;
    this.guarded(index, () => {
      this.fork.succeeded?.(index);
      if (this.left === 0) {
        this.resume(undefined);
      } else if (this.begun < this.fork.count && !this.failed) {
        this.begin();
      }
    });
  }

  /** What is called back may fail too, where the history is full. */
  private guarded(index: number, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(index, error);
    }
  }

  /** Others that were resumed at the same instant have their turn before they are cancelled. */
  private fail(index: number, error: unknown): void {
    if (!this.failed) {
      this.failed = true;
      this.clock.enqueue(() => {
        this.cancel();
        this.resume({ index, error });
      });
    }
  }

  private cancel(): void {
    for (const fiber of this.fibers.values()) {
      fiber.cancel();
    }
  }
}
