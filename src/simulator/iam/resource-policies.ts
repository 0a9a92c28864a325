import { SimulatorFault } from '../engine/fault';
import type { Resource, Resources } from '../template/resource';
import { parsePolicy, type Statement } from './policy';

/** A policy that stands on a resource; its text is read when it is needed. */
interface ResourcePolicy {
  /** The ARN of the resource. */
  readonly target: string;
  readonly document: () => unknown;
}

type Reader = (resource: Resource, resources: Resources) => readonly ResourcePolicy[];

/** Where templates write the policies that stand on resources: by service, by type. */
const READERS: { readonly [service: string]: { readonly [type: string]: Reader } } = {
  dynamodb: { 'AWS::DynamoDB::Table': tablePolicy, 'AWS::DynamoDB::GlobalTable': replicaPolicy },
  events: { 'AWS::Events::EventBusPolicy': unsupported },
  kinesis: { 'AWS::Kinesis::ResourcePolicy': unsupported },
  kms: {
    'AWS::KMS::Key': (key) => [
      { target: key.attribute('Arn'), document: () => key.properties.KeyPolicy ?? defaultKeyPolicy(key) },
    ],
  },
  lambda: { 'AWS::Lambda::Permission': lambdaPermission, 'AWS::Lambda::ResourcePolicy': unsupported },
  s3: { 'AWS::S3::BucketPolicy': bucketPolicy },
  secretsmanager: {
    'AWS::SecretsManager::ResourcePolicy': (policy) => [
      { target: String(policy.properties.SecretId), document: () => policy.properties.ResourcePolicy },
    ],
  },
  sns: {
    'AWS::SNS::TopicPolicy': (policy) => on(policy.properties.Topics, policy),
    'AWS::SNS::TopicInlinePolicy': (policy) => on([policy.properties.TopicArn], policy),
  },
  sqs: {
    'AWS::SQS::QueuePolicy': (policy) => on((policy.properties.Queues as string[]).map(queueArn), policy),
    'AWS::SQS::QueueInlinePolicy': (policy) => on([queueArn(String(policy.properties.Queue))], policy),
  },
};

/** The statements that stand on the resource of a request; undefined where the assembly has no policy for it. */
export function resourceStatements(arn: string, resources: Resources): readonly Statement[] | undefined {
  const readers = READERS[arn.split(':')[2]] ?? {};
  let found: Statement[] | undefined;
  for (const [type, read] of Object.entries(readers)) {
    for (const resource of resources.ofType(type)) {
      // A policy also speaks of what is inside its resource: a bucket's objects, a table's indexes.
      const own = read(resource, resources).filter(({ target }) => arn === target || arn.startsWith(`${target}/`));
      for (const { document } of own) {
        found = [...(found ?? []), ...parsePolicy(document(), resource.logicalId, resource.stackName)];
      }
    }
  }
  return found;
}

function on(targets: unknown, policy: Resource): ResourcePolicy[] {
  return (targets as string[]).map((target) => ({ target, document: () => policy.properties.PolicyDocument }));
}

function unsupported(policy: Resource): never {
  throw new SimulatorFault(`${policy.stackName}.${policy.logicalId}: a ${policy.type} is not supported.`);
}

function tablePolicy(table: Resource): ResourcePolicy[] {
  const policy = table.properties.ResourcePolicy as { PolicyDocument: unknown } | undefined;
  return policy ? [{ target: table.attribute('Arn'), document: () => policy.PolicyDocument }] : [];
}

function replicaPolicy(table: Resource): ResourcePolicy[] {
  const target = table.attribute('Arn');
  const replicas = (table.properties.Replicas ?? []) as {
    Region: string;
    ResourcePolicy?: { PolicyDocument: unknown };
  }[];
  return replicas
    .filter(({ Region, ResourcePolicy }) => ResourcePolicy && Region === target.split(':')[3])
    .map(({ ResourcePolicy }) => ({ target, document: () => ResourcePolicy?.PolicyDocument }));
}

/** What a key has for a policy where its template gives none: the account decides. */
function defaultKeyPolicy(key: Resource): object {
  const [, partition, , , account] = key.attribute('Arn').split(':');
  const root = `arn:${partition}:iam::${account}:root`;
  return { Statement: { Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' } };
}

function bucketPolicy(policy: Resource, resources: Resources): ResourcePolicy[] {
  const name = String(policy.properties.Bucket);
  const bucket = resources.ofType('AWS::S3::Bucket').find((candidate) => candidate.physicalId === name);
  return on([bucket?.attribute('Arn') ?? `arn:aws:s3:::${name}`], policy);
}

/** `https://sqs.<region>.<suffix>/<account>/<name>` as an ARN. */
function queueArn(url: string): string {
  const { hostname, pathname } = new URL(url);
  const [, region] = hostname.split('.');
  const [, account, name] = pathname.split('/');
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
}

function lambdaPermission(permission: Resource, resources: Resources): ResourcePolicy[] {
  const name = String(permission.properties.FunctionName);
  const own = resources.ofType('AWS::Lambda::Function').find((candidate) => candidate.physicalId === name);
  const target = own?.attribute('Arn') ?? name;
  return [{ target, document: () => permissionDocument(permission, target) }];
}

function permissionDocument({ properties }: Resource, target: string): object {
  const { Action, Principal, SourceArn, SourceAccount, FunctionUrlAuthType, PrincipalOrgID } = properties;
  const equals = {
    'aws:SourceAccount': SourceAccount,
    'lambda:FunctionUrlAuthType': FunctionUrlAuthType,
    'aws:PrincipalOrgID': PrincipalOrgID,
  };
  return {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: String(Principal).endsWith('.amazonaws.com') ? { Service: Principal } : { AWS: Principal },
      Action,
      Resource: target,
      Condition: {
        ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
        StringEquals: Object.fromEntries(Object.entries(equals).filter(([, value]) => value !== undefined)),
      },
    },
  };
}
