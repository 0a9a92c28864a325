import type { Execution } from '../execution';
import type { Json, JsonObject } from '../json';
import type { Child, MapRun } from './map-run';

/** All that is known of a child execution, as AWS writes it among a map run's results. */
export function childRecord({ execution, input }: Child, run: MapRun): JsonObject {
  const given = { Input: JSON.stringify(input), InputDetails: { Included: true } };
  return execution ? ended(execution, given, run) : { ...given, Status: 'PENDING' };
}

function ended(execution: Execution, given: JsonObject, { identity }: MapRun): JsonObject {
  const { error, cause, output, status, startDate, stopDate, redriveCount, redrivability } = execution;
  const fields: { [name: string]: Json | undefined } = {
    Cause: cause,
    Error: error,
    ExecutionArn: execution.executionArn,
    ...given,
    Name: execution.name,
    Output: output === undefined ? undefined : JSON.stringify(output),
    OutputDetails: output === undefined ? undefined : { Included: true },
    RedriveCount: redriveCount,
    RedriveStatus: redrivability.status,
    RedriveStatusReason: redrivability.reason,
    StartDate: startDate.toISOString(),
    StateMachineArn: identity.stateMachineArn,
    Status: status,
    StopDate: stopDate?.toISOString(),
  };
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined));
}
