import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { FlowPlace } from './enclose';
import { jsonata, variable } from './expression';
import { stateName } from './names';

/** Ends the step as the other workflow has ended, of which `$child` tells. */
export function failedState(scope: Construct, place: FlowPlace): sfn.Fail {
  const child = `$${variable('child', place.options.depth)}`;
  return sfn.Fail.jsonata(scope, 'Failed', {
    stateName: stateName(scope, place.child('Failed').stateName),
    comment: 'Fails with the error of the other workflow',
    error: jsonata(`${child}.error`),
    cause: jsonata(`${child}.cause`),
  });
}

/**
 * What a failed execution tells of itself in the cause of States.TaskFailed, a JSON text that may be cut: so its fields
 * are searched for, and where there are none the cause stays what it is. A timeout has no error of its own.
 */
export const FAILURE_IN_CAUSE = {
  error: inCause(
    'Error',
    '$contains($states.errorOutput.Cause, /"Status":"TIMED_OUT"/) ? "States.Timeout" : $states.errorOutput.Error',
  ),
  cause: inCause('Cause', '$states.errorOutput.Cause'),
};

function inCause(name: string, otherwise: string): string {
  const text = `$match($states.errorOutput.Cause, /"${name}":("(?:\\\\.|[^"\\x5c])*")/)[0].groups[0]`;
  return `($text := ${text}; $exists($text) ? $parse($text) : ${otherwise})`;
}

/** The JSONata of whether an answer that tells how an execution ended tells of a success. */
export const SUCCEEDED = '$states.result.Status = "SUCCEEDED"';

/** What such an answer tells of a failure. */
export const FAILURE_IN_ANSWER = {
  error: inAnswer('Error', '$states.result.Status = "TIMED_OUT" ? "States.Timeout" : "States.TaskFailed"'),
  cause: inAnswer('Cause', '$states.result.Status'),
};

function inAnswer(name: string, otherwise: string): string {
  return `$not(${SUCCEEDED}) ? ($exists($states.result.${name}) ? $states.result.${name} : ${otherwise})`;
}
