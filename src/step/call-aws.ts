import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { checkExpression, checkValue } from './check-expression';
import { checkBusinessErrors } from './errors';
import { resultOf, withVocabulary } from './expression';
import { invalid } from './names';
import { RetryPolicy, sdkErrors } from './retry';
import { ServiceTask } from './task';

const DEFAULT_TIMEOUT = Duration.minutes(1);

/** A call of an AWS API. */
export interface CallAwsOptions {
  /** The service as Step Functions names it, e.g. `dynamodb` or `sesv2`. */
  readonly service: string;

  /** The API action in camel case, e.g. `putItem`. */
  readonly action: string;

  /**
   * The parameters of the API, in Pascal case. Any JSON; strings of the form `{% … %}` in it are JSONata, and may say
   * `$input`, `$results` and `$states`; in a compensation also `$result` and `$error`.
   *
   * @default - none
   */
  // biome-ignore lint/suspicious/noExplicitAny: what jsii calls any JSON
  readonly parameters?: any;

  /** The permission that the call needs, which the API's name doesn't always tell: `sesv2:sendEmail` is `ses:SendEmail`. */
  readonly iamAction: string;

  /** What the permission is for: ARNs. */
  readonly iamResources: string[];

  /**
   * Error names by which the API says no, e.g. `DynamoDb.ConditionalCheckFailedException`. It has then done nothing.
   *
   * @default - after any error, what the call does may have happened
   */
  readonly businessErrors?: string[];

  /**
   * Error names that may pass by themselves: retried 3 times, after throttling and service faults.
   *
   * @default - only throttling (6 times) and service faults (3 times) are retried
   */
  readonly retryOn?: string[];

  /**
   * How long one attempt may take.
   *
   * @default Duration.minutes(1)
   */
  readonly timeout?: Duration;

  /**
   * What of the response is kept as the step's result: JSONata of the form `{% … %}`, which may say `$result`.
   *
   * @default - the whole response
   */
  readonly output?: string;
}

/** The answer of an AWS API. */
export class CallAwsStep implements IStep {
  constructor(private readonly options: CallAwsOptions) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { service, action, parameters = {}, iamAction, iamResources, businessErrors, retryOn } = this.options;
    const { timeout = DEFAULT_TIMEOUT, output } = this.options;
    this.check(scope, options.stateName);
    const task = new ServiceTask(scope, id, options, {
      resource: `arn:${Stack.of(scope).partition}:states:::aws-sdk:${service}:${action}`,
      arguments: withVocabulary(parameters, options),
      result: resultOf('$states.result', output, options),
      comment: `Calls ${service}:${action}`,
      timeout,
      retry: new RetryPolicy(sdkErrors(service), {
        business: businessErrors,
        transient: retryOn,
        every: options.retryEveryError,
        express: options.express,
      }),
      permissions: [new iam.PolicyStatement({ actions: [iamAction], resources: iamResources })],
      businessErrors,
    });
    return { chain: task, worstCase: [task.worstCase] };
  }

  private check(scope: Construct, state: string): void {
    const { service, action, iamAction, iamResources, businessErrors, retryOn, parameters, output } = this.options;
    checkBusinessErrors(scope, state, businessErrors, retryOn);
    checkValue(scope, `the parameters of '${state}'`, parameters);
    if (output !== undefined) checkExpression(scope, `the output of '${state}'`, output);
    if (!/^[a-z][a-z0-9]*$/.test(service) || !/^[a-z][A-Za-z0-9]*$/.test(action)) {
      throw invalid(
        scope,
        `'${state}' calls ${service}:${action}; give the service in lower case and the action in camel case, as in dynamodb:putItem`,
      );
    }
    if (!/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(iamAction)) {
      throw invalid(
        scope,
        `'${state}' has the iamAction '${iamAction}'; give one action without wildcards, as in ses:SendEmail`,
      );
    }
    if (iamResources.length === 0) {
      throw invalid(scope, `'${state}' has no iamResources; give the ARNs that ${iamAction} is needed for`);
    }
  }
}
