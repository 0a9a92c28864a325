import { App, Duration, Stack } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { NestedWorkflows, Step, Workflow } from '../../src';
import { fn } from '../fixtures';
import { acknowledged, findings } from '../nag';

it.each([
  ['AwsSolutions', AwsSolutionsChecks],
  ['Serverless', ServerlessChecks],
])('nested workflows have no %s finding that is not acknowledged by its exact id', (_, Pack) => {
  const app = new App();
  const stack = new Stack(app, 'Fraud');
  const check = (id: string, stateMachineType?: sfn.StateMachineType) =>
    new Workflow(stack, id, { definition: Step.invoke(acknowledged(fn(stack, `${id}Fn`))), stateMachineType });
  const theirs = Workflow.fromWorkflowAttributes(stack, 'Theirs', {
    stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:theirs',
    aliasName: 'live',
    timeout: Duration.minutes(1),
  });
  new NestedWorkflows(stack, 'Analysis', {
    children: [
      { name: 'Identity', workflow: check('Identity') },
      { name: 'Device', workflow: check('Device', sfn.StateMachineType.EXPRESS) },
      { name: 'Theirs', workflow: theirs },
    ],
  });
  expect(findings({ app, stack }, new Pack(app))).toEqual([]);
});
