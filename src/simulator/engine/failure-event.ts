import type { WorkflowError } from './errors';
import type { EventDetails } from './history';

/** An error as events have it: without what is unknown. */
export function failure({ error, cause }: WorkflowError): { error?: string; cause?: string } {
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

/** The event that says that an execution ended without success. */
export function failureEvent(
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED',
  error: WorkflowError,
): { type: string; details: EventDetails } {
  const details = failure(error);
  switch (status) {
    case 'FAILED':
      return { type: 'ExecutionFailed', details: { executionFailedEventDetails: details } };
    case 'ABORTED':
      return { type: 'ExecutionAborted', details: { executionAbortedEventDetails: details } };
    case 'TIMED_OUT':
      // AWS: it has no details; the error says what a parent sees.
      return { type: 'ExecutionTimedOut', details: { executionTimedOutEventDetails: {} } };
  }
}
