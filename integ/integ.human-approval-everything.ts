import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Approver, ApproverAuth, EmailSender, ExpiryDecision, HumanApproval, OnRejected, Workflow } from '../src';

/** Every prop, once, and every way to sign in. */
const app = new App();
const stack = new Stack(app, 'integ-human-approval-everything');
const removalPolicy = RemovalPolicy.DESTROY;
const domain = ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'acme.example');
const key = (id: string) =>
  new kms.Key(stack, id, {
    keySpec: kms.KeySpec.HMAC_256,
    keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC,
    removalPolicy,
  });

const approval = new HumanApproval(stack, 'Approval', {
  levels: [
    {
      approvers: ['ann', 'bob', 'eve'].map((name) => Approver.email(`${name}@acme.example`)),
      quorum: 2,
      timeout: Duration.days(1),
    },
    {
      approvers: [
        Approver.topic(new sns.Topic(stack, 'Chat', { enforceSSL: true }), 'finance'),
        Approver.event(new events.EventBus(stack, 'Bus'), 'treasury'),
      ],
      timeout: Duration.hours(12),
    },
  ],
  sender: EmailSender.identity(domain, 'approvals@acme.example', { name: 'Acme Approvals' }),
  remindAfter: Duration.hours(6),
  veto: false,
  allowSelfApproval: true,
  onExpiry: ExpiryDecision.APPROVE,
  auth: ApproverAuth.iam(),
  linkKey: key('NewKey'),
  previousLinkKeys: [key('OldKey')],
  auditRetention: Duration.days(30),
  alarmTopic: new sns.Topic(stack, 'OnCall', { enforceSSL: true }),
  logRetention: logs.RetentionDays.ONE_WEEK,
  removalPolicy,
});
const officer = new iam.Role(stack, 'Officer', { assumedBy: new iam.AccountRootPrincipal() });
approval.grantOpen(officer);
approval.grantRespond(officer);

const pool = new cognito.UserPool(stack, 'People', { removalPolicy });
new HumanApproval(stack, 'SignedIn', {
  approvers: [Approver.email('lead@acme.example')],
  sender: EmailSender.identity(domain, 'approvals@acme.example'),
  timeout: Duration.minutes(5),
  auth: ApproverAuth.cognito(pool, [pool.addClient('App')], 'https://approvals.acme.example/answer'),
  removalPolicy,
});

const quick = new HumanApproval(stack, 'Quick', {
  approvers: [Approver.event()],
  timeout: Duration.minutes(5),
  removalPolicy,
});
const asker = new Workflow(stack, 'Asker', {
  definition: quick.ask({
    question: "{% 'Pay ' & $string($input.amount) & '?' %}",
    details: { Purpose: '{% $input.purpose %}' },
    requester: '{% $input.by %}',
    onRejected: OnRejected.RETURN,
  }),
  removalPolicy,
});

const integ = new IntegTest(app, 'HumanApprovalEverything', { testCases: [stack] });
const start = integ.assertions.awsApiCall('StepFunctions', 'startExecution', {
  stateMachineArn: asker.aliasArn,
  name: 'unanswered',
  input: JSON.stringify({ amount: 1, purpose: 'tea', by: 'kim' }),
});
start.next(
  integ.assertions
    .awsApiCall('StepFunctions', 'describeExecution', { executionArn: start.getAttString('executionArn') })
    .expect(ExpectedResult.objectLike({ status: 'SUCCEEDED' }))
    .waitForAssertions({ totalTimeout: Duration.minutes(10) }),
);
