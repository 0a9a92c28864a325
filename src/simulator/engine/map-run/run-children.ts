import type { StateGraph } from '../definition';
import type { Execution } from '../execution';
import type { Computation } from '../fiber';
import { checkHeap } from '../heap';
import type { Lane } from '../lane';
import { uuid } from '../random';
import type { Child, MapRun } from './map-run';

/** After how many child executions the heap is looked at. */
const CHECKED_AFTER = 20;

/**
 * Runs the child executions of a map run that are still to run, so many at a time, until all have ended or too many of
 * them failed: then it stops the others. Says whether the failures are tolerated.
 */
export function* runChildren(lane: Lane, processor: StateGraph, run: MapRun): Computation<boolean> {
  const children = new Children(lane, processor, run);
  const fault = (yield (resume) => {
    children.start(resume);
    // Whoever ends the state aborts the map run.
    return () => undefined;
  }) as { readonly reason: unknown } | undefined;
  if (fault) {
    throw fault.reason;
  }
  return !run.exceeded;
}

class Children {
  private readonly left: readonly Child[];
  private next = 0;
  private running = 0;
  private over = false;
  private resume: (fault: { readonly reason: unknown } | undefined) => void = () => undefined;

  constructor(
    private readonly lane: Lane,
    private readonly processor: StateGraph,
    private readonly run: MapRun,
  ) {
    this.left = run.children.filter(({ bucket }) => bucket === 'pending' || bucket === 'pendingRedrive');
  }

  public start(resume: (fault: { readonly reason: unknown } | undefined) => void): void {
    this.resume = resume;
    this.run.whenUpdated = () => {
      if (!this.over) {
        this.goOn();
      }
    };
    this.goOn();
  }

  private goOn(): void {
    if (this.run.exceeded || (this.next === this.left.length && this.running === 0)) {
      this.finish();
      return;
    }
    try {
      this.beginMore();
    } catch (reason) {
      this.finish({ reason });
    }
  }

  private beginMore(): void {
    while (this.running < this.run.limits.maxConcurrency && this.next < this.left.length) {
      if (this.next % CHECKED_AFTER === 0) {
        checkHeap(this.run.stateName, `${this.next} of its ${this.left.length} child executions have begun`);
      }
      this.begin(this.left[this.next++]);
    }
  }

  private begin(child: Child): void {
    this.running++;
    const execution = begin(this.lane, this.processor, this.run, child);
    child.execution = execution;
    this.run.count(child);
    execution.whenEnded(() => this.ended(child, execution));
  }

  private ended(child: Child, execution: Execution): void {
    this.running--;
    this.run.count(child);
    if (this.run.status !== 'RUNNING' || this.over) {
      return;
    }
    if (execution.fault === undefined) {
      this.goOn();
    } else {
      this.finish({ reason: execution.fault });
    }
  }

  /** Others that were resumed at the same instant have their turn before they are stopped. */
  private finish(fault?: { readonly reason: unknown }): void {
    this.over = true;
    this.lane.run.clock.enqueue(() => {
      for (const child of this.left) {
        child.execution?.stop();
        if (child.bucket === 'pendingRedrive') {
          this.run.count(child);
        }
      }
      this.resume(fault);
    });
  }
}

/** Starts a child execution, or what a redrive makes of one: AWS starts an Express one again, from its beginning. */
function begin(lane: Lane, definition: StateGraph, run: MapRun, child: Child): Execution {
  const { executionType, executionArnPrefix, stateMachineArn, stateMachineName } = run.identity;
  const earlier = child.execution;
  if (earlier && executionType === 'STANDARD') {
    earlier.redrive();
    return earlier;
  }
  const { random } = lane.run;
  const name = earlier?.name ?? uuid(random);
  const newArn = () => `${executionArnPrefix}${name}${executionType === 'EXPRESS' ? `:${uuid(random)}` : ''}`;
  const execution = lane.run.child({
    definition,
    input: child.input,
    type: executionType,
    executionArn: earlier?.executionArn ?? newArn(),
    name,
    stateMachineArn,
    stateMachineName,
    mapRunArn: run.mapRunArn,
  });
  execution.start();
  return execution;
}
