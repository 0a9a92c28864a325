import { parsePolicy, type Statement } from './policy';

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const XRAY = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:GetSamplingStatisticSummaries',
];

function everywhere(...actions: string[]): object {
  return { Effect: 'Allow', Action: actions, Resource: '*' };
}

/** Policies that AWS manages and execution roles have, by their path and name. */
const AWS_MANAGED: { readonly [name: string]: readonly object[] } = {
  'service-role/AWSLambdaBasicExecutionRole': [everywhere(...LOGS)],
  'service-role/AWSLambdaVPCAccessExecutionRole': [
    everywhere(
      ...LOGS,
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ),
  ],
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    everywhere('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...LOGS),
  ],
  'service-role/AWSLambdaDynamoDBExecutionRole': [
    everywhere(
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      ...LOGS,
    ),
  ],
  'service-role/AWSLambdaRole': [everywhere('lambda:InvokeFunction')],
  AWSXRayDaemonWriteAccess: [everywhere(...XRAY)],
  AWSXrayWriteOnlyAccess: [everywhere(...XRAY)],
  CloudWatchLambdaInsightsExecutionRolePolicy: [
    everywhere('logs:CreateLogGroup'),
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*',
    },
  ],
};

/** The statements of a policy that AWS manages; undefined where they are not known. */
export function awsManagedPolicy(arn: string): Statement[] | undefined {
  const [, name] = /^arn:[^:]*:iam::aws:policy\/(.*)$/.exec(arn) ?? [];
  const statements = name === undefined ? undefined : AWS_MANAGED[name];
  return statements && parsePolicy({ Version: '2012-10-17', Statement: statements }, arn);
}
