import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { checkNoJsonPath, jsonata, quote, resultOf, withVocabulary } from './expression';
import { type RetriableErrors, RetryPolicy } from './retry';
import { stateTimeout } from './state-timeout';
import { ServiceTask } from './task';
import type { IWorkflow } from './workflow-ref';

/** For the way there and back, and for the event that tells of the end. */
const MARGIN = Duration.minutes(1);

/** What may pass of a start; the retries are of it alone, not of what was started. */
const STATES_ERRORS: RetriableErrors = {
  throttling: ['StepFunctions.ExecutionLimitExceededException', 'StepFunctions.ThrottlingException'],
  service: ['StepFunctions.SdkClientException', 'StepFunctions.AWSStepFunctionsException'],
};

/** How another workflow is run. */
export interface StartExecutionOptions {
  /**
   * Its input. Any JSON; strings of the form `{% … %}` in it are JSONata, and may say `$input`, `$results` and `$states`.
   *
   * @default - the step's input
   */
  // biome-ignore lint/suspicious/noExplicitAny: what jsii calls any JSON
  readonly input?: any;

  /**
   * How long it may take. Must be longer than its own timeout.
   *
   * @default - its own timeout and a minute
   */
  readonly timeout?: Duration;

  /**
   * What of its output is kept as the step's result: JSONata of the form `{% … %}`, which may say `$result`.
   *
   * @default - the whole output
   */
  readonly output?: string;
}

/**
 * Another workflow, run by its alias. Its result is the other's output; when the other fails, the step fails with
 * `States.TaskFailed`, and the cause has the other's error.
 */
export class StartExecutionStep implements IStep {
  constructor(
    private readonly workflow: IWorkflow,
    private readonly options: StartExecutionOptions = {},
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { input = '{% $input %}', output } = this.options;
    checkNoJsonPath(scope, options.stateName, input);
    const task = new ServiceTask(scope, id, options, {
      resource: `arn:${Stack.of(scope).partition}:states:::states:startExecution.sync:2`,
      arguments: {
        StateMachineArn: this.workflow.aliasArn,
        // The same in each retry, so that a start that was made but not answered is not made again; another for each
        // redrive, and for each item of a Map.
        Name: jsonata(
          `$hash($join([$states.context.Execution.Id, ${quote(options.path)}, $string($states.context.Execution.RedriveCount), $string($states.context.Map.Item.Index)], "#"), "SHA-256")`,
        ),
        Input: withVocabulary(input, options),
      },
      result: resultOf('$states.result.Output', output, options),
      comment: `Runs ${this.workflow.node.path}`,
      timeout: stateTimeout(
        scope,
        options.stateName,
        { path: this.workflow.node.path, timeout: this.workflow.timeout, margin: MARGIN },
        this.options.timeout,
      ),
      retry: new RetryPolicy(STATES_ERRORS),
      permissions: this.permissions(scope),
      waits: true,
    });
    return { chain: task, worstCase: [task.worstCase] };
  }

  /** @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
  private permissions(scope: Construct): iam.PolicyStatement[] {
    const stack = Stack.of(scope);
    const states = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    return [
      new iam.PolicyStatement({
        actions: ['states:StartExecution'],
        resources: [this.workflow.stateMachineArn],
        conditions: byAlias(this.workflow.aliasName),
      }),
      new iam.PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [states('execution', `${this.workflow.stateMachineName}:*`)],
      }),
      new iam.PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [
          stack.formatArn({
            service: 'events',
            resource: 'rule',
            resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
          }),
        ],
      }),
    ];
  }
}

/**
 * The condition of a start by an alias: AWS authorizes it against the state machine, and tells the alias in this key.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
 */
export function byAlias(aliasName: string): { [operator: string]: { [key: string]: string[] } } {
  return { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': [aliasName] } };
}
