import { describe, expect, test } from 'vitest';
import { assemblyOf } from './synth';

interface Source {
  [logicalId: string]: { Type: string; Properties?: object };
}

function find(Resources: Source, logicalId = 'It', environment?: string) {
  const found = assemblyOf({ Resources }, environment).find(logicalId);
  if (!found) {
    throw new Error(`There is no ${logicalId}.`);
  }
  return found;
}

const HERE = 'us-east-1:123456789012';

describe('names', () => {
  test('that the template gives are taken', () => {
    const role = find({ It: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'mine', Path: '/team/' } } });
    expect(role.physicalId).toBe('mine');
    expect(role.attribute('Arn')).toBe('arn:aws:iam::123456789012:role/team/mine');
  });

  test('that it leaves out are generated, the same every time, and other ones for other resources', () => {
    const source = { It: { Type: 'AWS::IAM::Role' }, Other: { Type: 'AWS::IAM::Role' } };
    expect(find(source).physicalId).toMatch(/^Stack-It-[0-9A-F]{8}$/);
    expect(find(source).physicalId).toBe(find(source).physicalId);
    expect(find(source).physicalId.slice(-8)).not.toBe(find(source, 'Other').physicalId.slice(-8));
  });

  test('are cut to what the service takes', () => {
    const long = 'L'.repeat(100);
    expect(find({ [long]: { Type: 'AWS::IAM::Role' } }, long).physicalId).toHaveLength(64);
  });

  test('of buckets are lower case', () => {
    expect(find({ It: { Type: 'AWS::S3::Bucket' } }).physicalId).toMatch(/^stack-it-[0-9a-f]{8}$/);
  });

  test('of FIFO queues end in .fifo', () => {
    const queue = find({ It: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } });
    expect(queue.attribute('QueueName')).toMatch(/^Stack-It-[0-9A-F]{8}\.fifo$/);
  });

  test('of types that are not known are generated', () => {
    expect(find({ It: { Type: 'Custom::Thing' } }).physicalId).toMatch(/^Stack-It-/);
  });
});

describe('ARNs', () => {
  test.each<[string, object, string]>([
    ['AWS::Lambda::Function', { FunctionName: 'n' }, `arn:aws:lambda:${HERE}:function:n`],
    ['AWS::SQS::Queue', { QueueName: 'n' }, `arn:aws:sqs:${HERE}:n`],
    ['AWS::DynamoDB::Table', { TableName: 'n' }, `arn:aws:dynamodb:${HERE}:table/n`],
    ['AWS::DynamoDB::GlobalTable', { TableName: 'n' }, `arn:aws:dynamodb:${HERE}:table/n`],
    ['AWS::StepFunctions::StateMachine', { StateMachineName: 'n' }, `arn:aws:states:${HERE}:stateMachine:n`],
    ['AWS::StepFunctions::Activity', { Name: 'n' }, `arn:aws:states:${HERE}:activity:n`],
    ['AWS::Logs::LogGroup', { LogGroupName: 'n' }, `arn:aws:logs:${HERE}:log-group:n:*`],
    ['AWS::CloudWatch::Alarm', { AlarmName: 'n' }, `arn:aws:cloudwatch:${HERE}:alarm:n`],
    ['AWS::Events::Rule', { Name: 'n' }, `arn:aws:events:${HERE}:rule/n`],
    ['AWS::Events::Rule', { Name: 'n', EventBusName: 'b' }, `arn:aws:events:${HERE}:rule/b/n`],
    ['AWS::Events::EventBus', { Name: 'n' }, `arn:aws:events:${HERE}:event-bus/n`],
    ['AWS::S3::Bucket', { BucketName: 'n' }, 'arn:aws:s3:::n'],
    ['AWS::SSM::Parameter', { Name: '/a/b' }, `arn:aws:ssm:${HERE}:parameter/a/b`],
    ['AWS::Pipes::Pipe', { Name: 'n' }, `arn:aws:pipes:${HERE}:pipe/n`],
    ['AWS::Scheduler::Schedule', { Name: 'n' }, `arn:aws:scheduler:${HERE}:schedule/default/n`],
    ['AWS::Kinesis::Stream', { Name: 'n' }, `arn:aws:kinesis:${HERE}:stream/n`],
  ])('%s with %j has the attribute Arn %s', (Type, Properties, arn) => {
    const resources = assemblyOf({ Resources: { It: { Type, Properties } } });
    expect(resources.find('It')?.attribute('Arn')).toBe(arn);
    expect(resources.byArn(arn)?.logicalId).toBe('It');
  });

  test.each<[string, object, string]>([
    ['AWS::SNS::Topic', { TopicName: 'n' }, `arn:aws:sns:${HERE}:n`],
    ['AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'n' }, 'arn:aws:iam::123456789012:policy/n'],
    ['AWS::StepFunctions::StateMachine', { StateMachineName: 'n' }, `arn:aws:states:${HERE}:stateMachine:n`],
    ['AWS::StepFunctions::StateMachineVersion', { StateMachineArn: 'arn:m' }, 'arn:m:1'],
    [
      'AWS::StepFunctions::StateMachineAlias',
      { Name: 'live', DeploymentPreference: { StateMachineVersionArn: 'arn:m:7' } },
      'arn:m:live',
    ],
    ['AWS::Lambda::Alias', { FunctionName: 'f', Name: 'live' }, `arn:aws:lambda:${HERE}:function:f:live`],
    ['AWS::Lambda::LayerVersion', { LayerName: 'n' }, `arn:aws:lambda:${HERE}:layer:n:1`],
  ])('Ref of %s with %j is the ARN %s', (Type, Properties, arn) => {
    const resources = assemblyOf({ Resources: { It: { Type, Properties } } });
    expect(resources.find('It')?.physicalId).toBe(arn);
    expect(resources.byArn(arn)?.logicalId).toBe('It');
  });

  test('of secrets end in six characters of their own', () => {
    const secret = find({ It: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'n' } } });
    expect(secret.physicalId).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:n-[a-z0-9]{6}$/);
  });

  test('are those of the environment that the stack names', () => {
    const queue = find(
      { It: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'n' } } },
      'It',
      'aws://111/cn-north-1',
    );
    expect(queue.attribute('Arn')).toBe('arn:aws-cn:sqs:cn-north-1:111:n');
    expect(queue.physicalId).toBe('https://sqs.cn-north-1.amazonaws.com.cn/111/n');
  });

  test('fails to look one up where a name is not known, and only then', () => {
    const resources = assemblyOf({
      Parameters: { Open: { Type: 'String' } },
      Resources: {
        It: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'n' } },
        Odd: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Open' } } },
      },
    });
    expect(resources.byArn(`arn:aws:sqs:${HERE}:n`)?.logicalId).toBe('It');
    expect(() => resources.byArn('arn:other')).toThrow(/parameter Open/);
  });
});

