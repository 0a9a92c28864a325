import * as path from 'node:path';
import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { invalid } from '../step/names';
import { CONFIG_VARIABLE, type FormConfig } from './constants';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const MAX_VARIABLES_BYTES = 4096;
/** What tokens may come to when they are known. */
const ROOM_FOR_TOKENS = 600;

/** How the form's function is operated. */
export interface FormFunctionProps {
  readonly config: FormConfig;
  readonly logRetention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** The function that checks what is submitted and starts the workflow: what no integration can do by itself. */
export function formFunction(scope: Construct, props: FormFunctionProps): lambda.Function {
  const { config, logRetention: retention, removalPolicy } = props;
  const variable = Stack.of(scope).toJsonString(config);
  const size = Buffer.byteLength(JSON.stringify(config));
  if (size > MAX_VARIABLES_BYTES - ROOM_FOR_TOKENS) {
    throw invalid(
      scope,
      `the form takes ${size} bytes to tell the function what it is, of ${MAX_VARIABLES_BYTES - ROOM_FOR_TOKENS}; use fewer fields, shorter labels or fewer choices`,
    );
  }
  const logGroup = new logs.LogGroup(scope, 'SubmitLogs', { retention, removalPolicy });
  const role = new iam.Role(scope, 'SubmitRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const fn = new lambda.Function(scope, 'Submit', {
    description: `Checks what is submitted to ${scope.node.path}, and starts its workflow`,
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(path.join(__dirname, '..', '..', 'assets', 'contact-form', 'submit.lambda')),
    architecture: lambda.Architecture.ARM_64,
    memorySize: 512,
    timeout: Duration.seconds(29),
    tracing: lambda.Tracing.ACTIVE,
    loggingFormat: lambda.LoggingFormat.JSON,
    role,
    logGroup,
    environment: { [CONFIG_VARIABLE]: variable },
  });
  acknowledge(fn, role);
  return fn;
}

function acknowledge(fn: lambda.Function, role: iam.Role): void {
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray has no resources to narrow its actions to',
  });
  const runtime = 'What is shipped is built for this runtime; a later one comes with a release of the library';
  Validations.of(fn).acknowledge(
    { id: 'AwsSolutions-L1', reason: runtime },
    { id: 'Serverless-LambdaLatestVersion', reason: runtime },
    {
      id: 'Serverless-LambdaDLQ',
      reason: 'API Gateway invokes it and waits for the answer: there is nothing that a queue could catch',
    },
  );
}
