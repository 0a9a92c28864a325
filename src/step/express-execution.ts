import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StepBindOptions, StepConfig } from './bind';
import type { FlowPlace } from './enclose';
import { FAILURE_IN_ANSWER, failedState, SUCCEEDED } from './execution-end';
import { type ExecutionRequest, executionName } from './execution-request';
import { object, variable } from './expression';
import { goOn } from './go-on';
import { RetryPolicy, sdkErrors } from './retry';
import { ServiceTask } from './task';

/** For the way there and back of a call that itself waits for the end. */
const MARGIN = Duration.seconds(15);

/** Runs an Express workflow. The call succeeds also where the execution has failed, and says so in its answer. */
export function runExpress(
  scope: Construct,
  options: StepBindOptions,
  place: FlowPlace,
  request: ExecutionRequest,
): StepConfig {
  const child = variable('child', options.depth);
  const output = request.resultOf('$parse($states.result.Output)', options);
  const result = `${SUCCEEDED} ? ${output} : null`;
  const told = object({ output: options.recordAs ? 'null' : result, ...FAILURE_IN_ANSWER });
  const task = new ServiceTask(
    scope,
    'Run',
    { ...options, last: false, assign: { ...options.assign, [child]: told } },
    {
      ...request.common(scope, options, MARGIN),
      resource: `arn:${Stack.of(scope).partition}:states:::aws-sdk:sfn:startSyncExecution`,
      arguments: {
        ...request.target(executionName(options)),
        Input: request.inputText(scope, options),
      },
      result,
      retry: new RetryPolicy(sdkErrors('sfn'), { express: options.express }),
      permissions: [request.mayStart('states:StartSyncExecution')],
    },
  );
  const chain = goOn(scope, task, {
    choice: { stateName: place.child('Succeeded?').stateName, comment: 'Tells whether it succeeded' },
    unless: `$exists($${child}.error)`,
    elsewhere: failedState(scope, place),
    end: options.last
      ? {
          stateName: place.child('Succeeded').stateName,
          returns: options.recordAs ? `$${variable('results', options.depth)}` : `$${child}.output`,
        }
      : undefined,
  });
  return { chain, worstCase: [task.worstCase] };
}
