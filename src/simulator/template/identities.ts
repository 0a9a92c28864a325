import {
  arn,
  arnOf,
  type Derived,
  functionArn,
  guidOf,
  type Identified,
  type Identity,
  iamArn,
  named,
  nameOf,
  refOf,
  textOf,
} from './identity';
import { guid } from './names';

/** An identity whose `Ref` is an id of lower-case letters and digits, which an attribute may repeat. */
function withId(length: number, ...attributes: string[]): Identity {
  const ref: Derived = (r) => r.shortId(length);
  return { ref, attributes: Object.fromEntries(attributes.map((attribute) => [attribute, refOf])) };
}

const fifo =
  (property: string): Derived =>
  (r) =>
    String(r.property(property)) === 'true' ? '.fifo' : '';

const streamArn: Derived = (r) =>
  r.property('StreamSpecification') ? `${r.arn}/stream/2024-01-01T00:00:00.000` : undefined;

const versionedFunction = (r: Identified): string => functionArn(r, 'FunctionName');
const versionedMachine = (r: Identified): string => String(r.property('StateMachineArn'));
const versionNumber: Derived = (r) => String(r.ordinal(versionedFunction));

/** An alias of a state machine knows its machine by the versions that it routes to. */
const aliasedMachine = (r: Identified): string => {
  const routes = r.property('RoutingConfiguration') as { StateMachineVersionArn: string }[] | undefined;
  const deployment = r.property('DeploymentPreference') as { StateMachineVersionArn: string } | undefined;
  return String((routes?.[0] ?? deployment)?.StateMachineVersionArn).replace(/:\d+$/, '');
};

const revisionId: Derived = (r) => (r.updates === 0 ? 'INITIAL' : guid(`${r.arn}/${r.updates}`));

const rulePath = (r: Identified, separator: string): string => {
  const bus = textOf(r, 'EventBusName')?.split('/').pop();
  return bus === undefined || bus === 'default' ? r.name : `${bus}${separator}${r.name}`;
};

const apiEndpoint: Derived = ({ environment: e, physicalId, property }) => {
  const scheme = property('ProtocolType') === 'WEBSOCKET' ? 'wss' : 'https';
  return `${scheme}://${physicalId}.execute-api.${e.region}.${e.urlSuffix}`;
};

const bucketArn: Derived = (r) => `arn:${r.environment.partition}:s3:::${r.name}`;
const aliasArn: Derived = (r) => `${functionArn(r, 'FunctionName')}:${r.name}`;
const ARN = { Arn: arnOf };

