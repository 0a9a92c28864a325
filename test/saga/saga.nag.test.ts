import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { Saga, Step, Workflow } from '../../src';
import { fn } from '../fixtures';

/** What a test's own functions are found guilty of is not the saga's. */
const acknowledged = (handler: lambda.Function): lambda.Function => {
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

const sagaApp = (outdir?: string) => {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Travel');
  const invoke = (id: string) => Step.invoke(acknowledged(fn(stack, id)));
  const saga = new Saga(stack, 'Booking', {
    steps: [
      { name: 'A', action: invoke('AFn'), compensation: invoke('UndoAFn') },
      { name: 'B', action: invoke('BFn') },
    ],
    alarmTopic: new sns.Topic(stack, 'OnCall', { enforceSSL: true }),
  });
  return { app, stack, saga };
};

const findings = ({ app, stack }: { app: App; stack: Stack }, pack: NagPack = new AwsSolutionsChecks(app)) =>
  pack.validateScope(stack).violations.map((violation) => violation.ruleName);

it.each([
  ['AwsSolutions', AwsSolutionsChecks],
  ['Serverless', ServerlessChecks],
])('a saga has no %s finding that is not acknowledged by its exact id', (_, Pack) => {
  const { app, stack } = sagaApp();
  expect(findings({ app, stack }, new Pack(app))).toEqual([]);
});

it('a wildcard that somebody adds to the role is still a finding', () => {
  const { app, stack, saga } = sagaApp();
  const statement = new iam.PolicyStatement({ actions: ['dynamodb:*'], resources: ['arn:aws:dynamodb:*:*:table/*'] });
  saga.stateMachine.addToRolePolicy(statement);
  expect(findings({ app, stack })).toEqual([
    'AwsSolutions-IAM5[Action::dynamodb:*]',
    'AwsSolutions-IAM5[Resource::arn:aws:dynamodb:*:*:table/*]',
  ]);
});

it("a user's own state with a wildcard is a finding, though log delivery has the same", () => {
  const app = new App();
  const stack = new Stack(app, 'Travel');
  const call = new tasks.CallAwsService(stack, 'List', {
    service: 's3',
    action: 'listBuckets',
    iamResources: ['*'],
  });
  new Workflow(stack, 'Own', { definition: Step.chain(call), timeout: Duration.hours(1) });
  expect(findings({ app, stack })).toEqual(['AwsSolutions-IAM5[Resource::*]']);
});

it("passes CDK's own validation of the synthesized template", () => {
  const outdir = mkdtempSync(join(tmpdir(), 'validated-'));
  process.env.CDK_VALIDATION = 'true';
  try {
    const { app } = sagaApp(outdir);
    app.synth();
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
    expect(report.pluginReports.flatMap((plugin: { violations: unknown[] }) => plugin.violations)).toEqual([]);
  } finally {
    process.env.CDK_VALIDATION = 'false';
    rmSync(outdir, { recursive: true });
  }
});
