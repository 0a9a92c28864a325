import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { IStep } from './bind';
import { type ChainOptions, ChainStep } from './chain';
import { type InvokeOptions, InvokeStep } from './invoke';
import { SagaFlow, type SagaOptions } from './saga';
import { type NamedStep, SequenceStep } from './sequence';

/** The kinds of step. A step is a value: it creates nothing until a `Workflow` deploys it. */
export class Step {
  /**
   * Invokes a function, with `{ input, results, idempotencyKey }`, and waits for its answer. The definition holds the
   * function's current version, which is retained; an alias, a version or an imported function is used as it is given.
   *
   * @param fn the function
   * @param options business errors, retries, timeout, payload
   */
  public static invoke(fn: lambda.IFunction, options?: InvokeOptions): IStep {
    return new InvokeStep(fn, options);
  }

  /**
   * Runs steps one after the other; the result is `{ <step name>: <its result>, … }`.
   *
   * @param steps the steps, in their order
   */
  public static sequence(steps: NamedStep[]): IStep {
    return new SequenceStep(steps);
  }

  /**
   * Runs steps one after the other, and when one fails undoes what has happened, newest first. It ends in
   * `Saga.Compensated`, or in `Saga.PartlyCompensated` where a compensation failed as well, which then is in the
   * dead-letter queue. The result is `{ <step name>: <its result>, … }`.
   *
   * @param options the steps and their compensations
   */
  public static saga(options: SagaOptions): IStep {
    return new SagaFlow(options);
  }

  /**
   * Runs plain CDK states, in either query language. They get the step's input, and their output is its result.
   *
   * @param chain the states
   * @param options business errors
   */
  public static chain(chain: sfn.IChainable, options?: ChainOptions): IStep {
    return new ChainStep(chain, options);
  }

  private constructor() {}
}
