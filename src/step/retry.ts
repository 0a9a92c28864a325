import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';

/** A kind of error that is retried, and how often. */
interface RetryRule {
  readonly errors: string[];
  readonly interval: number;
  readonly attempts: number;
}

const BACKOFF_RATE = 2;
const MAX_DELAY_SECONDS = 60;

/** How much is tried again: in the 5 minutes that an Express workflow has, less. */
const STANDARD = { throttling: 6, service: { attempts: 3, interval: 2 } };
const EXPRESS = { throttling: 5, service: { attempts: 2, interval: 1 } };

/** Errors that may pass by themselves, by the kind of task. */
export interface RetriableErrors {
  readonly throttling: string[];
  readonly service: string[];
}

/**
 * What Lambda reports when it could not run a function.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 */
export const LAMBDA_ERRORS: RetriableErrors = {
  throttling: ['Lambda.TooManyRequestsException'],
  service: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
  ],
};

/** Names that Step Functions doesn't make by capitalizing the service's. */
const SDK_NAMES: { readonly [service: string]: string } = {
  dynamodb: 'DynamoDb',
  ecr: 'Ecr',
  ecs: 'Ecs',
  eventbridge: 'EventBridge',
  secretsmanager: 'SecretsManager',
  sesv2: 'SesV2',
};

/** How the SDK of a service names what may pass. A name that a service doesn't have matches nothing. */
export function sdkErrors(service: string): RetriableErrors {
  const prefix = SDK_NAMES[service] ?? `${service.charAt(0).toUpperCase()}${service.slice(1)}`;
  const named = (...errors: string[]) => errors.map((error) => `${prefix}.${error}`);
  return {
    throttling: named(
      'ThrottlingException',
      'TooManyRequestsException',
      'ProvisionedThroughputExceededException',
      'RequestLimitExceededException',
      'LimitExceededException',
    ),
    service: named(
      'SdkClientException',
      'InternalServerErrorException',
      'InternalServiceErrorException',
      'ServiceUnavailableException',
    ),
  };
}

/** What a step says about its errors. */
export interface DeclaredErrors {
  /** After these nothing has happened, and nothing is tried again. */
  readonly business?: string[];
  /** These may pass. */
  readonly transient?: string[];
  /** Any other may pass as well. */
  readonly every?: boolean;
  /** It has no more than an Express workflow's time. */
  readonly express?: boolean;
}

/**
 * The retry policy of a task, the only place that says one: business errors never, then throttling, then service
 * faults, then what the step itself declares.
 */
export class RetryPolicy {
  private readonly rules: RetryRule[];

  constructor(errors: RetriableErrors, declared: DeclaredErrors = {}) {
    const { business = [], transient = [], every = false, express = false } = declared;
    const { throttling, service } = express ? EXPRESS : STANDARD;
    this.rules = [
      { errors: business, interval: 1, attempts: 0 },
      { errors: errors.throttling, interval: 1, attempts: throttling },
      { errors: errors.service, ...service },
      { errors: transient, ...service },
      { errors: every ? ['States.ALL'] : [], ...service },
    ].filter((rule) => rule.errors.length > 0);
  }

  /** How often the task runs at most. */
  get attempts(): number {
    return this.rules.reduce((sum, rule) => sum + rule.attempts, 1);
  }

  /** The longest that all the waits between the attempts can take together, in seconds. */
  get backoffSeconds(): number {
    const delay = (rule: RetryRule, n: number) => Math.min(rule.interval * BACKOFF_RATE ** n, MAX_DELAY_SECONDS);
    return this.rules
      .flatMap((rule) => Array.from({ length: rule.attempts }, (_, n) => delay(rule, n)))
      .reduce((sum, seconds) => sum + seconds, 0);
  }

  /** The policy as CDK's states take it. */
  render(): sfn.RetryProps[] {
    return this.rules.map(({ errors, interval, attempts }) =>
      attempts === 0
        ? { errors, maxAttempts: 0 }
        : {
            errors,
            interval: Duration.seconds(interval),
            maxAttempts: attempts,
            backoffRate: BACKOFF_RATE,
            maxDelay: Duration.seconds(MAX_DELAY_SECONDS),
            jitterStrategy: sfn.JitterType.FULL,
          },
    );
  }
}
