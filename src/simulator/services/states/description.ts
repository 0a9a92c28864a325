import type { KnownExecution } from './executions';

type Output = { readonly [name: string]: unknown };

const WHOLE = { included: true };

/** What DescribeExecution says of an execution. */
export function description(known: KnownExecution): Output {
  const { execution, inputText: input } = known;
  const { status, output, error, cause } = execution;
  // AWS: that an execution timed out is its status, and no error.
  const failure = status === 'TIMED_OUT' ? {} : { error, cause };
  const { status: redriveStatus, reason: redriveStatusReason } = execution.redrivability;
  return withoutAbsent({
    ...summary(known),
    input,
    inputDetails: WHOLE,
    ...(status === 'SUCCEEDED' && { output: JSON.stringify(output), outputDetails: WHOLE }),
    ...failure,
    redriveCount: execution.redriveCount,
    redriveDate: execution.redriveDate,
    redriveStatus,
    redriveStatusReason,
  });
}

/** What ListExecutions says of it. */
export function summary({ executionArn, name, door, execution }: KnownExecution): Output {
  const { status, startDate, stopDate } = execution;
  return withoutAbsent({
    executionArn,
    stateMachineArn: door.machine.arn,
    stateMachineVersionArn: door.versionArn,
    stateMachineAliasArn: door.aliasArn,
    mapRunArn: execution.mapRunArn,
    name,
    status,
    startDate,
    stopDate,
  });
}

export function withoutAbsent(fields: Output): Output {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
