import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { Saga, Step, Workflow } from '../../src';
import { fn } from '../fixtures';
import { acknowledged, findings } from '../nag';

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

it('a function of another stack brings no finding', () => {
  const app = new App();
  const [theirs, own] = ['Theirs', 'Own'].map((id) => new Stack(app, id));
  const step = Step.invoke(acknowledged(fn(theirs, 'Fn')));
  new Workflow(own, 'Workflow', { definition: step });
  expect(findings({ app, stack: own })).toEqual([]);
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
}, 60_000);
