import { App, Duration, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as ses from 'aws-cdk-lib/aws-ses';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { Captcha, ContactForm, EmailSender } from '../../src';
import { fn } from '../fixtures';
import { acknowledged, findings } from '../nag';

it.each([
  ['AwsSolutions', AwsSolutionsChecks],
  ['Serverless', ServerlessChecks],
])('contact forms have no %s finding that is not acknowledged by its exact id', (_, Pack) => {
  const app = new App();
  const stack = new Stack(app, 'Site');
  const sender = EmailSender.identity(
    ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'acme.example'),
    'site@acme.example',
  );
  const recipient = 'hello@acme.example';
  new ContactForm(stack, 'Plain', { recipient, sender });
  new ContactForm(stack, 'Full', {
    recipient,
    sender,
    allowOrigins: ['https://acme.example'],
    sync: true,
    encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
    minFillTime: Duration.seconds(3),
    captcha: Captcha.checkedBy('captcha', acknowledged(fn(stack, 'Check'))),
    webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/b',
  });
  expect(findings({ app, stack }, new Pack(app))).toEqual([]);
});
