import { SimulatorFault } from '../engine/fault';
import type { Resources } from '../template/resource';
import { Context, type ContextValues, type RolePrincipal } from './context';
import type { Access } from './match';
import { resourceStatements } from './resource-policies';
import { roleOf, rolePolicies } from './role-policies';
import { allows, explicitDenial, type Layer, layer, missingIn, type Verdict, verdict } from './verdict';

/** A call that a role wants to make. */
export interface RoleRequest {
  readonly principalRoleArn: string;
  /** e.g. `dynamodb:PutItem` */
  readonly action: string;
  /** An ARN; `*` where the action knows no resource. */
  readonly resource: string;
  /** Condition keys beyond those that follow from the role and the resource. */
  readonly context?: ContextValues;
  /** The name of the role's session, for messages and `aws:userid`. */
  readonly sessionName?: string;
}

const DEFAULT_SESSION = 'session';

/** Whether a role may make a call, by its own policies, its boundary, and those of the resource. */
export function judge(request: RoleRequest, resources: Resources): Verdict {
  const access = accessOf(request, resources);
  const { identity, boundary } = rolePolicies(access.principal.role, resources);
  const statements = resourceStatements(request.resource, resources);
  const own = layer('identity-based policy', identity, access);
  const limit = boundary && layer('permissions boundary', boundary, access);
  const onResource = layer('resource-based policy', { statements: statements ?? [], unknown: [] }, access);
  const all = limit ? [own, limit, onResource] : [own, onResource];
  const denial =
    explicitDenial(all) ??
    missingAllow(own, onResource, access, statements !== undefined) ??
    (limit && missingIn(limit, access));
  return verdict(access, all, denial);
}

/** A role's call as the policies see it. */
export function accessOf(request: RoleRequest, resources: Resources): Access & { readonly principal: RolePrincipal } {
  const { principalRoleArn: arn, action, resource, sessionName = DEFAULT_SESSION } = request;
  const principal: RolePrincipal = { kind: 'role', role: roleOf(arn, resources), arn, sessionName };
  return { principal, action, resource, context: new Context(principal, resource, request.context) };
}

/**
 * In its own account, a role needs an allowance from either side; in another one, from both. A key's policy always has
 * the first word: by naming the account it leaves the decision to the role's policies.
 */
function missingAllow(
  own: Layer,
  onResource: Layer,
  access: Access & { readonly principal: RolePrincipal },
  isResourceKnown: boolean,
): string | undefined {
  const account = accountOf(access.principal.arn);
  const isForeign = (accountOf(access.resource) || account) !== account;
  const isKey = /^arn:[^:]*:kms:.*:key\//.test(access.resource);
  if (!isForeign && allows(onResource, 'principal')) {
    return undefined;
  }
  if (!isKey && !isForeign) {
    return missingIn(own, access);
  }
  if (!isResourceKnown && !missingIn(own, access)) {
    throw new SimulatorFault(
      `${access.action} on ${access.resource}: the policy of this resource decides, and is not in the assembly.`,
    );
  }
  return (isResourceKnown ? missingIn(onResource, access) : undefined) ?? missingIn(own, access);
}

function accountOf(arn: string): string | undefined {
  return arn.split(':')[4];
}
