import type { Clock } from './clock';
import type { Settled } from './real-work';

/**
 * What a fiber waits for: a function that arranges that `resume` will be called, once, at once or later.
 * It returns how to undo the arrangement, which is called when the fiber is cancelled.
 */
export type Effect = (resume: (value: unknown) => void) => () => void;

/** A computation that yields wherever it must wait. */
export type Computation<T> = Generator<Effect, T, unknown>;

/** How a computation ended. */
export type Ending<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** A computation in progress: runs in its turn, until it has to wait, and goes on when it is resumed. */
export class Fiber<T> {
  private undo?: () => void;
  private over = false;

  constructor(
    private readonly clock: Clock,
    private readonly computation: Computation<T>,
    private readonly ended: (ending: Ending<T>) => void,
  ) {
    clock.enqueue(() => this.step(undefined));
  }

  /** Ends the computation where it waits; `ended` is not called. */
  public cancel(): void {
    if (!this.over) {
      this.over = true;
      this.undo?.();
    }
  }

  private step(value: unknown): void {
    if (this.over) {
      return;
    }
    this.undo = undefined;
    let turn: IteratorResult<Effect, T>;
    try {
      turn = this.computation.next(value);
    } catch (error) {
      this.end({ ok: false, error });
      return;
    }
    if (turn.done) {
      this.end({ ok: true, value: turn.value });
    } else if (!this.over) {
      this.wait(turn.value);
    }
  }

  private wait(effect: Effect): void {
    let resumed = false;
    try {
      this.undo = effect((value) => {
        if (!resumed) {
          resumed = true;
          this.clock.enqueue(() => this.step(value));
        }
      });
    } catch (error) {
      this.over = true;
      this.ended({ ok: false, error });
    }
  }

  private end(ending: Ending<T>): void {
    // Cancelled by what it did itself, in its last step.
    if (!this.over) {
      this.over = true;
      this.ended(ending);
    }
  }
}

/** Waits for an amount of virtual time. */
export function* sleep(clock: Clock, ms: number): Computation<void> {
  yield (resume) => clock.schedule(ms, () => resume(undefined));
}

/** Waits for real work, meanwhile virtual time stands still. */
export function* awaiting<T>(clock: Clock, work: Promise<T>): Computation<T> {
  const settled = (yield (resume) => {
    clock.await(work, resume);
    return () => undefined;
  }) as Settled<T>;
  if ('reason' in settled) {
    throw settled.reason;
  }
  return settled.value;
}
