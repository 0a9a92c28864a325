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
