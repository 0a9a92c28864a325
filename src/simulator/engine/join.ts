import type { Clock } from './clock';
import { type Computation, type Ending, Fiber } from './fiber';

/** Several computations of which at most `limit` go on at a time, begun in order. */
export interface Fork<T> {
  readonly count: number;
  readonly limit: number;
  /** Called when a computation's turn has come. */
  readonly begin: (index: number) => Computation<T>;
  /** Called when a computation has succeeded, before another one is begun. */
  readonly succeeded?: (index: number) => void;
}

/** How a fork ended: with the results in order, or with the first failure. */
export type Joined<T> = { readonly results: T[] } | { readonly failed: number; readonly error: unknown };

/** Runs the computations of a fork; the first that fails cancels the others. */
export function* join<T>(clock: Clock, fork: Fork<T>): Computation<Joined<T>> {
  if (fork.count === 0) {
    return { results: [] };
  }
  return (yield (resume) => new Join(clock, fork, resume as (joined: Joined<T>) => void).start()) as Joined<T>;
}

class Join<T> {
  private readonly fibers: Fiber<T>[] = [];
  private readonly results: T[];
  private left: number;
  private failed = false;

  constructor(
    private readonly clock: Clock,
    private readonly fork: Fork<T>,
    private readonly resume: (joined: Joined<T>) => void,
  ) {
    this.left = fork.count;
    this.results = new Array<T>(fork.count);
  }

  public start(): () => void {
    for (let index = 0; index < Math.min(this.fork.limit, this.fork.count); index++) {
      this.guarded(index, () => this.begin(index));
    }
    return () => this.cancel();
  }

  private begin(index: number): void {
    this.fibers[index] = new Fiber(this.clock, this.fork.begin(index), (ending) => this.ended(index, ending));
  }

  private ended(index: number, ending: Ending<T>): void {
    if (!ending.ok) {
      this.fail(index, ending.error);
      return;
    }
    this.results[index] = ending.value;
    this.left--;
    this.guarded(index, () => {
      this.fork.succeeded?.(index);
      if (this.left === 0) {
        this.resume({ results: this.results });
      } else if (this.fibers.length < this.fork.count && !this.failed) {
        this.begin(this.fibers.length);
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
        this.resume({ failed: index, error });
      });
    }
  }

  private cancel(): void {
    for (const fiber of this.fibers) {
      fiber.cancel();
    }
  }
}