/** How resources are called, per type. A type that is not here has a generated name and no attributes. */
export const IDENTITIES: { readonly [type: string]: Identity } = {
  'AWS::ApiGateway::ApiKey': withId(10, 'APIKeyId'),
  'AWS::ApiGateway::Authorizer': withId(6, 'AuthorizerId'),
  'AWS::ApiGateway::Deployment': withId(6, 'DeploymentId'),
  'AWS::ApiGateway::DomainName': { name: 'DomainName' },
  'AWS::ApiGateway::Method': withId(10),
  'AWS::ApiGateway::Model': { name: 'Name' },
  'AWS::ApiGateway::RequestValidator': withId(6, 'RequestValidatorId'),
  'AWS::ApiGateway::Resource': withId(6, 'ResourceId'),
  'AWS::ApiGateway::RestApi': {
    ref: (r) => r.shortId(10),
    attributes: { RestApiId: refOf, RootResourceId: (r) => r.shortId(16).slice(0, 6) },
  },
  'AWS::ApiGateway::Stage': { name: 'StageName' },
  'AWS::ApiGateway::UsagePlan': withId(6, 'Id'),
  'AWS::ApiGateway::VpcLink': withId(6, 'VpcLinkId'),
  'AWS::ApiGatewayV2::Api': {
    ref: (r) => r.shortId(10),
    attributes: {
      ApiId: refOf,
      ApiEndpoint: apiEndpoint,
    },
  },
  'AWS::ApiGatewayV2::Authorizer': withId(6, 'AuthorizerId'),
  'AWS::ApiGatewayV2::Deployment': withId(6, 'DeploymentId'),
  'AWS::ApiGatewayV2::DomainName': { name: 'DomainName' },
  'AWS::ApiGatewayV2::Integration': withId(7, 'IntegrationId'),
  'AWS::ApiGatewayV2::Route': withId(7, 'RouteId'),
  'AWS::ApiGatewayV2::Stage': { name: 'StageName' },
  'AWS::CloudWatch::Alarm': { name: 'AlarmName', arn: named('cloudwatch', 'alarm:'), attributes: ARN },
  'AWS::CloudWatch::CompositeAlarm': {
    name: 'AlarmName',
    arn: named('cloudwatch', 'alarm:'),
    attributes: ARN,
  },
  'AWS::CloudWatch::Dashboard': { name: 'DashboardName' },
  'AWS::DynamoDB::GlobalTable': {
    name: 'TableName',
    arn: named('dynamodb', 'table/'),
    attributes: { Arn: arnOf, StreamArn: streamArn, TableId: guidOf },
  },
  'AWS::DynamoDB::Table': {
    name: 'TableName',
    arn: named('dynamodb', 'table/'),
    attributes: { Arn: arnOf, StreamArn: streamArn },
  },
  'AWS::Events::ApiDestination': {
    name: 'Name',
    limit: 64,
    arn: (r) => arn(r, 'events', `api-destination/${r.name}/${r.guid}`),
    attributes: ARN,
  },
  'AWS::Events::Connection': {
    name: 'Name',
    limit: 64,
    arn: (r) => arn(r, 'events', `connection/${r.name}/${r.guid}`),
    attributes: {
      Arn: arnOf,
      SecretArn: (r) => arn(r, 'secretsmanager', `secret:events!connection/${r.name}/${r.guid}-${r.shortId(6)}`),
    },
  },
  'AWS::Events::EventBus': {
    name: 'Name',
    arn: named('events', 'event-bus/'),
    attributes: { Arn: arnOf, Name: nameOf },
  },
  'AWS::Events::Rule': {
    name: 'Name',
    limit: 64,
    // A rule of a bus of one's own is called by both names.
    ref: (r) => rulePath(r, '|'),
    arn: (r) => arn(r, 'events', `rule/${rulePath(r, '/')}`),
    attributes: { Arn: arnOf, RuleName: nameOf },
  },
  'AWS::IAM::ManagedPolicy': {
    name: 'ManagedPolicyName',
    limit: 128,
    ref: arnOf,
    arn: iamArn('policy'),
    attributes: { PolicyArn: arnOf },
  },
  'AWS::IAM::Policy': { name: 'PolicyName', limit: 128, attributes: { Id: refOf } },
  'AWS::IAM::Role': {
    name: 'RoleName',
    limit: 64,
    arn: iamArn('role'),
    attributes: { Arn: arnOf, RoleId: (r) => `AROA${r.shortId(17).toUpperCase()}` },
  },
  'AWS::IAM::User': { name: 'UserName', limit: 64, arn: iamArn('user'), attributes: ARN },
  'AWS::Kinesis::Stream': { name: 'Name', limit: 128, arn: named('kinesis', 'stream/'), attributes: ARN },
  'AWS::KinesisFirehose::DeliveryStream': {
    name: 'DeliveryStreamName',
    limit: 64,
    arn: named('firehose', 'deliverystream/'),
    attributes: ARN,
  },
  'AWS::KMS::Alias': { name: 'AliasName', arn: named('kms') },
  'AWS::KMS::Key': {
    ref: guidOf,
    arn: (r) => arn(r, 'kms', `key/${r.guid}`),
    attributes: { Arn: arnOf, KeyId: guidOf },
  },
  'AWS::Lambda::Alias': { name: 'Name', ref: aliasArn, arn: aliasArn, attributes: { AliasArn: arnOf } },
  'AWS::Lambda::EventSourceMapping': {
    ref: guidOf,
    arn: (r) => arn(r, 'lambda', `event-source-mapping:${r.guid}`),
    attributes: { Id: guidOf, EventSourceMappingArn: arnOf },
  },
  'AWS::Lambda::Function': {
    name: 'FunctionName',
    limit: 64,
    arn: named('lambda', 'function:'),
    attributes: ARN,
  },
  'AWS::Lambda::LayerVersion': {
    name: 'LayerName',
    limit: 140,
    ref: arnOf,
    arn: (r) => arn(r, 'lambda', `layer:${r.name}:${r.ordinal(nameOf)}`),
    attributes: { LayerVersionArn: arnOf },
  },
  'AWS::Lambda::Permission': { attributes: { Id: refOf } },
  'AWS::Lambda::Url': {
    ref: (r) => functionArn(r, 'TargetFunctionArn'),
    attributes: {
      FunctionArn: refOf,
      FunctionUrl: (r) => `https://${r.shortId(32)}.lambda-url.${r.environment.region}.on.aws/`,
    },
  },
  'AWS::Lambda::Version': {
    ref: arnOf,
    arn: (r) => `${versionedFunction(r)}:${versionNumber(r)}`,
    attributes: { FunctionArn: arnOf, Version: versionNumber },
  },
  'AWS::Logs::LogGroup': {
    name: 'LogGroupName',
    limit: 512,
    arn: (r) => arn(r, 'logs', `log-group:${r.name}:*`),
    attributes: ARN,
  },
  'AWS::Logs::LogStream': { name: 'LogStreamName', limit: 512 },
  'AWS::Pipes::Pipe': { name: 'Name', limit: 64, arn: named('pipes', 'pipe/'), attributes: ARN },
  'AWS::S3::Bucket': {
    name: 'BucketName',
    limit: 63,
    lowerCase: true,
    arn: bucketArn,
    attributes: {
      Arn: arnOf,
      DomainName: (r) => `${r.name}.s3.${r.environment.urlSuffix}`,
      RegionalDomainName: (r) => `${r.name}.s3.${r.environment.region}.${r.environment.urlSuffix}`,
    },
  },
  'AWS::Scheduler::Schedule': {
    name: 'Name',
    limit: 64,
    arn: (r) => arn(r, 'scheduler', `schedule/${textOf(r, 'GroupName') ?? 'default'}/${r.name}`),
    attributes: ARN,
  },
  'AWS::Scheduler::ScheduleGroup': {
    name: 'Name',
    limit: 64,
    arn: named('scheduler', 'schedule-group/'),
    attributes: ARN,
  },
  'AWS::SecretsManager::Secret': {
    name: 'Name',
    ref: arnOf,
    arn: (r) => arn(r, 'secretsmanager', `secret:${r.name}-${r.shortId(6)}`),
    attributes: { Id: arnOf },
  },
  'AWS::SES::ConfigurationSet': { name: 'Name', limit: 64, arn: named('ses', 'configuration-set/') },
  'AWS::SES::ContactList': { name: 'ContactListName', limit: 64, arn: named('ses', 'contact-list/') },
  'AWS::SES::EmailIdentity': { name: 'EmailIdentity', arn: named('ses', 'identity/') },
  'AWS::SES::Template': {
    name: 'Template.TemplateName',
    limit: 64,
    arn: named('ses', 'template/'),
    attributes: { Id: refOf },
  },
  'AWS::SNS::Subscription': {
    ref: arnOf,
    arn: (r) => `${r.property('TopicArn')}:${r.guid}`,
    attributes: ARN,
  },
  'AWS::SNS::Topic': {
    name: 'TopicName',
    limit: 256,
    suffix: fifo('FifoTopic'),
    ref: arnOf,
    arn: named('sns'),
    attributes: { TopicArn: arnOf, TopicName: nameOf },
  },
  'AWS::SQS::Queue': {
    name: 'QueueName',
    limit: 80,
    suffix: fifo('FifoQueue'),
    ref: ({ environment: e, name }) => `https://sqs.${e.region}.${e.urlSuffix}/${e.account}/${name}`,
    arn: named('sqs'),
    attributes: { Arn: arnOf, QueueName: nameOf, QueueUrl: refOf },
  },
  'AWS::SSM::Parameter': {
    name: 'Name',
    // A name that is a path begins with the slash that ends the prefix.
    arn: (r) => arn(r, 'ssm', `parameter/${r.name.replace(/^\//, '')}`),
    attributes: { Arn: arnOf, Type: (r) => textOf(r, 'Type'), Value: (r) => textOf(r, 'Value') },
  },
  'AWS::StepFunctions::Activity': {
    name: 'Name',
    limit: 80,
    ref: arnOf,
    arn: named('states', 'activity:'),
    attributes: { Arn: arnOf, Name: nameOf },
  },
  'AWS::StepFunctions::StateMachine': {
    name: 'StateMachineName',
    limit: 80,
    ref: arnOf,
    arn: named('states', 'stateMachine:'),
    attributes: { Arn: arnOf, Name: nameOf, StateMachineRevisionId: revisionId },
  },
  'AWS::StepFunctions::StateMachineAlias': {
    name: 'Name',
    limit: 80,
    ref: arnOf,
    arn: (r) => `${aliasedMachine(r)}:${r.name}`,
    attributes: ARN,
  },
  'AWS::StepFunctions::StateMachineVersion': {
    ref: arnOf,
    arn: (r) => `${versionedMachine(r)}:${r.ordinal(versionedMachine)}`,
    attributes: ARN,
  },
};
