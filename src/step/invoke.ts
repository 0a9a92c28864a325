import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { checkExpression, checkValue } from './check-expression';
import { checkBusinessErrors } from './errors';
import { jsonata, resultOf, withVocabulary } from './expression';
import { functionTarget } from './function-target';
import { event } from './outcome';
import { LAMBDA_ERRORS, RetryPolicy } from './retry';
import { stateTimeout } from './state-timeout';
import { ServiceTask } from './task';

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
   * @default - the function's timeout and 15 seconds; where that isn't known, 15 minutes and 15 seconds
   */
  readonly timeout?: Duration;

  /**
   * What the function gets instead of `{ input, results, idempotencyKey }`. Any JSON; strings of the form `{% … %}` in
   * it are JSONata, and may say `$input`, `$results` and `$states`; in a compensation also `$result` and `$error`, which
   * are what its event has under these names.
   *
   * @default - `{ input, results, idempotencyKey }`
   */
  // biome-ignore lint/suspicious/noExplicitAny: what jsii calls any JSON
  readonly payload?: any;

  /**
   * What of the function's answer is kept as the step's result: JSONata of the form `{% … %}`, which may say `$result`.
   *
   * @default - the whole answer
   */
  readonly output?: string;
}

/** A function's answer to an event. Each attempt is one synchronous invocation. */
export class InvokeStep implements IStep {
  constructor(
    private readonly fn: lambda.IFunction,
    private readonly options: InvokeOptions = {},
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { businessErrors, retryOn, payload, output } = this.options;
    checkBusinessErrors(scope, options.stateName, businessErrors, retryOn);
    checkValue(scope, `the payload of '${options.stateName}'`, payload);
    if (output !== undefined) checkExpression(scope, `the output of '${options.stateName}'`, output);
    const target = functionTarget(scope, options.stateName, this.fn);
    const task = new ServiceTask(scope, id, options, {
      resource: `arn:${Stack.of(scope).partition}:states:::lambda:invoke`,
      arguments: {
        FunctionName: target.arn,
        Payload: payload === undefined ? jsonata(event(options)) : withVocabulary(payload, options),
      },
      result: resultOf('$states.result.Payload', output, options),
      comment: `Invokes ${this.fn.node.path}`,
      timeout: stateTimeout(
        scope,
        options.stateName,
        { path: this.fn.node.path, timeout: target.timeout, margin: MARGIN },
        this.options.timeout,
      ),
      retry: new RetryPolicy(LAMBDA_ERRORS, {
        business: businessErrors,
        transient: retryOn,
        every: options.retryEveryError,
        express: options.express,
      }),
      permissions: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.permitted] })],
      businessErrors,
    });
    return { chain: task, worstCase: [task.worstCase], functions: [{ fn: this.fn, atOnce: 1 }] };
  }
}
