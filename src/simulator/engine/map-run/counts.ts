/** How many items, or child executions, of a map run are in which state, as DescribeMapRun counts them. */
export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  /** Those whose results S3 has. */
  readonly resultsWritten: number;
  /** Those that failed and that a redrive left alone. */
  readonly failuresNotRedrivable: number;
  /** Those that a redrive is still to run again. */
  readonly pendingRedrive: number;
}

/** The counts while they change. */
export type Tally = { -readonly [count in keyof MapRunCounts]: MapRunCounts[count] };

/** Where a child execution is counted. */
export type Bucket = 'pending' | 'running' | 'succeeded' | 'failed' | 'timedOut' | 'aborted' | 'pendingRedrive';

export function emptyTally(): Tally {
  return {
    pending: 0,
    running: 0,
    succeeded: 0,
    failed: 0,
    timedOut: 0,
    aborted: 0,
    total: 0,
    resultsWritten: 0,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}
