import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { DeadLetterQueue, IStep, StepCatch, StepConfig } from './bind';
import type { FlowPlace } from './enclose';
import { jsonata, object, quote, variable } from './expression';
import { stateName } from './names';
import { compensationQueue, parkCompensation } from './park';

/** The errors in which a saga ends. */
export class SagaError {
  /** A step failed, and all that had happened was undone: nothing is left to do. */
  public static readonly COMPENSATED = 'Saga.Compensated';

  /** A step failed, and not all that had happened could be undone: the dead-letter queue has what is left to do. */
  public static readonly PARTLY_COMPENSATED = 'Saga.PartlyCompensated';

  private constructor() {}
}

/** Longer causes are cut: they go along in what compensations get. */
const MAX_CAUSE = 2_000;

/** The way back of one saga: what undoes its steps, where failed compensations are parked, and the end. */
export class Compensations {
  /** Where a saga ends that has failed. */
  readonly end: sfn.Fail;
  /** Where failed compensations are parked, once there is a compensation. */
  private queue?: DeadLetterQueue;
  private readonly saga: string;

  constructor(
    private readonly scope: Construct,
    private readonly place: FlowPlace,
  ) {
    this.saga = variable('saga', place.options.depth);
    this.end = sfn.Fail.jsonata(scope, 'Saga Failed', {
      stateName: stateName(scope, place.child('Saga Failed').stateName),
      comment: 'Ends the saga: everything undone, or something left to do',
      error: jsonata(
        `$count($${this.saga}.notCompensated) = 0 ? ${quote(SagaError.COMPENSATED)} : ${quote(SagaError.PARTLY_COMPENSATED)}`,
      ),
      cause: jsonata(
        `$substring($string($sift($${this.saga}, function($v, $k) { $not($k in ["failure", "notDone"]) })), 0, 32768)`,
      ),
    });
  }

  get deadLetterQueues(): DeadLetterQueue[] {
    return this.queue ? [this.queue] : [];
  }

  /** Where the failure of a step leads: to the newest compensation that is due, with the failure noted. */
  afterFailureOf(step: string, handler: sfn.IChainable): StepCatch {
    // A saga inside this step that could not be undone makes this one partly compensated as well.
    const partly = `$states.errorOutput.Error = ${quote(SagaError.PARTLY_COMPENSATED)} ? [${quote(step)}] : []`;
    const noted = object({
      step: quote(step),
      ...ERROR_OUTPUT,
      compensated: '[]',
      notCompensated: partly,
      notParked: '[]',
    });
    return { handler, assign: { [this.saga]: noted } };
  }

  /** Adds what undoes a step, and goes on with the compensation of an earlier one whether that works or not. */
  add(step: string, compensation: IStep, earlier: sfn.IChainable, resultPath = [step]): StepConfig {
    const results = `$${variable('results', this.place.options.depth)}`;
    const result = resultPath.reduce((inside, name) => `$lookup(${inside}, ${quote(name)})`, results);
    const error = `$${this.saga}.${object({ step: 'step', error: 'error', cause: 'cause' })}`;
    this.queue ??= compensationQueue(this.scope);
    const park = parkCompensation(this.scope, `Park ${step}`, {
      step,
      saga: this.saga,
      error,
      result,
      queue: this.queue.queue,
      options: {
        ...this.place.child(`Park ${step}`, step),
        onError: { handler: earlier, assign: { [this.saga]: this.notParked(step) } },
      },
    });
    const undo = compensation.bind(this.scope, `Compensate ${step}`, {
      ...this.place.child(`Compensate ${step}`, step),
      retryEveryError: true,
      assign: { [this.saga]: this.compensated(step) },
      // It gets the result of its step apart, so that its event is not larger than the action's was.
      withoutResultOf: resultPath[0],
      eventFields: {
        result,
        error,
      },
      onError: { handler: park, assign: { [this.saga]: this.notCompensated(step) } },
    });
    park.next(earlier);
    for (const state of undo.chain.endStates) state.next(earlier);
    return { ...undo, worstCase: [...undo.worstCase, park.worstCase] };
  }

  /** Where undoing a member of a group begins: with its compensation, or before it where it is known not to be done. */
  unlessNotDone(step: string, undo: sfn.IChainable, earlier: sfn.IChainable): sfn.IChainable {
    return sfn.Choice.jsonata(this.scope, `Undo ${step}?`, {
      stateName: stateName(this.scope, this.place.child(`Undo ${step}?`).stateName),
      comment: `Passes over ${step} where it is known not to be done`,
    })
      .when(sfn.Condition.jsonata(jsonata(`${quote(step)} in $${this.saga}.notDone`)), earlier)
      .otherwise(undo);
  }

  /** The saga's variable once a step is undone; one that a saga inside it could not undo stays what it is. */
  private compensated(step: string): string {
    const noted = `$${this.saga}.notCompensated`;
    return this.with(
      `${quote(step)} in ${noted} ? {} : ${object({ compensated: `[$${this.saga}.compensated, ${quote(step)}]` })}`,
    );
  }

  private notCompensated(step: string): string {
    const notCompensated = `$distinct([$${this.saga}.notCompensated, ${quote(step)}])`;
    return this.with(object({ notCompensated, failure: object(ERROR_OUTPUT) }));
  }

  private notParked(step: string): string {
    return this.with(object({ notParked: `[$${this.saga}.notParked, ${quote(step)}]` }));
  }

  private with(change: string): string {
    return `$merge([$${this.saga}, ${change}])`;
  }
}

// A timeout has no cause.
export const ERROR_OUTPUT = {
  error: '$states.errorOutput.Error',
  cause: `$type($states.errorOutput.Cause) = "string" ? $substring($states.errorOutput.Cause, 0, ${MAX_CAUSE}) : ""`,
};
