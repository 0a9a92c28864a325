import { Duration, ReferenceStrength, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { jsonata, withVocabulary } from './expression';
import { invalid } from './names';
import { event } from './outcome';
import { LAMBDA_ERRORS, RetryPolicy } from './retry';
import { ServiceTask } from './task';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_FUNCTION_TIMEOUT = Duration.minutes(15);
const DEFAULT_FUNCTION_TIMEOUT = Duration.seconds(3);

/** A cold start's initialization (10 s at most) and the way there and back are not in the function's own timeout. */
const MARGIN = Duration.seconds(15);

/** How a function is invoked. */
export interface InvokeOptions {
  /**
   * Error names by which the function says no. It has then done nothing: such an error is never retried, and a saga
   * doesn't compensate the step that ended with it.
   *
   * @default - after any error, what the function does may have happened
   */
  readonly businessErrors?: string[];

  /**
   * Error names that may pass by themselves: retried 3 times, after Lambda's own throttling and faults.
   *
   * @default - only Lambda's throttling (6 times) and service faults (3 times) are retried
   */
  readonly retryOn?: string[];

  /**
   * How long one attempt may take. Must be longer than the function's own timeout.
   *
   * @default - the function's timeout and 15 seconds; where that isn't known, Lambda's maximum of 15 minutes and 15 seconds
   */
  readonly timeout?: Duration;

  /**
   * What the function gets instead of `{ input, results, idempotencyKey }`. Any JSON; strings of the form `{% … %}` in
   * it are JSONata, and may say `$input`, `$results` and `$states`.
   *
   * @default - `{ input, results, idempotencyKey }`
   */
  // biome-ignore lint/suspicious/noExplicitAny: what jsii calls any JSON
  readonly payload?: any;
}

/** A function's answer to an event. Each attempt is one synchronous invocation. */
export class InvokeStep implements IStep {
  constructor(
    private readonly fn: lambda.IFunction,
    private readonly options: InvokeOptions = {},
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { businessErrors = [], retryOn, payload } = this.options;
    this.checkErrors(scope, options.stateName);
    const target = pinned(scope, this.fn);
    const task = new ServiceTask(scope, id, options, {
      resource: `arn:${Stack.of(scope).partition}:states:::lambda:invoke`,
      arguments: {
        FunctionName: target.arn,
        Payload: payload === undefined ? jsonata(event(options)) : withVocabulary(payload, options.depth),
      },
      result: '$states.result.Payload',
      comment: `Invokes ${this.fn.node.path}`,
      timeout: this.timeout(scope, options.stateName),
      retry: new RetryPolicy(LAMBDA_ERRORS, retryOn),
      permissions: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.permitted] })],
      businessErrors,
    });
    return { chain: task, worstCase: [task.worstCase] };
  }

  private timeout(scope: Construct, state: string): Duration {
    const own =
      this.fn instanceof lambda.Function ? (this.fn.timeout ?? DEFAULT_FUNCTION_TIMEOUT) : MAX_FUNCTION_TIMEOUT;
    const given = this.options.timeout;
    if (given === undefined) return own.plus(MARGIN);
    if (given.isUnresolved() || given.toMilliseconds() % 1000 !== 0) {
      throw invalid(scope, `the timeout of '${state}' must be known at synthesis, in whole seconds`);
    }
    if (given.toSeconds() <= own.toSeconds() && this.fn instanceof lambda.Function) {
      throw invalid(
        scope,
        `the timeout of '${state}', ${given.toSeconds()} s, is not longer than that of ${this.fn.node.path}, ${own.toSeconds()} s: the function would still run after the state gave it up; give more than ${own.toSeconds()} s`,
      );
    }
    return given;
  }

  private checkErrors(scope: Construct, state: string): void {
    const { businessErrors = [], retryOn = [] } = this.options;
    const both = businessErrors.filter((error) => retryOn.includes(error));
    if (both.length > 0) {
      throw invalid(
        scope,
        `'${state}' has ${both.join(', ')} both in businessErrors, which are never retried, and in retryOn; choose one`,
      );
    }
    const wildcards = businessErrors.filter((error) =>
      ['States.ALL', 'States.TaskFailed', 'States.Timeout'].includes(error),
    );
    if (wildcards.length > 0) {
      throw invalid(
        scope,
        `'${state}' has ${wildcards.join(', ')} in businessErrors; name the errors after which the function has certainly done nothing`,
      );
    }
  }
}

interface Target {
  readonly arn: string;
  /** What the role may invoke. */
  readonly permitted: string;
}

/**
 * What a definition invokes. A function is pinned to its current version, which is retained, so that an execution
 * that waits a week ends on the code that it began with; an alias, a version or an imported function stays as given.
 */
function pinned(scope: Construct, fn: lambda.IFunction): Target {
  if (!(fn instanceof lambda.Function)) return { arn: fn.functionArn, permitted: fn.functionArn };
  const version = fn.currentVersion;
  version.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  // Every version, as executions of earlier releases still run on theirs; not the unqualified function.
  const permitted = `${fn.functionArn}:*`;
  if (Stack.of(fn) === Stack.of(scope)) return { arn: version.functionArn, permitted };
  // A strong export would hold the version's hash in its name, and refuse each change of the code.
  return { arn: Stack.consumeReference(version.functionArn, ReferenceStrength.WEAK), permitted };
}
