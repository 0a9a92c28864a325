import { permissionsOf } from './iam/permissions';
import type { Call } from './services';
import type { Resources } from './template/resource';

/** What AWS does by itself with a state machine's role, and no run shows. */
const USED_BY_AWS = /^(logs:(\w*LogDeliver\w*|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)|xray:\w+)$/;

/** What a role may do that no call has used. */
export function unusedPermissions(roleArn: string, calls: readonly Call[], resources: Resources): string[] {
  const used = calls.filter((call) => call.roleArn === roleArn);
  return permissionsOf(roleArn, resources)
    .filter((permission) => !USED_BY_AWS.test(permission.action))
    .filter(
      (permission) =>
        !used.some(({ action, resource }) => permission.covers({ principalRoleArn: roleArn, action, resource })),
    )
    .map(({ action, resource }) => `${action} on ${resource}`);
}
