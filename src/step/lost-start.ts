import { Duration, Stack } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { StepBindOptions, WorstCaseTerm } from './bind';
import type { FlowPlace } from './enclose';
import { FAILURE_IN_ANSWER, SUCCEEDED } from './execution-end';
import { jsonata, object, variable } from './expression';
import { stateName } from './names';
import { outcome } from './outcome';
import { RetryPolicy, sdkErrors } from './retry';
import { ServiceTask } from './task';

/**
 * What a start ends in that was made before, by an attempt whose answer was lost, if what it started has ended since or
 * runs with another input.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export const STARTED_BEFORE = 'StepFunctions.ExecutionAlreadyExistsException';

/** There is no execution of the name; right after its start AWS may say so too early. */
export const NOT_FOUND = 'Sfn.ExecutionDoesNotExistException';

const TIMEOUT = Duration.seconds(10);
const LEAST_WAIT_SECONDS = 5;
const MOST_WAITS = 100;

/** What is known of an execution that was started before. */
export interface LostStart {
  /** Its ARN: JSONata. */
  readonly executionArn: string;
  /** The step's result, of the execution's output: JSONata. */
  readonly result: string;
  /** What of `$child` is needed further on: JSONata by field name. */
  readonly keep?: { readonly [field: string]: string };
  /** How long it may take. */
  readonly timeout: Duration;
}

/** The states that find out how an execution ended. */
export interface FoundExecution {
  readonly find: ServiceTask;
  readonly end: sfn.Pass;
  readonly worstCase: WorstCaseTerm[];
}

/**
 * Finds out how an execution ended whose start was not answered, and ends as it did.
 *
 * @param failed where it goes on when that has failed; without it the state that asks fails itself
 */
export function findExecution(
  scope: Construct,
  place: FlowPlace,
  options: StepBindOptions,
  lost: LostStart,
  failed?: sfn.Fail,
): FoundExecution {
  const child = `$${variable('child', options.depth)}`;
  const name = (state: string) => stateName(scope, place.child(state).stateName);
  const find = describe(scope, { ...options, stateName: name('Find') }, lost, failed === undefined);
  const seconds = Math.max(LEAST_WAIT_SECONDS, Math.ceil(lost.timeout.toSeconds() / MOST_WAITS));
  const wait = sfn.Wait.jsonata(scope, 'Wait', {
    stateName: name('Wait'),
    comment: 'Waits before it asks again',
    time: sfn.WaitTime.duration(Duration.seconds(seconds)),
  }).next(find);
  const end = sfn.Pass.jsonata(scope, 'Found', {
    ...outcome(options, `${child}.output`),
    stateName: name('Found'),
    comment: 'Has the output of the execution that was started before',
  });
  const choice = sfn.Choice.jsonata(scope, 'Ended?', {
    stateName: name('Ended?'),
    comment: 'Tells whether it has ended, and how',
  }).when(sfn.Condition.jsonata(jsonata(`${child}.running`)), wait);
  if (failed) choice.when(sfn.Condition.jsonata(jsonata(`$exists(${child}.error)`)), failed);
  find.next(choice.otherwise(end));
  const waited = { description: `${name('Wait')}: waits ${seconds} s`, duration: Duration.seconds(seconds) };
  return { find, end, worstCase: [find.worstCase, waited] };
}

/** The state that asks. */
function describe(scope: Construct, options: StepBindOptions, lost: LostStart, failsItself: boolean): ServiceTask {
  const running = '$states.result.Status in ["RUNNING", "PENDING_REDRIVE"]';
  const { error, cause } = FAILURE_IN_ANSWER;
  // A redrive would not leave a Fail state, but enters again what has failed itself.
  const otherwise = failsItself ? `${running} ? null : $error((${error}) & ": " & (${cause}))` : 'null';
  const told = object({
    ...lost.keep,
    running,
    output: `${SUCCEEDED} ? ${lost.result} : ${otherwise}`,
    ...(failsItself ? {} : FAILURE_IN_ANSWER),
  });
  return new ServiceTask(
    scope,
    'Find',
    { ...options, last: false, recordAs: undefined, assign: { [variable('child', options.depth)]: told } },
    {
      resource: `arn:${Stack.of(scope).partition}:states:::aws-sdk:sfn:describeExecution`,
      arguments: { ExecutionArn: jsonata(lost.executionArn) },
      result: 'null',
      comment: 'Asks how the execution ended that was started before',
      timeout: TIMEOUT,
      retry: new RetryPolicy(sdkErrors('sfn'), { transient: [NOT_FOUND] }),
      // Who waits for an execution may describe it.
      permissions: [],
    },
  );
}
