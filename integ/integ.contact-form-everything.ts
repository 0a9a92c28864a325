import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Captcha, ContactForm, EmailSender, FormField } from '../src';

/** A form that waits for its mail, with every prop; and one that confirms. */
const app = new App();
const stack = new Stack(app, 'integ-contact-form-everything');
const removalPolicy = RemovalPolicy.DESTROY;
const domain = ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'acme.example');
const sender = EmailSender.identity(domain, 'site@acme.example', {
  name: 'Acme',
  configurationSet: new ses.ConfigurationSet(stack, 'Set', { reputationMetrics: true }),
});
const webAcl = new wafv2.CfnWebACL(stack, 'WebAcl', {
  scope: 'REGIONAL',
  defaultAction: { allow: {} },
  visibilityConfig: { cloudWatchMetricsEnabled: false, metricName: 'form', sampledRequestsEnabled: false },
});
const check = new lambda.Function(stack, 'Check', {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline("exports.handler = async ({ answer }) => answer === 'right';"),
});
const origin = 'https://acme.example';
const form = new ContactForm(stack, 'Contact', {
  recipient: 'hello@acme.example',
  sender,
  allowOrigins: [origin, 'https://www.acme.example'],
  fields: [
    FormField.text('name', { label: 'Your name', maxLength: 100 }),
    FormField.email('email', { required: false }),
    FormField.choice('topic', ['Sales', 'Support'], { required: false }),
    FormField.checkbox('terms', { label: 'I agree' }),
    FormField.multiline('message', { maxLength: 2000 }),
  ],
  title: 'Write to us',
  sync: true,
  mail: { subject: 'Message from {{name}}', text: '{{message}}', html: '<p>{{message}}</p>' },
  thankYouUrl: `${origin}/thanks`,
  duplicateWindow: Duration.minutes(10),
  retention: Duration.days(30),
  honeypot: 'homepage',
  minFillTime: Duration.seconds(2),
  captcha: Captcha.checkedBy('captcha', check),
  throttle: { rate: 5, burst: 10 },
  webAclArn: webAcl.attrArn,
  encryptionKey: new kms.Key(stack, 'Key', { removalPolicy }),
  alarmTopic: new sns.Topic(stack, 'OnCall'),
  aliasName: 'current',
  stateMachineName: 'integ-contact-form',
  timeout: Duration.minutes(5),
  logRetention: logs.RetentionDays.ONE_WEEK,
  removalPolicy,
});
new ContactForm(stack, 'Confirming', {
  recipient: 'hello@acme.example',
  sender,
  confirmation: { subject: 'Thank you', text: 'We have got your message {{id}}.', every: Duration.days(7) },
  removalPolicy,
});

const integ = new IntegTest(app, 'ContactFormEverything', { testCases: [stack] });
integ.assertions
  .awsApiCall('StepFunctions', 'startSyncExecution', {
    stateMachineArn: form.workflow.aliasArn,
    input: JSON.stringify({
      id: 'integ',
      receivedAt: '2026-01-01T00:00:00.000Z',
      duplicateSince: '2026-01-01T00:00:00.000Z',
      expiresAt: 4_000_000_000,
      fields: { name: 'Ada', message: 'Hello' },
    }),
  })
  // Nobody has verified the identity, so SES refuses the mail.
  .expect(ExpectedResult.objectLike({ status: 'FAILED', error: 'ContactForm.Unsent' }));
