import { Context } from '../../iam/context';
import { match } from '../../iam/match';
import { parsePolicy } from '../../iam/policy';

/** Whether the policy that a Lambda authorizer returned lets a request through. */
export function allowsInvoke(policy: unknown, resource: string): boolean {
  const principal = { kind: 'service', name: 'apigateway.amazonaws.com' } as const;
  const access = { principal, action: 'execute-api:Invoke', resource, context: new Context(principal, resource) };
  const matching = parsePolicy(policy, 'the policy of the authorizer').filter(
    (one) => match(one, access) !== undefined,
  );
  return matching.some(({ effect }) => effect === 'Allow') && !matching.some(({ effect }) => effect === 'Deny');
}