describe('versions', () => {
  const version = (FunctionName: unknown) => ({ Type: 'AWS::Lambda::Version', Properties: { FunctionName } });

  test('of a function are counted in the order of the template, each function by itself', () => {
    const resources = assemblyOf({
      Resources: {
        A1: version('a'),
        B1: version('b'),
        Permission: { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: 'a' } },
        A2: version(`arn:aws:lambda:${HERE}:function:a`),
      },
    });
    const numbers = ['A1', 'B1', 'A2'].map((id) => resources.find(id)?.attribute('Version'));
    expect(numbers).toEqual(['1', '1', '2']);
    expect(resources.find('A2')?.physicalId).toBe(`arn:aws:lambda:${HERE}:function:a:2`);
  });
});

describe('attributes', () => {
  test('of a stream are there where the table has one', () => {
    const table = (StreamSpecification?: object) =>
      find({ It: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 't', StreamSpecification } } });
    expect(table({ StreamViewType: 'KEYS_ONLY' }).attribute('StreamArn')).toMatch(/:table\/t\/stream\/\d{4}-/);
    expect(() => table().attribute('StreamArn')).toThrow(/StreamArn/);
  });

  test('of a key are its id and its ARN', () => {
    const key = find({ It: { Type: 'AWS::KMS::Key' } });
    expect(key.physicalId).toMatch(/^[0-9a-f-]{36}$/);
    expect(key.attribute('Arn')).toBe(`arn:aws:kms:${HERE}:key/${key.physicalId}`);
  });

  test('of an HTTP API is its endpoint', () => {
    const api = find({ It: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } } });
    expect(api.attribute('ApiEndpoint')).toBe(`https://${api.physicalId}.execute-api.us-east-1.amazonaws.com`);
  });

  test('of a function URL is the URL', () => {
    const url = find({ It: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: 'f' } } });
    expect(url.attribute('FunctionUrl')).toMatch(/^https:\/\/[a-z0-9]{32}\.lambda-url\.us-east-1\.on\.aws\/$/);
    expect(url.physicalId).toBe(`arn:aws:lambda:${HERE}:function:f`);
  });

  test('fails on those of a type that is not known', () => {
    expect(() => find({ It: { Type: 'Custom::Thing' } }).attribute('Arn')).toThrow(/It.*Arn.*Custom::Thing/);
  });
});
