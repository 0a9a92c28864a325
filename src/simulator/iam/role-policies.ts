import { SimulatorFault } from '../engine/fault';
import type { Resource, Resources } from '../template/resource';
import { awsManagedPolicy } from './managed-policies';
import { describeStatement, parsePolicy, type Statement } from './policy';
import type { PolicySet } from './verdict';

/** What a role may do by its own policies, and what its boundary leaves of it. */
export interface RolePolicies {
  readonly identity: PolicySet;
  readonly boundary?: PolicySet;
}

/** By all that is deployed at the time, of which each release has its own list. */
const known = new WeakMap<readonly Resource[], Map<Resource, RolePolicies>>();

/** The role that an ARN names. */
export function roleOf(arn: string, resources: Resources): Resource {
  const role = resources.byArn(arn);
  if (role?.type !== 'AWS::IAM::Role') {
    throw new SimulatorFault(`The role ${arn} is not in the assembly: what it may do is not known.`);
  }
  return role;
}

/** All policies that a role has, wherever they are written. */
export function rolePolicies(role: Resource, resources: Resources): RolePolicies {
  const deployed = resources.all();
  const ofRelease = known.get(deployed) ?? new Map<Resource, RolePolicies>();
  known.set(deployed, ofRelease);
  let policies = ofRelease.get(role);
  if (!policies) {
    const boundary = role.properties.PermissionsBoundary;
    policies = {
      identity: union([inlinePolicies(role), ...attachedPolicies(role, resources)]),
      boundary: boundary === undefined ? undefined : managedPolicy(String(boundary), resources),
    };
    ofRelease.set(role, policies);
  }
  return policies;
}

function inlinePolicies(role: Resource): PolicySet {
  const policies = (role.properties.Policies ?? []) as { PolicyName: string; PolicyDocument: unknown }[];
  return document(
    policies.flatMap(({ PolicyName, PolicyDocument }) =>
      parsePolicy(PolicyDocument, `${role.logicalId}/${PolicyName}`, role.stackName),
    ),
  );
}

function attachedPolicies(role: Resource, resources: Resources): PolicySet[] {
  const namesRole = ({ properties }: Resource): boolean =>
    properties.RoleName === role.physicalId || listOf(properties.Roles).includes(role.physicalId);
  const arns = new Set(listOf(role.properties.ManagedPolicyArns));
  for (const policy of resources.ofType('AWS::IAM::ManagedPolicy').filter(namesRole)) {
    arns.add(policy.physicalId);
  }
  return [
    ...['AWS::IAM::Policy', 'AWS::IAM::RolePolicy']
      .flatMap((type) => resources.ofType(type))
      .filter(namesRole)
      .map(policyResource),
    ...[...arns].map((arn) => managedPolicy(arn, resources)),
  ];
}

function managedPolicy(arn: string, resources: Resources): PolicySet {
  const statements = awsManagedPolicy(arn);
  if (statements) {
    return document(statements);
  }
  const policy = resources.byArn(arn);
  return policy?.type === 'AWS::IAM::ManagedPolicy' ? policyResource(policy) : { statements: [], unknown: [arn] };
}

function policyResource(policy: Resource): PolicySet {
  return document(parsePolicy(policy.properties.PolicyDocument, policy.logicalId, policy.stackName));
}

function document(statements: Statement[]): PolicySet {
  const malformed = statements.find((statement) => !statement.resources || statement.principals);
  if (malformed) {
    throw new SimulatorFault(`${describeStatement(malformed.ref)}: a role's policy needs a Resource and no Principal.`);
  }
  return { statements, unknown: [] };
}

function union(sets: readonly PolicySet[]): PolicySet {
  return {
    statements: sets.flatMap((set) => set.statements),
    unknown: sets.flatMap((set) => set.unknown),
  };
}

function listOf(value: unknown): string[] {
  return value === undefined ? [] : ([value].flat() as string[]);
}
