import { Aws, Fn, Names, type RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * The log group of a workflow. Under this prefix AWS needs no statement per group in the account's resource policy for
 * logs, which has room for few.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html
 */
export function workflowLogs(
  scope: Construct,
  removalPolicy: RemovalPolicy,
  retention = logs.RetentionDays.ONE_YEAR,
): logs.LogGroup {
  // The group may outlive its stack, so its name must not be in the way when the stack is created again.
  const stackId = Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
  return new logs.LogGroup(scope, 'Logs', {
    logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(scope, { maxLength: 200, separator: '-' })}-${stackId}`,
    retention,
    removalPolicy,
  });
}
