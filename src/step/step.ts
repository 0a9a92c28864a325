import type { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { IStep } from './bind';
import { type CallAwsOptions, CallAwsStep } from './call-aws';
import { type ChainOptions, ChainStep } from './chain';
import { type ChoiceOptions, ChoiceStep } from './choice';
import { type FanOutOptions, FanOutStep } from './fan-out/fan-out-step';
import { type InvokeOptions, InvokeStep } from './invoke';
import { ParallelStep } from './parallel';
import { SagaFlow, type SagaOptions } from './saga';
import { SagaGroup } from './saga-group';
import type { SagaStep } from './saga-step';
import { type NamedStep, SequenceStep } from './sequence';
import { type StartExecutionOptions, StartExecutionStep } from './start-execution';
import { WaitStep, WaitUntilStep } from './wait';
import type { IWorkflow } from './workflow-ref';

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
   * Calls an AWS API; the result is its response. The permission is stated, as the API's name doesn't always tell it.
   *
   * @param options the API, its parameters, and the permission
   */
  public static callAws(options: CallAwsOptions): IStep {
    return new CallAwsStep(options);
  }

  /**
   * Runs another workflow by its alias, and waits for its end; the result is its output.
   *
   * @param workflow the other workflow
   * @param options input, timeout, output
   */
  public static startExecution(workflow: IWorkflow, options?: StartExecutionOptions): IStep {
    return new StartExecutionStep(workflow, options);
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
   * Runs steps at the same time; the result is `{ <step name>: <its result>, … }`. When one fails, the others are
   * stopped where they are.
   *
   * @param branches the steps
   */
  public static parallel(branches: NamedStep[]): IStep {
    return new ParallelStep(branches);
  }

  /**
   * Runs one of several steps, by what the input and the results are; its result is that of the step that was taken.
   *
   * @param options the steps and their conditions
   */
  public static choice(options: ChoiceOptions): IStep {
    return new ChoiceStep(options);
  }

  /**
   * Lets some time pass; the result is null.
   *
   * @param duration whole seconds, from 1 to 99,999,999
   */
  public static wait(duration: Duration): IStep {
    return new WaitStep(duration);
  }

  /**
   * Lets time pass until an instant; the result is null.
   *
   * @param timestamp an ISO 8601 timestamp, or JSONata of the form `{% … %}` that gives one
   */
  public static waitUntil(timestamp: string): IStep {
    return new WaitUntilStep(timestamp);
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
   * Does a step for each of many items. The result is, for the items of `Items.at`, the array of the results, in the order
   * of the items; else a report: `{ total, succeeded, failed, pending, resultsUri, failedItemsUri }`.
   *
   * @param options the items, and what is done for each
   */
  public static fanOut(options: FanOutOptions): IStep {
    return new FanOutStep(options);
  }

  /**
   * Steps of a saga that are done at the same time: the action of one of its steps. When one of them fails, the others
   * still end, and then those are undone that have or may have happened. The result is `{ <step name>: <its result>, … }`.
   *
   * @param steps the steps and their compensations
   */
  public static sagaGroup(steps: SagaStep[]): IStep {
    return new SagaGroup(steps);
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
