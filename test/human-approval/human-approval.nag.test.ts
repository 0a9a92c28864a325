import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as events from 'aws-cdk-lib/aws-events';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { Approver, ApproverAuth, EmailSender, HumanApproval } from '../../src';
import { findings } from '../nag';

it.each([
  ['AwsSolutions', AwsSolutionsChecks],
  ['Serverless', ServerlessChecks],
])('approvals have no %s finding that is not acknowledged by its exact id', (_, Pack) => {
  const app = new App();
  const stack = new Stack(app, 'Money');
  const domain = ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'acme.example');
  const timeout = Duration.days(1);
  const approvers = [Approver.email('lead@acme.example')];
  const sender = EmailSender.identity(domain, 'approvals@acme.example');
  new HumanApproval(stack, 'Default', { approvers, sender, timeout });
  new HumanApproval(stack, 'SignedIn', { approvers, sender, timeout, auth: ApproverAuth.iam() });
  const appUrl = 'https://approvals.acme.example';
  new HumanApproval(stack, 'InApp', { approvers, sender, timeout, auth: ApproverAuth.iam(appUrl) });
  const pool = cognito.UserPool.fromUserPoolId(stack, 'People', 'us-east-1_people');
  const client = cognito.UserPoolClient.fromUserPoolClientId(stack, 'App', 'app');
  new HumanApproval(stack, 'Levels', {
    levels: [
      { approvers: [Approver.topic(sns.Topic.fromTopicArn(stack, 'Chat', 'arn:aws:sns:us-east-1:1:chat'))], timeout },
      { approvers: [Approver.event(), Approver.event(new events.EventBus(stack, 'Bus'), 'finance')], timeout },
    ],
    auth: ApproverAuth.cognito(pool, [client]),
  });
  expect(findings({ app, stack }, new Pack(app))).toEqual([]);
});
