import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ses from 'aws-cdk-lib/aws-ses';
import { ContactForm, EmailSender } from '../src';

const app = new App();
const stack = new Stack(app, 'integ-contact-form');
// Nobody has verified it, so SES refuses the mail: the message has to be kept.
const domain = ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'acme.example');
const origin = 'https://acme.example';
const form = new ContactForm(stack, 'Contact', {
  recipient: 'hello@acme.example',
  sender: EmailSender.identity(domain, 'site@acme.example'),
  allowOrigins: [origin],
  removalPolicy: RemovalPolicy.DESTROY,
});

const integ = new IntegTest(app, 'ContactForm', { testCases: [stack] });
const post = (fields: object) =>
  integ.assertions.httpApiCall(form.url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: origin },
    body: JSON.stringify(fields),
  });
post({ name: 'Ada', email: 'not an address', message: 'Hello' })
  .expect(ExpectedResult.objectLike({ status: 400, body: { fields: { email: 'invalid' } } }))
  .next(
    post({ name: 'Ada', email: 'ada@example.org', message: 'Hello' }).expect(
      ExpectedResult.objectLike({ status: 202 }),
    ),
  )
  .next(
    integ.assertions
      .awsApiCall('DynamoDB', 'scan', { TableName: form.table.tableName })
      .expect(ExpectedResult.objectLike({ Items: [{ status: { S: 'UNSENT' } }] }))
      .waitForAssertions({ totalTimeout: Duration.minutes(3) }),
  );
