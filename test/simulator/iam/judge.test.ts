import { type App, aws_iam as iam, aws_lambda as lambda, Stack, aws_s3 as s3, aws_sqs as sqs } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/simulator/iam/judge';
import { assemblyOf, only, synth } from '../template/synth';
import { ACCOUNT, ask, assemblyWith, policy, QUEUE_ARN, ROLE_ARN, SEND } from './policies';

const DENY = { ...SEND, Effect: 'Deny' };
const QUEUE = { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } } };
const queuePolicy = (...statements: Parameters<typeof policy>) => ({
  ...QUEUE,
  OnQueue: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: policy(...statements) },
  },
});

describe('denials', () => {
  test('for want of an allowance are worded as those of AWS', () => {
    const resources = assemblyWith([]);
    const request = { principalRoleArn: ROLE_ARN, action: 'sqs:SendMessage', resource: QUEUE_ARN, sessionName: 'run' };
    expect(judge(request, resources)).toEqual({
      allowed: false,
      reason:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/worker/run is not authorized to perform: sqs:SendMessage ` +
        `on resource: ${QUEUE_ARN} because no identity-based policy allows the sqs:SendMessage action`,
      statements: [],
    });
  });

  test('that a statement says win over every allowance, and name their kind of policy', () => {
    expect(ask(assemblyWith([SEND, DENY]))).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/ with an explicit deny in an identity-based policy$/),
    });
    expect(ask(assemblyWith([SEND], { resources: queuePolicy({ ...DENY, Principal: '*' }) }))).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/ with an explicit deny in a resource-based policy$/),
    });
  });
});

describe('policies of a role', () => {
  const attached = (Type: string, Properties: object) => ({ resources: { Extra: { Type, Properties } } });
  const PolicyDocument = policy({ ...SEND, Sid: 'Send' });
  const Roles = [{ Ref: 'Role' }];

  test.each([
    ['AWS::IAM::Policy', { Roles, PolicyDocument }],
    ['AWS::IAM::ManagedPolicy', { Roles, PolicyDocument }],
    ['AWS::IAM::RolePolicy', { RoleName: { Ref: 'Role' }, PolicyDocument }],
  ])('are those of %s that name it', (Type, properties) => {
    expect(ask(assemblyWith([], attached(Type, properties)))).toMatchObject({
      allowed: true,
      statements: [{ policy: 'Extra', stackName: 'Stack', index: 0, sid: 'Send' }],
    });
  });

  test('are not those that name another one', () => {
    const resources = assemblyWith([], attached('AWS::IAM::Policy', { Roles: ['other'], PolicyDocument }));
    expect(ask(resources).allowed).toBe(false);
  });

  test('are those that the role has inside', () => {
    expect(ask(assemblyWith([SEND])).statements).toEqual([{ policy: 'Role/own', stackName: 'Stack', index: 0 }]);
  });

  test('are the managed ones of the assembly that the role lists, each of them once', () => {
    const resources = { Extra: { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles, PolicyDocument } } };
    const verdict = ask(assemblyWith([], { resources, role: { ManagedPolicyArns: [{ Ref: 'Extra' }] } }));
    expect(verdict.statements).toHaveLength(1);
  });

  test('are those that AWS manages for execution roles', () => {
    const arn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    const resources = assemblyWith([], { role: { ManagedPolicyArns: [arn] } });
    const verdict = ask(resources, { action: 'logs:PutLogEvents', resource: '*' });
    expect(verdict).toMatchObject({ allowed: true, statements: [{ policy: arn, index: 0 }] });
    expect(ask(resources).allowed).toBe(false);
  });

  test('fails where one that is not known decides, and only there', () => {
    const role = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSQSFullAccess'] };
    expect(() => ask(assemblyWith([], { role }))).toThrow(/sqs:SendMessage .*AmazonSQSFullAccess, which is not known/);
    expect(ask(assemblyWith([SEND], { role })).allowed).toBe(true);
    expect(ask(assemblyWith([DENY], { role })).allowed).toBe(false);
  });

  test('fails where the role is not in the assembly', () => {
    expect(() => ask(assemblyOf({ Resources: QUEUE }))).toThrow(/role\/worker is not in the assembly/);
  });
});

describe('a permissions boundary', () => {
  const bounded = (statement: object, own = [SEND], more = {}) =>
    assemblyWith(own, {
      role: { PermissionsBoundary: { Ref: 'Limit' } },
      resources: {
        Limit: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: policy(statement as typeof SEND) } },
        ...more,
      },
    });

  test('must allow as well', () => {
    expect(ask(bounded({ Action: 'sqs:*', Resource: '*' })).allowed).toBe(true);
    expect(ask(bounded({ Action: 'sns:*', Resource: '*' }))).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/because no permissions boundary allows the sqs:SendMessage action$/),
    });
  });

  test('allows nothing by itself', () => {
    expect(ask(bounded({ Action: '*', Resource: '*' }, [])).reason).toMatch(/no identity-based policy allows/);
  });

  test('may deny', () => {
    const denying = bounded({ ...DENY });
    expect(ask(denying).reason).toMatch(/with an explicit deny in a permissions boundary$/);
  });
});

describe('policies of resources', () => {
  test.each([
    ['the role', { AWS: ROLE_ARN }, true],
    ['everyone', '*', true],
    ['the account, which leaves it to the role', { AWS: `arn:aws:iam::${ACCOUNT}:root` }, false],
    ['another role', { AWS: `arn:aws:iam::${ACCOUNT}:role/other` }, false],
    ['a service', { Service: 'events.amazonaws.com' }, false],
  ])('that allow it to %s', (_, Principal, expected) => {
    expect(ask(assemblyWith([], { resources: queuePolicy({ ...SEND, Principal }) })).allowed).toBe(expected);
  });

  test('that deny it to all but some except those named with their account', () => {
    const except = (...AWS: string[]) => queuePolicy({ ...DENY, NotPrincipal: { AWS } });
    const allowed = (resources: object) => ask(assemblyWith([SEND], { resources })).allowed;
    expect(allowed(except(ROLE_ARN, `arn:aws:iam::${ACCOUNT}:root`))).toBe(true);
    expect(allowed(except(ROLE_ARN))).toBe(false);
    expect(allowed(except('arn:aws:iam::999999999999:root'))).toBe(false);
  });

  test('of another queue do not count', () => {
    const { OnQueue } = queuePolicy({ ...SEND, Principal: '*' });
    const other = `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/other`;
    const resources = { OnQueue: { ...OnQueue, Properties: { ...OnQueue.Properties, Queues: [other] } } };
    expect(ask(assemblyWith([], { resources })).allowed).toBe(false);
  });

  test('of a bucket speak of its objects', () => {
    const resources = synth((app) => {
      const stack = new Stack(app, 'Files');
      new s3.Bucket(stack, 'Bucket', { bucketName: 'files', enforceSSL: true });
      const role = new iam.Role(stack, 'Role', {
        roleName: 'worker',
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      });
      role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::files/*'] }));
    });
    const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::files/a' };
    expect(ask(resources, request).allowed).toBe(true);
    const insecure = ask(resources, { ...request, context: { 'aws:SecureTransport': 'false' } });
    expect(insecure.reason).toMatch(/explicit deny in a resource-based policy/);
  });

  test('fails on one of a kind that is not supported', () => {
    const resources = { Bus: { Type: 'AWS::Events::EventBusPolicy', Properties: { StatementId: 's' } } };
    const request = { action: 'events:PutEvents', resource: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default` };
    expect(() => ask(assemblyWith([], { resources }), request)).toThrow(/Stack\.Bus: a AWS::Events::EventBusPolicy/);
    expect(ask(assemblyWith([SEND], { resources })).allowed).toBe(true);
  });
});

describe('keys', () => {
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const DECRYPT = { Action: 'kms:Decrypt', Resource: '*' };
  const decrypt = (own: (typeof SEND)[], KeyPolicy?: object) => {
    const resources = assemblyWith(own, { resources: { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy } } } });
    const resource = only('AWS::KMS::Key', resources).attribute('Arn');
    return ask(resources, { action: 'kms:Decrypt', resource });
  };

  test('by default leave it to the role', () => {
    expect(decrypt([DECRYPT]).allowed).toBe(true);
    expect(decrypt([]).reason).toMatch(/no identity-based policy allows/);
  });

  test('that do not name the account deny what the role allows', () => {
    const own = policy({ ...DECRYPT, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/other` } });
    expect(decrypt([DECRYPT], own).reason).toMatch(/no resource-based policy allows/);
  });

  test('that name the role allow it', () => {
    expect(decrypt([], policy({ ...DECRYPT, Principal: { AWS: ROLE_ARN } })).allowed).toBe(true);
    expect(decrypt([], policy({ ...DECRYPT, Principal })).allowed).toBe(false);
  });

  test('fails on one whose policy is not in the assembly', () => {
    const resource = `arn:aws:kms:us-east-1:${ACCOUNT}:key/far`;
    const request = { action: 'kms:Decrypt', resource };
    expect(() => ask(assemblyWith([DECRYPT]), request)).toThrow(/policy of this resource decides/);
    expect(ask(assemblyWith([]), request).allowed).toBe(false);
  });
});

describe('resources of another account', () => {
  const resource = 'arn:aws:sqs:us-east-1:999999999999:inbox';
  const both = (Principal: unknown, own = [{ ...SEND, Resource: resource }]) => {
    const Queues = ['https://sqs.us-east-1.amazonaws.com/999999999999/inbox'];
    const PolicyDocument = policy({ ...SEND, Resource: resource, Principal });
    const resources = { OnQueue: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues, PolicyDocument } } };
    return ask(assemblyWith(own, { resources }), { resource });
  };

  test('need an allowance on both sides', () => {
    expect(both({ AWS: ACCOUNT }).allowed).toBe(true);
    expect(both({ AWS: '111111111111' }).reason).toMatch(/no resource-based policy allows/);
    expect(both({ AWS: ROLE_ARN }, []).reason).toMatch(/no identity-based policy allows/);
  });

  test('fails where their policy is not in the assembly', () => {
    expect(() => ask(assemblyWith([{ ...SEND, Resource: resource }]), { resource })).toThrow(/not in the assembly/);
  });
});

test('what CDK grants is allowed, and what it does not is denied', () => {
  const resources = synth((app: App) => {
    const stack = new Stack(app, 'Orders');
    const queue = new sqs.Queue(stack, 'Inbox');
    const fn = new lambda.Function(stack, 'Fn', {
      code: lambda.Code.fromInline('x'),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_22_X,
    });
    queue.grantSendMessages(fn);
  });
  const request = {
    principalRoleArn: only('AWS::IAM::Role', resources).attribute('Arn'),
    resource: only('AWS::SQS::Queue', resources).attribute('Arn'),
  };
  expect(judge({ ...request, action: 'sqs:SendMessage' }, resources).allowed).toBe(true);
  expect(judge({ ...request, action: 'sqs:DeleteMessage' }, resources).allowed).toBe(false);
});
