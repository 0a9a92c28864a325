import { type App, type Stack, Validations } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, type NagPack } from 'cdk-nag';

/** What a test's own functions are found guilty of is not the saga's. */
export const acknowledged = (handler: lambda.Function): lambda.Function => {
  const reason = 'a function of the test, not of the library';
  const ids = [
    'AwsSolutions-L1',
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    'Serverless-LambdaDLQ',
    'Serverless-LambdaDefaultMemorySize',
    'Serverless-LambdaDefaultTimeout',
    'Serverless-LambdaLatestVersion',
    'Serverless-LambdaTracing',
  ];
  Validations.of(handler).acknowledge(...ids.map((id) => ({ id, reason })));
  return handler;
};

/** The names of the rules that a stack breaks without having been acknowledged. */
export const findings = ({ app, stack }: { app: App; stack: Stack }, pack: NagPack = new AwsSolutionsChecks(app)) =>
  pack.validateScope(stack).violations.map((violation) => violation.ruleName);
