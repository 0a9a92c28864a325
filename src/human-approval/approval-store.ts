import { ArnFormat, type Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { invalid } from '../step/names';
import { acknowledgePolicies } from '../workflow/permissions';
import type { Workflow } from '../workflow/workflow';
import { TIME_TO_LIVE } from './constants';

const { STRING: type } = dynamodb.AttributeType;

/** One item for each request, with the token of the task that waits: deleted some time after the request's end. */
export function requestTable(scope: Construct, removalPolicy: RemovalPolicy): dynamodb.TableV2 {
  return table(scope, 'Requests', removalPolicy, {});
}

/** A row for each view and each answer: the handlers can write rows, and neither change nor delete any. */
export function auditTable(scope: Construct, removalPolicy: RemovalPolicy): dynamodb.TableV2 {
  return table(scope, 'Audit', removalPolicy, { sortKey: { name: 'entry', type } });
}

/** For how many days the audit is kept. */
export function auditDays(scope: Construct, retention: Duration): number {
  const days = retention.isUnresolved() ? Number.NaN : retention.toDays({ integral: false });
  if (Number.isInteger(days) && days > 0) return days;
  throw invalid(scope, `keeps its audit for ${retention}; give whole days, at least one, known at synthesis`);
}

function table(
  scope: Construct,
  id: string,
  removalPolicy: RemovalPolicy,
  props: Partial<dynamodb.TablePropsV2>,
): dynamodb.TableV2 {
  return new dynamodb.TableV2(scope, id, {
    partitionKey: { name: 'id', type },
    encryption: dynamodb.TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: TIME_TO_LIVE,
    removalPolicy,
    ...props,
  });
}

/** What every handler does with the tables. */
export function allowTables(
  grantee: iam.IGrantable,
  { requests, audit, create }: { requests: dynamodb.TableV2; audit: dynamodb.TableV2; create: boolean },
): void {
  const actions = ['dynamodb:GetItem', 'dynamodb:UpdateItem', ...(create ? ['dynamodb:PutItem'] : [])];
  requests.grant(grantee, ...actions);
  audit.grant(grantee, 'dynamodb:PutItem');
}

/**
 * Lets a role bring outcomes to the workflow, and see whether it still waits. In a policy of its own: the workflow names
 * the function, and the function waits for its role's other policy.
 */
export function allowDelivery(scope: Construct, workflow: Workflow, roles: iam.IRole[]): iam.Policy {
  const executions = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${workflow.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const policy = new iam.Policy(scope, 'DeliveryPolicy', {
    statements: [
      new iam.PolicyStatement({ actions: ['states:SendTaskSuccess'], resources: [workflow.stateMachineArn] }),
      new iam.PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executions] }),
    ],
  });
  for (const role of roles) policy.attachToRole(role);
  acknowledgePolicies(policy, [policy]);
  return policy;
}
