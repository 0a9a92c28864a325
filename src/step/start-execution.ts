import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { checkExpression, checkValue } from './check-expression';
import { SagaError } from './compensation';
import { bindFlow, type FlowPlace } from './enclose';
import { checkBusinessErrors } from './errors';
import {
  expressionIn,
  expressionOf,
  isPlainObject,
  jsonata,
  object,
  resultOf,
  variable,
  withVocabulary,
} from './expression';
import { goOn } from './go-on';
import { stateName } from './names';
import { idempotencyKey } from './outcome';
import { type RetriableErrors, RetryPolicy, sdkErrors } from './retry';
import { stateTimeout } from './state-timeout';
import { ServiceTask, type ServiceTaskProps } from './task';
import type { IWorkflow } from './workflow-ref';

/** For the way there and back, and for the event that tells of the end. */
const MARGIN = Duration.minutes(1);
/** For the way there and back of a call that itself waits for the end. */
const SYNC_MARGIN = Duration.seconds(15);

/** What may pass of a start; the retries are of it alone, not of what was started. */
const STATES_ERRORS: RetriableErrors = {
  throttling: ['StepFunctions.ExecutionLimitExceededException', 'StepFunctions.ThrottlingException'],
  service: ['StepFunctions.SdkClientException', 'StepFunctions.AWSStepFunctionsException'],
};

/**
 * By this field of its input an execution's page in the console links to that of the one which started it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-nested-workflows.html
 */
const STARTED_BY = 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID';
const STARTER = '$states.context.Execution.Id';

/** How another workflow is run. */
export interface StartExecutionOptions {
  /**
   * Its input. Any JSON; strings of the form `{% … %}` in it are JSONata, and may say `$input`, `$results` and `$states`.
   * An input that is an object gets a field more, by which the console links the execution to the one that started it.
   *
   * @default - the step's input
   */
  // biome-ignore lint/suspicious/noExplicitAny: what jsii calls any JSON
  readonly input?: any;

  /**
   * How long it may take. Must be longer than its own timeout.
   *
   * @default - its own timeout and a minute, of an Express workflow and 15 seconds
   */
  readonly timeout?: Duration;

  /**
   * What of its output is kept as the step's result: JSONata of the form `{% … %}`, which may say `$result`.
   *
   * @default - the whole output
   */
  readonly output?: string;

  /**
   * Errors of the other workflow after which nothing of what it does has been done, or is left to undo: in a saga.
   *
   * @default - those of a saga: it has undone what it could, and parked the rest
   */
  readonly businessErrors?: string[];
}

/**
 * Another workflow, run by its alias. Its result is the other's output. When an Express workflow fails, the step fails
 * with its error, by its name, and so it does in a saga; else the error is States.TaskFailed, and a redrive goes on with
 * a new execution of the other workflow.
 */
export class StartExecutionStep implements IStep {
  constructor(
    private readonly workflow: IWorkflow,
    private readonly options: StartExecutionOptions = {},
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { input, output, businessErrors = [SagaError.COMPENSATED, SagaError.PARTLY_COMPENSATED] } = this.options;
    checkValue(scope, `the input of '${options.stateName}'`, input);
    if (output !== undefined) checkExpression(scope, `the output of '${options.stateName}'`, output);
    checkBusinessErrors(scope, options.stateName, businessErrors);
    const isExpress = this.workflow.stateMachineType === sfn.StateMachineType.EXPRESS;
    // Where nobody catches it, the task itself has to fail, so that a redrive runs the other workflow anew.
    if (!isExpress && options.onError === undefined) return this.runStandard(scope, id, options);
    return bindFlow(scope, id, options, {
      comment: `Runs ${this.workflow.node.path}`,
      businessErrors,
      states: (own, place) => {
        // The state that runs it has the step's name, unless what encloses it has.
        const stateName = options.oneState ? place.child('Run').stateName : options.stateName;
        const run = { ...place.options, stateName };
        if (isExpress) return this.runExpress(own, run, place);
        const handler = failedState(own, place, '$states.input.error', '$states.input.cause');
        return this.runStandard(own, 'Run', { ...run, onBusinessError: { handler, output: object(CHILD_FAILURE) } });
      },
    });
  }

