import type { Construct } from 'constructs';
import type { IStep, StepConfig } from './bind';
import { invalid } from './names';

/** What a saga does about a step of which it doesn't know whether it has happened. */
export enum UnknownOutcome {
  /** Its own compensation runs too, and has to accept that there may be nothing to undo. */
  COMPENSATE = 'COMPENSATE',

  /** It counts as not done: right only for a step that, however it fails, has done nothing. */
  ASSUME_NOT_DONE = 'ASSUME_NOT_DONE',
}

/** A step of a saga, and what undoes it. */
export interface SagaStep {
  /** The name: of the step's state, and of its result in `results` and in the output. */
  readonly name: string;

  /** What is done. */
  readonly action: IStep;

  /**
   * What undoes it. A function gets `result` (what the action returned; absent if unknown) and `error` (what ended
   * the saga) besides the usual, with the action's idempotency key. It has to accept that there is nothing to undo.
   *
   * @default - the step needs no compensation
   */
  readonly compensation?: IStep;

  /**
   * What happens when the action ends in an error that it doesn't declare as a business error: it may have happened.
   *
   * @default UnknownOutcome.COMPENSATE
   */
  readonly whenUnknown?: UnknownOutcome;

  /**
   * Whether this is the point of no return: once it has succeeded, nothing is undone any more. The steps after it have
   * no compensations, and are tried again after every error but their business errors; one that still fails ends the
   * execution with its own error, from which it can be redriven.
   *
   * @default false
   */
  readonly pivot?: boolean;
}

/** Refuses a rule for a compensation that isn't there. */
export function checkWhenUnknown(scope: Construct, { name, compensation, whenUnknown }: SagaStep): void {
  if (whenUnknown === undefined || compensation !== undefined) return;
  throw invalid(
    scope,
    `the saga step '${name}' has whenUnknown, which says when its compensation runs, but no compensation; give one or remove whenUnknown`,
  );
}

/** Refuses a step in which a saga succeeds for good while it could still have to be undone. */
export function checkNothingLeftDone(scope: Construct, name: string, config: StepConfig): void {
  if (!config.deadLetterQueues?.length) return;
  throw invalid(
    scope,
    `the step '${name}' has a saga inside but no compensation: what that saga has done would be left done by a failure after it or beside it; give it one, or lay its steps in this saga`,
  );
}
