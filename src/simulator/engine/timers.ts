/** Something to do at an instant of virtual time. */
export interface Timer {
  readonly time: number;
  readonly order: number;
  fire: () => void;
  cancelled: boolean;
}

/** Below this many, cancelled timers may stay until their turn comes. */
const TOLERATED = 64;

/** The timers that are due later, earliest first; those of one instant in the order in which they were set. */
export class Timers {
  private heap: Timer[] = [];
  private order = 0;
  private cancelled = 0;

  /** Adds a timer; the function that it returns cancels it. */
  public add(time: number, fire: () => void): () => void {
    const timer: Timer = { time, order: this.order++, fire, cancelled: false };
    this.push(timer);
    return () => this.cancel(timer);
  }

  /** The instant of the next timer, or undefined if there is none. */
  public next(): number | undefined {
    this.dropCancelled();
    return this.heap[0]?.time;
  }

  /** Takes out the timers that are due at an instant. */
  public due(time: number): Timer[] {
    const due: Timer[] = [];
    for (this.dropCancelled(); this.heap.length > 0 && this.heap[0].time <= time; this.dropCancelled()) {
      due.push(this.pop());
    }
    return due;
  }

  private cancel(timer: Timer): void {
    if (timer.cancelled) {
      return;
    }
    timer.cancelled = true;
    timer.fire = () => undefined;
    this.cancelled++;
    if (this.cancelled > TOLERATED && this.cancelled > this.heap.length / 2) {
      const left = this.heap.filter((other) => !other.cancelled);
      this.heap = [];
      this.cancelled = 0;
      for (const other of left) {
        this.push(other);
      }
    }
  }

  private dropCancelled(): void {
    while (this.heap.length > 0 && this.heap[0].cancelled) {
      this.pop();
      this.cancelled--;
    }
  }

  private push(timer: Timer): void {
    const heap = this.heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, heap[parent])) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = timer;
  }

  private pop(): Timer {
    const [first] = this.heap;
    const last = this.heap.pop();
    if (last !== undefined && last !== first) {
      this.sink(last);
    }
    return first;
  }

  private sink(timer: Timer): void {
    const heap = this.heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) {
        break;
      }
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], timer)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = timer;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
