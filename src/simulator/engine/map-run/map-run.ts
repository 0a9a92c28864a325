import type { ExecutionType } from '../definition';
import type { Execution, ExecutionStatus } from '../execution';
import type { Json } from '../json';
import { MAP_RUN_CONCURRENCY } from '../limits';
import { type Bucket, emptyTally, type MapRunCounts } from './counts';
import { exceeds, type Tolerance } from './tolerance';

/** How a map run fares. */
export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** What a map run is, from its beginning on. */
export interface MapRunIdentity {
  readonly mapRunArn: string;
  /** The last part of the ARN. */
  readonly id: string;
  /** The Distributed Map, and the execution in which it is. */
  readonly stateName: string;
  readonly executionArn: string;
  /** The state machine that the child executions say that they run. */
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly executionType: ExecutionType;
  /** What the ARNs of the child executions begin with, before their names. */
  readonly executionArnPrefix: string;
  readonly startDate: Date;
}

/** What a map run keeps to, which may be changed while it runs. */
export interface MapRunLimits {
  readonly maxConcurrency: number;
  readonly tolerance: Tolerance;
}

/** A child execution of a map run, which may not have begun yet. */
export interface Child {
  readonly input: Json;
  /** How many items the input has. */
  readonly items: number;
  execution?: Execution;
  bucket: Bucket;
}

const BUCKETS: { readonly [status in ExecutionStatus]: Bucket } = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
};

/** A run of a Distributed Map: the child executions, one for each item or batch of items. */
export class MapRun {
  public status: MapRunStatus = 'RUNNING';
  public stopDate?: Date;
  public redriveCount = 0;
  public redriveDate?: Date;
  public readonly mapRunArn: string;
  public readonly stateName: string;
  /** Whether the items are read. */
  public ready = false;
  /** The children in the order of their items. */
  public children: readonly Child[] = [];
  /** Called when the limits have changed. */
  public whenUpdated: () => void = () => undefined;
  /** The children that have begun, by the ARNs of their executions: as many as were there when one was last looked up. */
  private readonly byArn = new Map<string, Child>();
  private readonly ofItems = emptyTally();
  private readonly ofExecutions = emptyTally();

  constructor(
    public readonly identity: MapRunIdentity,
    public limits: MapRunLimits,
  ) {
    this.mapRunArn = identity.mapRunArn;
    this.stateName = identity.stateName;
  }

  /** How many items are in which state. */
  public get itemCounts(): MapRunCounts {
    return { ...this.ofItems };
  }

  /** How many child executions are in which state. */
  public get executionCounts(): MapRunCounts {
    return { ...this.ofExecutions };
  }

  /** The child executions that have begun, in the order of their items. */
  public get executions(): Execution[] {
    return this.children.flatMap(({ execution }) => execution ?? []);
  }

  /** A child execution that has begun. */
  public find(executionArn: string): Execution | undefined {
    // They begin in their order.
    for (let next = this.byArn.size; next < this.children.length && !this.byArn.has(executionArn); next++) {
      const child = this.children[next];
      if (!child.execution) {
        break;
      }
      this.byArn.set(child.execution.executionArn, child);
    }
    return this.byArn.get(executionArn)?.execution;
  }

  /** Whether more items have failed than may fail. */
  public get exceeded(): boolean {
    const { failed, timedOut, total } = this.ofItems;
    return exceeds(failed + timedOut, total, this.limits.tolerance);
  }

  /** Changes limits, those that are given; a concurrency of 0 is the largest that there is. */
  public update({ maxConcurrency, ...tolerance }: { readonly maxConcurrency?: number } & Tolerance): void {
    const given = Object.entries(tolerance).filter(([, value]) => value !== undefined);
    this.limits = {
      maxConcurrency: (maxConcurrency ?? this.limits.maxConcurrency) || MAP_RUN_CONCURRENCY,
      tolerance: { ...this.limits.tolerance, ...Object.fromEntries(given) },
    };
    this.whenUpdated();
  }

  /** Takes what the child executions are to get. */
  public take(inputs: readonly { readonly input: Json; readonly items: number }[]): void {
    this.ready = true;
    this.children = inputs.map(({ input, items }) => ({ input, items, bucket: 'pending' }));
    this.ofExecutions.total = this.ofExecutions.pending = inputs.length;
    this.ofItems.total = this.ofItems.pending = inputs.reduce((sum, { items }) => sum + items, 0);
  }

  /** Counts a child execution where its status says. */
  public count(child: Child, bucket: Bucket = BUCKETS[child.execution?.status ?? 'RUNNING']): void {
    for (const [tally, weight] of [[this.ofExecutions, 1] as const, [this.ofItems, child.items] as const]) {
      tally[child.bucket] -= weight;
      tally[bucket] += weight;
    }
    child.bucket = bucket;
  }

  /** Notes that S3 has the results. */
  public written(): void {
    for (const tally of [this.ofExecutions, this.ofItems]) {
      tally.resultsWritten = tally.total - tally.pending;
    }
  }

  public end(status: MapRunStatus, date: Date): void {
    this.status = status;
    this.stopDate = date;
  }

  /** Ends the map run with its execution, or with the branch of it that it is in. */
  public abort(date: Date): void {
    this.end('ABORTED', date);
    for (const child of this.children) {
      child.execution?.stop();
    }
  }

  /** Goes on: with the children that have not begun, and with those that have failed and may be redriven. */
  public redrive(date: Date): void {
    this.status = 'RUNNING';
    this.stopDate = undefined;
    this.redriveCount++;
    this.redriveDate = date;
    this.ofExecutions.failuresNotRedrivable = this.ofItems.failuresNotRedrivable = 0;
    for (const child of this.children) {
      if (child.execution && child.bucket !== 'succeeded') {
        this.planRedrive(child, child.execution);
      }
    }
  }

  private planRedrive(child: Child, { redrivability }: Execution): void {
    if (redrivability.status === 'NOT_REDRIVABLE') {
      this.ofExecutions.failuresNotRedrivable++;
      this.ofItems.failuresNotRedrivable += child.items;
    } else {
      this.count(child, 'pendingRedrive');
    }
  }
}
