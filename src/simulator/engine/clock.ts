import { SimulatorFault } from './fault';
import { RealWork, type Settled } from './real-work';
import { Timers } from './timers';

/**
 * Virtual time, and the order of everything that happens in it.
 *
 * Time moves only when it is told to, and stands still while real work is open. Real work that was begun together is
 * resumed together, when all of it is done, in the order in which it was begun: so a history doesn't depend on how
 * fast a handler really is. (An evaluation of JSONata is real work too.) Real work may itself begin further work, by
 * starting an execution for example; that forms a group of its own, which needn't wait for the outer one.
 */
export class Clock {
  private time: number;
  private instant: Date;
  private readonly timers = new Timers();
  private queue: (() => void)[] = [];
  private draining = false;
  private drainScheduled = false;
  private openWork = 0;
  private readonly realWork = new RealWork();
  private readonly idleWaiters: (() => void)[] = [];
  /** What went wrong in things that ran in their turn, to be thrown where someone waits for them. */
  private readonly failures: unknown[] = [];

  /** A clock that stands at an instant, in milliseconds since the epoch. */
  constructor(startMs: number) {
    this.time = startMs;
    this.instant = new Date(startMs);
  }

  /** Virtual now, in milliseconds since the epoch. */
  public now(): number {
    return this.time;
  }

  /** Virtual now; the same object as long as time stands still. */
  public date(): Date {
    return this.instant;
  }

  /** Calls a function when an amount of virtual time has passed; the function that this returns cancels it. */
  public schedule(ms: number, fire: () => void): () => void {
    if (!(ms >= 0)) {
      throw new SimulatorFault(`Clock.schedule: ${ms} is not an amount of milliseconds`);
    }
    return this.timers.add(this.time + ms, fire);
  }

  /** Lets a function run in its turn, at the present instant. */
  public enqueue(run: () => void): void {
    this.queue.push(run);
    if (!this.draining && !this.drainScheduled) {
      this.drainScheduled = true;
      queueMicrotask(() => {
        this.drainScheduled = false;
        this.drain();
      });
    }
  }

  /** Counts real work as open, so that time stands still until it is done. Gives the promise back. */
  public track<T>(work: Promise<T>): Promise<T> {
    this.openWork++;
    const done = () => this.workDone();
    work.then(done, done);
    return work;
  }

  /**
   * Lets time pass while a piece of open real work does nothing but wait.
   *
   * @param wait gets what it calls when the wait is over: time stands still again at once
   */
  public suspend(wait: (resume: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      wait(() => {
        this.openWork++;
        resolve();
      });
      this.workDone();
    });
  }

  /** Waits for real work that the engine itself began; resumes in order, with whatever else was begun with it. */
  public await<T>(work: Promise<T>, resume: (settled: Settled<T>) => void): void {
    const settle = this.realWork.begin(this.draining);
    this.openWork++;
    const done = (settled: Settled<T>) => {
      settle(() => resume(settled));
      this.resumeSettled();
      this.workDone();
    };
    work.then(
      (value) => done({ value }),
      (reason: unknown) => done({ reason }),
    );
  }

  /** Lets everything happen that can happen without time passing. */
  public async settle(): Promise<void> {
    this.drain();
    while (this.busy) {
      await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
      this.drain();
    }
    if (this.failures.length > 0) {
      throw this.failures.shift();
    }
  }

  /** Moves time on by some milliseconds: timers fire in order, and at each instant everything settles. */
  public async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    await this.settle();
    for (let next = this.timers.next(); next !== undefined && next <= until; next = this.timers.next()) {
      this.fire(next);
      await this.settle();
    }
    this.moveTo(Math.max(this.time, until));
  }

  /** Moves time on as far as is needed. Throws if nothing is left that could ever happen. */
  public async runUntil(done: () => boolean): Promise<void> {
    for (;;) {
      await this.settle();
      if (done()) {
        return;
      }
      const next = this.timers.next();
      if (this.busy) {
        continue;
      }
      if (next === undefined) {
        throw new SimulatorFault('Nothing is left that could happen: what is waited for never comes');
      }
      this.fire(next);
    }
  }

  private get busy(): boolean {
    return this.openWork > 0 || this.draining || this.queue.length > 0;
  }

  private fire(time: number): void {
    this.moveTo(Math.max(this.time, time));
    for (const timer of this.timers.due(this.time)) {
      // A timer that fired just before, at the same instant, may have cancelled this one.
      if (!timer.cancelled) {
        timer.fire();
      }
    }
  }

  private moveTo(time: number): void {
    if (time !== this.time) {
      this.time = time;
      this.instant = new Date(time);
    }
  }

  private drain(): void {
    if (this.draining) {
      return;
    }
    this.draining = true;
    // In batches: what has had its turn is held no longer, however much follows at the same instant.
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      for (const run of batch) {
        this.turn(run);
      }
    }
    this.draining = false;
    this.realWork.closeGroup();
    this.wakeIfIdle();
  }

  private turn(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.failures.push(error);
    }
  }

  private resumeSettled(): void {
    for (let next = this.realWork.takeSettled(); next; next = this.realWork.takeSettled()) {
      for (const resume of next) {
        this.queue.push(resume);
      }
      this.drain();
    }
  }

  private workDone(): void {
    this.openWork--;
    this.wakeIfIdle();
  }

  private wakeIfIdle(): void {
    if (!this.busy) {
      for (const waiter of this.idleWaiters.splice(0)) {
        waiter();
      }
    }
  }
}
