import { ArnFormat, type Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StepBindOptions } from './bind';
import { expressionIn, expressionOf, isPlainObject, jsonata, object, resultOf, withVocabulary } from './expression';
import { idempotencyKey } from './outcome';
import type { StartExecutionOptions } from './start-execution';
import { stateTimeout } from './state-timeout';
import type { ServiceTaskProps } from './task';
import type { IWorkflow } from './workflow-ref';

/**
 * By this field of its input an execution's page in the console links to that of the one which started it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-nested-workflows.html
 */
const STARTED_BY = 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID';
const STARTER = '$states.context.Execution.Id';

type Common = Pick<ServiceTaskProps, 'comment' | 'timeout'>;

/** What a state says that runs another workflow, and what it needs. */
export class ExecutionRequest {
  constructor(
    private readonly workflow: IWorkflow,
    private readonly options: StartExecutionOptions,
  ) {}

  /** @param margin how much longer the state takes than what it runs */
  common(scope: Construct, { stateName: state }: StepBindOptions, margin: Duration): Common {
    const { path } = this.workflow.node;
    return {
      comment: `Runs ${path}`,
      timeout: stateTimeout(scope, state, { path, timeout: this.workflow.timeout, margin }, this.options.timeout),
    };
  }

  get path(): string {
    return this.workflow.node.path;
  }

  /** @param name the name of the execution: JSONata */
  target(name: string): object {
    return { StateMachineArn: this.workflow.aliasArn, Name: jsonata(name) };
  }

  executionArn(scope: Construct, name: string): string {
    return Stack.of(scope).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.workflow.stateMachineName}:${name}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** The input, in a state that takes any JSON. */
  input(options: StepBindOptions): unknown {
    const value = withVocabulary(this.given, options);
    if (isPlainObject(value)) return { [STARTED_BY]: jsonata(STARTER), ...value };
    const expression = typeof value === 'string' ? expressionIn(value) : undefined;
    return expression === undefined ? value : jsonata(linked(expression));
  }

  /** The input, in a state that takes a text. */
  inputText(scope: Construct, options: StepBindOptions): string {
    return jsonata(`$string(${linked(expressionOf(scope, this.given, options))})`);
  }

  /** The JSONata of the step's result, of that of the execution's output. */
  resultOf(output: string, options: StepBindOptions): string {
    return resultOf(output, this.options.output, options);
  }

  mayStart(action: string): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: [action],
      resources: [this.workflow.stateMachineArn],
      conditions: byAlias(this.workflow.aliasName),
    });
  }

  /** What a state needs that waits for an execution, of which an event tells it. */
  mayWait(scope: Construct): iam.PolicyStatement[] {
    const rule = Stack.of(scope).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
    });
    return [
      new iam.PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [this.executionArn(scope, '*')],
      }),
      new iam.PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [rule],
      }),
    ];
  }

  private get given(): unknown {
    return this.options.input ?? '{% $input %}';
  }
}

/**
 * The JSONata of the name of what is started: the same in each retry, so that a start that was made but not answered is
 * not made again; another for each redrive.
 *
 * @param attempt what else it depends on, where the whole step may be done anew
 */
export function executionName(options: StepBindOptions, attempt?: string): string {
  const parts = [
    '$states.context.Execution.Id',
    idempotencyKey(options),
    '$string($states.context.Execution.RedriveCount)',
    ...(attempt ? [attempt] : []),
  ];
  return `$hash($join([${parts.join(', ')}], "#"), "SHA-256")`;
}

/** An input with the link in it, if it is an object. */
function linked(input: string): string {
  const link = object({ [STARTED_BY]: STARTER });
  return `($given := ${input}; $type($given) = "object" ? $merge([${link}, $given]) : $given)`;
}

/**
 * The condition of a start by an alias: AWS authorizes it against the state machine, and tells the alias in this key.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
 */
export function byAlias(aliasName: string): { [operator: string]: { [key: string]: string[] } } {
  return { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': [aliasName] } };
}
