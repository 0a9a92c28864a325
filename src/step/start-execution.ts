import type { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { checkExpression, checkValue } from './check-expression';
import { checkWorkflow } from './check-workflow';
import { SagaError } from './compensation';
import { bindFlow, children } from './enclose';
import { checkBusinessErrors } from './errors';
import { ExecutionRequest } from './execution-request';
import { runExpress } from './express-execution';
import { runStandard } from './standard-execution';
import type { IWorkflow } from './workflow-ref';

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
 *
 * A start of a Standard workflow that is not answered, and so tried again, is the same execution, whether that still
 * runs or has ended. In a compensation, and after a saga's pivot, the step is done anew up to 3 times when the other
 * workflow fails: as a new execution, and where that is Standard its idempotency keys are new as well, so what its
 * functions shall recognize has to be in the input.
 */
export class StartExecutionStep implements IStep {
  constructor(
    private readonly workflow: IWorkflow,
    private readonly options: StartExecutionOptions = {},
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { input, output, businessErrors = [SagaError.COMPENSATED, SagaError.PARTLY_COMPENSATED] } = this.options;
    checkWorkflow(scope, options.stateName, this.workflow);
    checkValue(scope, `the input of '${options.stateName}'`, input);
    if (output !== undefined) checkExpression(scope, `the output of '${options.stateName}'`, output);
    checkBusinessErrors(scope, options.stateName, businessErrors);
    const request = new ExecutionRequest(this.workflow, this.options);
    const isExpress = this.workflow.stateMachineType === sfn.StateMachineType.EXPRESS;
    // Where nobody catches it, a state has to fail itself, so that a redrive runs the other workflow anew.
    const failsItself = !isExpress && options.onError === undefined;
    if (failsItself && !options.retryEveryError) {
      // Its states are named after it also where it is the whole of a workflow, whose id may be anything.
      const place = { options, child: children({ ...options, oneState: true }) };
      return runStandard(new Construct(scope, id), options, place, request, failsItself);
    }
    return bindFlow(scope, id, options, {
      comment: `Runs ${this.workflow.node.path}`,
      businessErrors,
      retriedAsOne: true,
      states: (own, place) => {
        // The state that runs it has the step's name, unless what encloses it has.
        const isEnclosed = options.oneState || options.retryEveryError;
        const run = { ...place.options, stateName: isEnclosed ? place.child('Run').stateName : options.stateName };
        return isExpress ? runExpress(own, run, place, request) : runStandard(own, run, place, request, failsItself);
      },
    });
  }
}
