import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { StepBindOptions, WorstCaseTerm } from './bind';
import { stateName } from './names';
import { addCatches, outcome } from './outcome';
import type { RetryPolicy } from './retry';

/** How to make a Task state. */
export interface ServiceTaskProps {
  /** The ASL `Resource`. */
  readonly resource: string;
  /** The ASL `Arguments`. */
  readonly arguments: unknown;
  /** The JSONata that gives the step's result. */
  readonly result: string;
  readonly comment: string;
  readonly timeout: Duration;
  readonly retry: RetryPolicy;
  /** What the workflow's role needs, exactly. */
  readonly permissions: iam.PolicyStatement[];
  readonly businessErrors?: string[];
  /** Whether it waits for work that goes on elsewhere: retries are then of the request, and the wait counts once. */
  readonly waits?: boolean;
}

/**
 * A Task state of ours. CDK's own tasks add permissions that are too wide or that go stale, and a retry policy of
 * their own below the user's.
 */
export class ServiceTask extends sfn.TaskStateBase {
  protected readonly taskMetrics?: sfn.TaskMetricsConfig = undefined;
  protected readonly taskPolicies?: iam.PolicyStatement[];
  private readonly task: object;

  /** The most that the state can take, its retries included. */
  readonly worstCase: WorstCaseTerm;

  constructor(scope: Construct, id: string, options: StepBindOptions, props: ServiceTaskProps) {
    super(scope, id, {
      ...outcome(options, props.result),
      stateName: stateName(scope, options.stateName),
      comment: props.comment,
      queryLanguage: sfn.QueryLanguage.JSONATA,
      taskTimeout: sfn.Timeout.duration(props.timeout),
    });
    this.task = { Resource: props.resource, Arguments: props.arguments };
    this.taskPolicies = props.permissions;
    for (const retry of props.retry.render()) this.addRetry(retry);
    addCatches(this, options, props.businessErrors);
    this.worstCase = worstCase(options.stateName, props);
  }

  protected _renderTask(): object {
    return this.task;
  }
}

function worstCase(name: string, { timeout, retry, waits }: ServiceTaskProps): WorstCaseTerm {
  const { backoffSeconds } = retry;
  const attempts = waits ? 1 : retry.attempts;
  const seconds = attempts * timeout.toSeconds() + backoffSeconds;
  const once = waits ? 'a wait of' : `${attempts} attempts x`;
  const description = `${name}: ${once} ${timeout.toSeconds()} s + ${backoffSeconds} s backoff = ${seconds} s`;
  return { description, duration: Duration.seconds(seconds) };
}
