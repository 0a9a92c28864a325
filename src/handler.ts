import { createHash } from 'node:crypto';

/** What a function that stands in a workflow gets. */
export interface StepEvent<Input = unknown, Results = Record<string, unknown>> {
  /** The input of the execution, or of the item of a fan-out. */
  readonly input: Input;
  /** The results of the steps so far, by name; in a compensation without the one that it undoes. */
  readonly results: Results;
  /**
   * The same in every retry and redrive of this step of this execution, and in its compensation; different in any other
   * step or execution of the workflow.
   */
  readonly idempotencyKey: string;
}

/** What ended a saga. */
export interface SagaFailure {
  /** The name of the step that failed. */
  readonly step: string;
  /** The name of its error. */
  readonly error: string;
  /** Its cause, cut to 2,000 characters; empty where it has none, as a timeout. */
  readonly cause: string;
}

/** What a function gets that undoes a step of a saga. */
export interface CompensationEvent<Input = unknown, Result = unknown, Results = Record<string, unknown>>
  extends StepEvent<Input, Results> {
  /** What the step's action returned; absent where it isn't known whether the action has happened. */
  readonly result?: Result;
  /** What ended the saga. */
  readonly error: SagaFailure;
}

/**
 * The name under which to start a workflow for a business key, e.g. `executionName('order', orderId)`: 64 characters that
 * follow from the key alone. So a start that is tried again, or asked for twice, is one execution: where AWS answers
 * `ExecutionAlreadyExists`, that of this key was started already, which counts as success. AWS frees a name 90 days after
 * the execution's end; the executions of Express workflows may share one.
 *
 * @param key what is started once: whole texts, of which no two lists give the same name
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function executionName(...key: string[]): string {
  if (key.length === 0 || key.some((part) => typeof part !== 'string' || part === '')) {
    throw new Error(`executionName: ${JSON.stringify(key)} is no business key; give texts that are not empty`);
  }
  return createHash('sha256').update(JSON.stringify(key)).digest('hex');
}
