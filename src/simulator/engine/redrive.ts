import type { ExecutionType } from './definition';
import { EXECUTION_SECONDS, HISTORY_EVENTS, REDRIVABLE_MS } from './limits';

/** Whether an execution may be redriven, as DescribeExecution says it. */
export interface Redrivability {
  readonly status: 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';
  /** Why it may not be. */
  readonly reason?: string;
}

/** What decides whether an execution may be redriven. */
export interface RedriveCandidate {
  readonly status: string;
  readonly type: ExecutionType;
  readonly mapRunArn?: string;
  readonly startDate: Date;
  readonly stopDate?: Date;
  readonly history: readonly unknown[];
  /** What the simulator could not do, if that ended it. */
  readonly fault?: unknown;
}

/** Thrown where an execution may not be redriven; AWS's name for it is ExecutionNotRedrivable. */
export class ExecutionNotRedrivable extends Error {
  override readonly name = 'ExecutionNotRedrivable';
}

/** Whether an execution may be redriven now. @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
export function redrivability(execution: RedriveCandidate, now: number): Redrivability {
  const reason = reasonAgainst(execution, now);
  if (reason !== undefined) {
    return { status: 'NOT_REDRIVABLE', reason };
  }
  return { status: execution.type === 'EXPRESS' ? 'REDRIVABLE_BY_MAP_RUN' : 'REDRIVABLE' };
}

function reasonAgainst(execution: RedriveCandidate, now: number): string | undefined {
  const { status, type, mapRunArn, startDate, stopDate, history, fault } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') {
    return `Execution is ${status} and cannot be redriven`;
  }
  if (fault !== undefined) {
    return 'Execution was ended by a fault of the simulator';
  }
  if (type === 'EXPRESS') {
    return mapRunArn === undefined ? 'Execution is of the type EXPRESS' : undefined;
  }
  if (history.length >= HISTORY_EVENTS - 1) {
    return 'Execution history event limit exceeded';
  }
  if (now - startDate.getTime() > EXECUTION_SECONDS.STANDARD * 1000) {
    return 'Execution has exceeded the max execution time';
  }
  const stopped = stopDate?.getTime() ?? now;
  return now - stopped > REDRIVABLE_MS ? 'Execution redrivable period exceeded' : undefined;
}
