import type { Resource, Resources } from '../template/resource';
import { Context, type ContextValues, type Principal } from './context';
import { parsePolicy, type Statement } from './policy';
import { resourceStatements } from './resource-policies';
import { explicitDenial, layer, missingIn, type Verdict, verdict } from './verdict';

/** A call that a service of AWS wants to make in its own name, e.g. EventBridge to a queue. */
export interface ServiceRequest {
  /** e.g. `events.amazonaws.com` */
  readonly servicePrincipal: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the call, e.g. `aws:SourceArn` and `aws:SourceAccount`. */
  readonly context?: ContextValues;
}

/** Whether a service may make a call in its own name, which only the policies of the resource can allow. */
export function judgeService(request: ServiceRequest, resources: Resources): Verdict {
  return decide('resource-based policy', request, resourceStatements(request.resource, resources) ?? []);
}

/** Whether a service may take on a role, by the role's trust policy. */
export function mayAssume(role: Resource, servicePrincipal: string, context?: ContextValues): Verdict {
  const statements = parsePolicy(role.properties.AssumeRolePolicyDocument, role.logicalId, role.stackName);
  const request = { servicePrincipal, action: 'sts:AssumeRole', resource: role.attribute('Arn'), context };
  return decide('role trust policy', request, statements);
}

function decide(
  kind: 'resource-based policy' | 'role trust policy',
  { servicePrincipal, action, resource, context }: ServiceRequest,
  statements: readonly Statement[],
): Verdict {
  const principal: Principal = { kind: 'service', name: servicePrincipal };
  const access = { principal, action, resource, context: new Context(principal, resource, context) };
  const layers = [layer(kind, { statements, unknown: [] }, access)];
  return verdict(access, layers, explicitDenial(layers) ?? missingIn(layers[0], access));
}
