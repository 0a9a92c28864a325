import { Stack, Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { MAP_RUN_POLICY } from './map-runs';

interface Statement {
  readonly actions: string[];
  readonly resources: string[];
}

/**
 * Acknowledges, by its exact id, each wildcard that a workflow's role cannot do without. One that a user's own states
 * bring along stays a finding, and so does ours where it has the same id.
 */
export function acknowledgeWildcards(machine: sfn.StateMachine): void {
  const policies = [machine.role.node.findChild('DefaultPolicy'), machine.node.tryFindChild(MAP_RUN_POLICY)];
  acknowledgePolicies(
    machine,
    policies.filter((policy) => policy !== undefined).map((policy) => policy as iam.Policy),
  );
}

/** Acknowledges the wildcards in some policies, on what they are for. */
export function acknowledgePolicies(scope: IConstruct, policies: iam.Policy[]): void {
  const statements = policies.flatMap(statementsOf);
  const wildcards = new Set(
    statements.flatMap(({ resources }) => resources.filter((resource) => resource.includes('*'))),
  );
  for (const wildcard of wildcards) {
    const reasons = statements.filter(({ resources }) => resources.includes(wildcard)).map(wildcardReason);
    const [reason] = reasons;
    if (reason === undefined || reasons.includes(undefined)) continue;
    Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${wildcard}]`, reason });
  }
}

function statementsOf(policy: iam.Policy): Statement[] {
  const { Statement: rendered } = Stack.of(policy).resolve(policy.document);
  return rendered.map(({ Action, Resource }: { Action: unknown; Resource: unknown }) => ({
    actions: [Action].flat(),
    resources: [Resource].flat().map(flat),
  }));
}

function wildcardReason({ actions }: Statement): string | undefined {
  if (actions.every((action) => /^(logs:.*(LogDeliver|ResourcePolic|DescribeLogGroups)|xray:)/.test(action))) {
    return 'Log delivery and X-Ray have no resources to narrow these actions to';
  }
  if (actions.every((action) => action === 'lambda:InvokeFunction')) {
    return 'Executions of earlier releases go on with the versions of the function that they began with';
  }
  if (actions.every((action) => /^states:(Describe|Stop|Redrive)(Execution|MapRun)$/.test(action))) {
    return 'Each execution, and each run of a Map, has an ARN of its own';
  }
  if (actions.every((action) => /^s3:(Get|Put)Object$/.test(action))) {
    return 'The keys of what a fan-out reads and writes are not known before it runs, but what they begin with is';
  }
  return undefined;
}

/** A resource as cdk-nag writes it in the id of a finding. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const [name, argument] = Object.entries(value as object)[0];
  if (name === 'Fn::Join') return argument[1].map(flat).join(argument[0]);
  if (name === 'Fn::GetAtt') return `<${argument.join('.')}>`;
  if (name === 'Ref') return `<${argument}>`;
  return JSON.stringify(value);
}
