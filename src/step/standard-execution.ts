import { Duration, Stack } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { StepBindOptions, StepConfig } from './bind';
import type { FlowPlace } from './enclose';
import { FAILURE_IN_CAUSE, failedState } from './execution-end';
import { type ExecutionRequest, executionName } from './execution-request';
import { jsonata, object, quote, variable } from './expression';
import { findExecution, NOT_FOUND, STARTED_BEFORE } from './lost-start';
import { type RetriableErrors, RetryPolicy } from './retry';
import { ServiceTask } from './task';

/** For the way there and back, and for the event that tells of the end. */
const MARGIN = Duration.minutes(1);

/** What may pass of a start; the retries are of it alone, not of what was started. */
const STATES_ERRORS: RetriableErrors = {
  throttling: ['StepFunctions.ExecutionLimitExceededException', 'StepFunctions.ThrottlingException'],
  service: ['StepFunctions.SdkClientException', 'StepFunctions.AWSStepFunctionsException'],
};

/**
 * Runs a Standard workflow.
 *
 * @param failsItself whether a state of it has to fail when the other workflow does, as that is redriven
 */
export function runStandard(
  scope: Construct,
  options: StepBindOptions,
  place: FlowPlace,
  request: ExecutionRequest,
  failsItself: boolean,
): StepConfig {
  const child = variable('child', options.depth);
  const attempt = options.retryEveryError ? '$states.context.State.EnteredTime' : undefined;
  const common = request.common(scope, options, MARGIN);
  const task = new ServiceTask(scope, 'Run', options, {
    ...common,
    resource: `arn:${Stack.of(scope).partition}:states:::states:startExecution.sync:2`,
    arguments: { ...request.target(executionName(options, attempt)), Input: request.input(options) },
    result: request.resultOf('$states.result.Output', options),
    retry: new RetryPolicy(STATES_ERRORS),
    permissions: [request.mayStart('states:StartExecution'), ...request.mayWait(scope)],
    waits: true,
  });
  const failed = failsItself ? undefined : failedState(scope, place);
  const lost = {
    executionArn: `${quote(request.executionArn(scope, ''))} & ${executionName(options, attempt && `$${child}.attempt`)}`,
    result: request.resultOf('$parse($states.result.Output)', options),
    keep: attempt === undefined ? undefined : { attempt: `$${child}.attempt` },
    timeout: common.timeout,
  };
  const found = findExecution(scope, place, options, lost, failed);
  const onlyInput = { outputs: jsonata('$states.input') };
  task.addCatch(found.find, {
    ...onlyInput,
    errors: [STARTED_BEFORE],
    assign: attempt ? { [child]: { attempt: jsonata(attempt) } } : undefined,
  });
  if (failed) {
    const assign = { [child]: jsonata(object(FAILURE_IN_CAUSE)) };
    task.addCatch(failed, { ...onlyInput, errors: ['States.TaskFailed'], assign });
  } else {
    // After a redrive the name is another one, of which there is no execution yet.
    found.find.addCatch(task, { ...onlyInput, errors: [NOT_FOUND] });
  }
  return {
    chain: sfn.Chain.custom(task, [task, found.end], task),
    worstCase: [task.worstCase, ...found.worstCase],
    standardOnly: [`'${options.stateName}' waits for ${request.path}, a Standard workflow`],
  };
}
