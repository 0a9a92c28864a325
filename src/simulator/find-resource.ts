import { CfnElement, Stack, Token } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import { SimulatorFault } from './engine';
import type { Resource, Resources } from './template/resource';

/** What is looked for. */
export interface ResourceKind {
  /** What messages call it. */
  readonly name: string;
  /** Its CloudFormation types. */
  readonly types: readonly string[];
  /** Those that stand for one. */
  readonly alsoTypes?: readonly string[];
}

export const TABLES: ResourceKind = {
  name: 'DynamoDB table',
  types: ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
};
export const ACTIVITIES: ResourceKind = { name: 'activity', types: ['AWS::StepFunctions::Activity'] };
export const BUCKETS: ResourceKind = { name: 'S3 bucket', types: ['AWS::S3::Bucket'] };
export const SECRETS: ResourceKind = { name: 'secret', types: ['AWS::SecretsManager::Secret'] };
export const TOPICS: ResourceKind = { name: 'SNS topic', types: ['AWS::SNS::Topic'] };
export const BUSES: ResourceKind = { name: 'event bus', types: ['AWS::Events::EventBus'] };
export const QUEUES: ResourceKind = { name: 'SQS queue', types: ['AWS::SQS::Queue'] };

/** The resource of the templates that a construct, a logical id or a construct path stands for. */
export function findResource(resources: Resources, target: IConstruct | string, kind: ResourceKind): Resource {
  checkTarget(resources, target, kind);
  const found = typeof target === 'string' ? named(resources, target, kind) : ofConstruct(resources, target, kind);
  const name = typeof target === 'string' ? `'${target}'` : target.node.path;
  if (!found) throw new SimulatorFault(`${name} is not in the synthesized templates; ${theOnes(resources, kind)}`);
  if ([...kind.types, ...(kind.alsoTypes ?? [])].includes(found.type)) return found;
  throw new SimulatorFault(`${name} is an ${found.type}, and no ${kind.name}; ${theOnes(resources, kind)}`);
}

/** What comes from JavaScript may be anything. */
function checkTarget(resources: Resources, target: unknown, kind: ResourceKind): void {
  if (typeof target === 'string' || Construct.isConstruct(target)) return;
  throw new SimulatorFault(
    `a ${kind.name} is a construct, or the logical id or construct path of one, not ${String(target)}; ${theOnes(resources, kind)}`,
  );
}

/** What a resource is called in messages. */
export function resourceLabel({ path, stackName, logicalId }: Resource): string {
  return path?.replace(/\/Resource$/, '') ?? `${stackName}.${logicalId}`;
}

function named(resources: Resources, name: string, kind: ResourceKind): Resource | undefined {
  if (Token.isUnresolved(name)) {
    throw new SimulatorFault(`the ${kind.name} is given as a token (${name}): give the construct, not its ARN or name`);
  }
  return resources.find(name) ?? atPath(resources, name, kind);
}

/** What stands at a construct path, or else the only one of its kind below it. */
function atPath(resources: Resources, path: string, kind: ResourceKind): Resource | undefined {
  const at = resources.all().find((resource) => resource.path === path || resource.path === `${path}/Resource`);
  if (at) return at;
  const below = ofKind(resources, kind).filter((resource) => resource.path?.startsWith(`${path}/`));
  if (below.length < 2) return below[0];
  throw new SimulatorFault(`'${path}' has several: give one of ${below.map(resourceLabel).join(', ')}`);
}

function ofConstruct(resources: Resources, construct: IConstruct, kind: ResourceKind): Resource | undefined {
  const element = CfnElement.isCfnElement(construct) ? construct : construct.node.defaultChild;
  if (element === undefined || !CfnElement.isCfnElement(element)) {
    throw new SimulatorFault(
      `${construct.node.path} is not made of one resource, or is imported: give the construct of one ${kind.name}; ` +
        theOnes(resources, kind),
    );
  }
  const stack = Stack.of(element);
  return resources.find(stack.resolve(element.logicalId), stack.stackName);
}

function ofKind(resources: Resources, { types }: ResourceKind): Resource[] {
  return types.flatMap((type) => resources.ofType(type));
}

function theOnes(resources: Resources, kind: ResourceKind): string {
  const all = ofKind(resources, kind).map((resource) =>
    resource.path ? `${resourceLabel(resource)} (${resource.logicalId})` : resourceLabel(resource),
  );
  return all.length > 0 ? `the ${kind.name.replace(/y$/, 'ie')}s are: ${all.join(', ')}` : `there is no ${kind.name}`;
}
