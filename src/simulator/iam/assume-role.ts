import type { Resources } from '../template/resource';
import type { ContextValues } from './context';
import { accessOf } from './judge';
import { parsePolicy } from './policy';
import { roleOf, rolePolicies } from './role-policies';
import { explicitDenial, layer, missingIn, type Verdict, verdict } from './verdict';

/** A role that wants to take on another one. */
export interface AssumeRoleRequest {
  readonly principalRoleArn: string;
  /** The ARN of the other one. */
  readonly resource: string;
  readonly context?: ContextValues;
}

/**
 * Whether a role may take on another one: its own policies must allow it, and so must the trust policy of the other, as
 * Step Functions asks for it also where both are of one account.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
 */
export function judgeAssumeRole(request: AssumeRoleRequest, resources: Resources): Verdict {
  const { principalRoleArn, resource, context } = request;
  const target = roleOf(resource, resources);
  const access = accessOf({ principalRoleArn, action: 'sts:AssumeRole', resource, context }, resources);
  const { identity, boundary } = rolePolicies(access.principal.role, resources);
  const trusting = parsePolicy(target.properties.AssumeRolePolicyDocument, target.logicalId, target.stackName);
  const own = layer('identity-based policy', identity, access);
  const limit = boundary && layer('permissions boundary', boundary, access);
  const trust = layer('role trust policy', { statements: trusting, unknown: [] }, access);
  const all = limit ? [own, limit, trust] : [own, trust];
  const denial =
    explicitDenial(all) ?? missingIn(own, access) ?? (limit && missingIn(limit, access)) ?? missingIn(trust, access);
  return verdict(access, all, denial);
}
