import * as path from 'node:path';
import { type Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** A handler that the library ships. */
export interface HandlerProps {
  /** The name of its bundle. */
  readonly handler: 'notify' | 'page' | 'respond';
  readonly description: string;
  readonly timeout: Duration;
  readonly environment: { readonly [variable: string]: string };
  readonly logRetention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

const MEMORY_MB = 512;

/** The function of a handler, with a log of its own, and a role that may write to that and to X-Ray alone. */
export function handlerFunction(scope: Construct, id: string, props: HandlerProps): lambda.Function {
  const { handler, logRetention: retention, removalPolicy, ...rest } = props;
  const logGroup = new logs.LogGroup(scope, `${id}Logs`, { retention, removalPolicy });
  const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  role.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  const fn = new lambda.Function(scope, id, {
    ...rest,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(path.join(__dirname, '..', '..', 'assets', 'human-approval', `${handler}.lambda`)),
    memorySize: MEMORY_MB,
    tracing: lambda.Tracing.ACTIVE,
    loggingFormat: lambda.LoggingFormat.JSON,
    logGroup,
    role,
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray has no resources to narrow its actions to',
  });
  Validations.of(fn).acknowledge({
    id: 'Serverless-LambdaDLQ',
    reason: 'Whoever invokes it waits for its answer: a dead-letter queue would get nothing',
  });
  return fn;
}
