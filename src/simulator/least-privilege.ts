import { resourceLabel } from './find-resource';
import { type Permission, permissionsOf } from './iam/permissions';
import { describeStatement } from './iam/policy';
import { roleOf } from './iam/role-policies';
import type { Call } from './services';
import type { Resources } from './template/resource';

/** What AWS does by itself with a state machine's role, and no run shows. */
const USED_BY_AWS = /^(logs:(\w*LogDeliver\w*|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)|xray:\w+)$/;

/**
 * What AWS says that the role of a Distributed Map needs, beside a call that AWS makes with it, and shows nowhere when it
 * uses it: to stop child executions, and to write large results in parts.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
const USED_BESIDE: { readonly [action: string]: readonly string[] } = {
  'states:DescribeExecution': ['states:StopExecution'],
  's3:PutObject': ['s3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
  'kms:GenerateDataKey': ['kms:Decrypt', 'kms:Encrypt'],
};

/** What keeps a role from having least privilege. */
export function privilegeFindings(roleArn: string, calls: readonly Call[], resources: Resources): string[] {
  const role = resourceLabel(roleOf(roleArn, resources));
  const notAllowed = calls
    .filter((call) => call.roleArn === roleArn && call.verdict !== 'allowed')
    .map(({ verdict, stateName, action, resource, reason }) => {
      const where = stateName === undefined ? '' : `, in the state '${stateName}'`;
      return `${role} is ${verdict === 'denied' ? 'denied' : 'not judged for'} ${action} on ${resource}${where}: ${reason}`;
    });
  const unused = unusedOf(roleArn, calls, resources).map(
    ({ action, resource, statement }) =>
      `${role} may ${action} on ${resource}, which no call used: ${describeStatement(statement)}`,
  );
  const unlimited = ownPermissions(roleArn, resources)
    .filter(({ resource }) => resource === '*')
    .map(({ action, statement }) => `${role} may ${action} on all resources: ${describeStatement(statement)}`);
  return [...new Set([...notAllowed, ...unused, ...unlimited])];
}

/** What a role may do that no call has used. */
export function unusedPermissions(roleArn: string, calls: readonly Call[], resources: Resources): string[] {
  return unusedOf(roleArn, calls, resources).map(({ action, resource }) => `${action} on ${resource}`);
}

function unusedOf(roleArn: string, calls: readonly Call[], resources: Resources): Permission[] {
  const used = calls.filter((call) => call.roleArn === roleArn).flatMap((call) => [call, ...usedBeside(call)]);
  return ownPermissions(roleArn, resources).filter(
    (permission) =>
      !used.some(({ action, resource, context }) =>
        permission.covers({ principalRoleArn: roleArn, action, resource, context }),
      ),
  );
}

function usedBeside(call: Call): Call[] {
  const isOfMap = call.source === 'aws' && (call.request.mapRunArn !== undefined || !call.action.startsWith('states:'));
  return isOfMap ? (USED_BESIDE[call.action] ?? []).map((action) => ({ ...call, action })) : [];
}

/** What a role may do, but for what AWS uses by itself. */
function ownPermissions(roleArn: string, resources: Resources): Permission[] {
  return permissionsOf(roleArn, resources).filter(({ action }) => !USED_BY_AWS.test(action));
}