  private runStandard(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const stack = Stack.of(scope);
    const { node, stateMachineName } = this.workflow;
    const states = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const task = new ServiceTask(scope, id, options, {
      ...this.common(scope, options, MARGIN),
      resource: `arn:${stack.partition}:states:::states:startExecution.sync:2`,
      arguments: { ...this.target(options), Input: this.input(options) },
      result: resultOf('$states.result.Output', this.options.output, options),
      retry: new RetryPolicy(STATES_ERRORS),
      businessErrors: options.onBusinessError && ['States.TaskFailed'],
      permissions: [
        this.mayStart('states:StartExecution'),
        new iam.PolicyStatement({
          actions: ['states:DescribeExecution', 'states:StopExecution'],
          resources: [states('execution', `${stateMachineName}:*`)],
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
      ],
      waits: true,
    });
    const reason = `'${options.stateName}' waits for ${node.path}, a Standard workflow`;
    return { chain: task, worstCase: [task.worstCase], standardOnly: [reason] };
  }

  /** The call succeeds also where the execution has failed, and says so in its answer. */
  private runExpress(scope: Construct, options: StepBindOptions, place: FlowPlace): StepConfig {
    const child = variable('child', options.depth);
    const succeeded = '$states.result.Status = "SUCCEEDED"';
    const output = resultOf('$parse($states.result.Output)', this.options.output, options);
    const result = `${succeeded} ? ${output} : null`;
    const told = object({ output: options.recordAs ? 'null' : result, ...SYNC_FAILURE });
    const task = new ServiceTask(
      scope,
      'Run',
      { ...options, last: false, assign: { ...options.assign, [child]: told } },
      {
        ...this.common(scope, options, SYNC_MARGIN),
        resource: `arn:${Stack.of(scope).partition}:states:::aws-sdk:sfn:startSyncExecution`,
        arguments: {
          ...this.target(options),
          Input: jsonata(`$string(${linked(expressionOf(scope, this.given, options))})`),
        },
        result,
        retry: new RetryPolicy(sdkErrors('sfn'), { express: options.express }),
        permissions: [this.mayStart('states:StartSyncExecution')],
      },
    );
    const chain = goOn(scope, task, {
      choice: { stateName: place.child('Succeeded?').stateName, comment: 'Tells whether it succeeded' },
      unless: `$exists($${child}.error)`,
      elsewhere: failedState(scope, place, `$${child}.error`, `$${child}.cause`),
      end: options.last
        ? {
            stateName: place.child('Succeeded').stateName,
            returns: options.recordAs ? `$${variable('results', options.depth)}` : `$${child}.output`,
          }
        : undefined,
    });
    return { chain, worstCase: [task.worstCase] };
  }

  private common(scope: Construct, { stateName: state }: StepBindOptions, margin: Duration): Common {
    const { path } = this.workflow.node;
    return {
      comment: `Runs ${path}`,
      timeout: stateTimeout(scope, state, { path, timeout: this.workflow.timeout, margin }, this.options.timeout),
    };
  }

  private target(options: StepBindOptions): object {
    return {
      StateMachineArn: this.workflow.aliasArn,
      // The same in each retry, so that a start that was made but not answered is not made again; another for each
      // redrive.
      Name: jsonata(
        `$hash($join([$states.context.Execution.Id, ${idempotencyKey(options)}, $string($states.context.Execution.RedriveCount)], "#"), "SHA-256")`,
      ),
    };
  }

  private get given(): unknown {
    return this.options.input ?? '{% $input %}';
  }

  private input(options: StepBindOptions): unknown {
    const value = withVocabulary(this.given, options);
    if (isPlainObject(value)) return { [STARTED_BY]: jsonata(STARTER), ...value };
    const expression = typeof value === 'string' ? expressionIn(value) : undefined;
    return expression === undefined ? value : jsonata(linked(expression));
  }

  private mayStart(action: string): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: [action],
      resources: [this.workflow.stateMachineArn],
      conditions: byAlias(this.workflow.aliasName),
    });
  }
}

/** An input with the link in it, if it is an object. */
function linked(input: string): string {
  const link = object({ [STARTED_BY]: STARTER });
  return `($given := ${input}; $type($given) = "object" ? $merge([${link}, $given]) : $given)`;
}

type Common = Pick<ServiceTaskProps, 'comment' | 'timeout'>;

/** Ends the step as the other workflow has ended. */
function failedState(scope: Construct, place: FlowPlace, error: string, cause: string): sfn.Fail {
  return sfn.Fail.jsonata(scope, 'Failed', {
    stateName: stateName(scope, place.child('Failed').stateName),
    comment: 'Fails with the error of the other workflow',
    error: jsonata(error),
    cause: jsonata(cause),
  });
}

/**
 * What a failed execution tells of itself in the cause of States.TaskFailed, a JSON text that may be cut: so its fields
 * are searched for, and where there are none the cause stays what it is. A timeout has no error of its own.
 */
const CHILD_FAILURE = {
  error: told(
    'Error',
    '$contains($states.errorOutput.Cause, /"Status":"TIMED_OUT"/) ? "States.Timeout" : $states.errorOutput.Error',
  ),
  cause: told('Cause', '$states.errorOutput.Cause'),
};

function told(name: string, otherwise: string): string {
  const text = `$match($states.errorOutput.Cause, /"${name}":("(?:\\\\.|[^"\\x5c])*")/)[0].groups[0]`;
  return `($text := ${text}; $exists($text) ? $parse($text) : ${otherwise})`;
}

/** What the answer of a call that waited for the end tells of a failure. */
const SYNC_FAILURE = {
  error: syncField('Error', '$states.result.Status = "TIMED_OUT" ? "States.Timeout" : "States.TaskFailed"'),
  cause: syncField('Cause', '$states.result.Status'),
};

function syncField(name: string, otherwise: string): string {
  return `$states.result.Status != "SUCCEEDED" ? ($exists($states.result.${name}) ? $states.result.${name} : ${otherwise})`;
}

/**
 * The condition of a start by an alias: AWS authorizes it against the state machine, and tells the alias in this key.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
 */
export function byAlias(aliasName: string): { [operator: string]: { [key: string]: string[] } } {
  return { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': [aliasName] } };
}
