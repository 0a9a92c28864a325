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

/** What a step says about its errors. */
export interface DeclaredErrors {
  /** After these nothing has happened, and nothing is tried again. */
  readonly business?: string[];
  /** These may pass. */
  readonly transient?: string[];
  /** Any other may pass as well. */
  readonly every?: boolean;
}

/**
 * The retry policy of a task, the only place that says one: business errors never, then throttling, then service
 * faults, then what the step itself declares.
 */
export class RetryPolicy {
  private readonly rules: RetryRule[];

  constructor(errors: RetriableErrors, { business = [], transient = [], every = false }: DeclaredErrors = {}) {
    this.rules = [
      { errors: business, interval: 1, attempts: 0 },
      { errors: errors.throttling, interval: 1, attempts: 6 },
      { errors: errors.service, interval: 2, attempts: 3 },
      { errors: transient, interval: 2, attempts: 3 },
      { errors: every ? ['States.ALL'] : [], interval: 2, attempts: 3 },
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
