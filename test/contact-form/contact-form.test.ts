import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { Captcha, ContactForm, type ContactFormProps, EmailSender, FormField } from '../../src';
import { fn, newStack, plain } from '../fixtures';
import { contactForm } from './fixtures';

const templateOf = (props: Partial<ContactFormProps> = {}) => Template.fromStack(contactForm(props).stack);

describe('a contact form', () => {
  test('keeps messages encrypted, with point-in-time recovery, until they expire', () => {
    const template = templateOf();
    template.hasResource('AWS::DynamoDB::Table', {
      Properties: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
      UpdateReplacePolicy: 'Retain',
      DeletionPolicy: 'RetainExceptOnCreate',
    });
  });

  test('takes a key of its own for what it keeps, which the workflow may use for that alone', () => {
    const stack = newStack('Site');
    new ContactForm(stack, 'Contact', {
      recipient: 'hello@acme.example',
      sender: senderOf(stack),
      encryptionKey: new kms.Key(stack, 'Key'),
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::DynamoDB::Table', { SSESpecification: { SSEType: 'KMS' } });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(['kms:Decrypt']),
            Condition: {
              StringEquals: {
                'kms:ViaService': { 'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
              },
            },
          }),
        ]),
      },
    });
  });

  test('is a Standard workflow without execution data in its log, and an Express one where it is sync', () => {
    for (const [sync, type] of [
      [false, Match.absent()],
      [true, 'EXPRESS'],
    ] as const) {
      templateOf({ sync }).hasResourceProperties('AWS::StepFunctions::StateMachine', {
        StateMachineType: type,
        LoggingConfiguration: { IncludeExecutionData: false },
      });
    }
  });

  test('has an API with a schema of its fields, throttling, and an access log without visitors', () => {
    const template = templateOf({ fields: [FormField.text('subject'), FormField.checkbox('terms')] });
    template.hasResourceProperties('AWS::ApiGateway::Model', {
      Schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          subject: { description: 'Subject: text of 200 characters at most, required' },
          terms: { description: 'Terms: checkbox, required' },
          website: {},
        },
      },
    });
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [
        Match.objectLike({ ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20, DataTraceEnabled: false }),
      ],
      AccessLogSetting: { Format: Match.not(Match.stringLikeRegexp('sourceIp|userAgent|user')) },
    });
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 0);
  });

  test('sets the role with which API Gateway writes logs, and leaves it behind, as it is the account’s', () => {
    const template = templateOf({ removalPolicy: RemovalPolicy.DESTROY });
    const accounts = template.findResources('AWS::ApiGateway::Account');
    const roles = template.findResources('AWS::IAM::Role', {
      Properties: { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'apigateway.amazonaws.com' } }] } },
    });
    const left = [...Object.values(accounts), ...Object.values(roles)];
    expect(left.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Retain', 'Retain']);
  });

  test('leaves the role of API Gateway as it is where it is told to', () => {
    const template = templateOf({ cloudWatchRole: false });
    template.resourceCountIs('AWS::ApiGateway::Account', 0);
    expect(JSON.stringify(template)).not.toContain('AmazonAPIGatewayPushToCloudWatchLogs');
    template.hasResourceProperties('AWS::ApiGateway::Stage', { AccessLogSetting: Match.anyValue() });
  });

  test('stands behind a web ACL where there is one, and takes as much as it is told', () => {
    const webAclArn = 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/b';
    const template = templateOf({ webAclArn, throttle: { rate: 2, burst: 3 } });
    template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { WebACLArn: webAclArn });
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 2, ThrottlingBurstLimit: 3 })],
    });
  });

  test('makes a key for timestamps only where there is a least time', () => {
    templateOf().resourceCountIs('AWS::KMS::Key', 0);
    templateOf({ minFillTime: Duration.seconds(3) }).hasResourceProperties('AWS::KMS::Key', {
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
    });
  });

  test('may send from its address to its recipient alone', () => {
    templateOf().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'ses:SendEmail',
            Condition: {
              StringEquals: { 'ses:FromAddress': 'site@acme.example' },
              'ForAllValues:StringEquals': { 'ses:Recipients': ['hello@acme.example'] },
            },
          }),
        ]),
      },
    });
  });

  test('has alarms that say what to do, for bounces and complaints of its configuration set too', () => {
    const stack = newStack('Site');
    const configurationSet = ses.ConfigurationSet.fromConfigurationSetName(stack, 'Set', 'site');
    const form = new ContactForm(stack, 'Contact', {
      recipient: 'hello@acme.example',
      sender: senderOf(stack, { configurationSet }),
      alarmTopic: new sns.Topic(stack, 'OnCall'),
    });
    const alarms = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
    expect(alarms).toHaveLength(form.alarms.length);
    for (const { Properties } of alarms) {
      expect(Properties).toMatchObject({ TreatMissingData: 'notBreaching', AlarmActions: [expect.anything()] });
      expect(Properties.AlarmDescription.length).toBeGreaterThan(80);
    }
    for (const [MetricName, Threshold] of [
      ['Reputation.BounceRate', 0.05],
      ['Reputation.ComplaintRate', 0.001],
    ]) {
      Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName,
        Threshold,
        Dimensions: [{ Name: 'ses:configuration-set', Value: 'site' }],
      });
    }
    const unsent = alarms.find(({ Properties }) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible');
    for (const how of ['{ "resend": "<id>" }', '{ "resend": "<id>", "uncertain": true }', 'markError']) {
      expect(unsent?.Properties.AlarmDescription).toContain(how);
    }
    const bounces = alarms.find(({ Properties }) => Properties.MetricName === 'Reputation.BounceRate');
    expect(bounces?.Properties.AlarmDescription).toContain('reputation metrics have to be on');
    const failed = alarms.find(({ Properties }) => Properties.MetricName === 'ExecutionsFailed');
    expect(failed?.Properties.AlarmDescription).toContain('redrive it');
  });

  test('applies a removal policy to all that holds data', () => {
    const template = templateOf({ removalPolicy: RemovalPolicy.DESTROY, minFillTime: Duration.seconds(3) });
    for (const type of ['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup', 'AWS::SQS::Queue', 'AWS::KMS::Key']) {
      for (const resource of Object.values(template.findResources(type))) {
        expect([type, resource.DeletionPolicy]).toEqual([type, 'Delete']);
      }
    }
  });

  test('lets somebody send messages again, by the alias', () => {
    for (const sync of [false, true]) {
      const { stack, form } = contactForm({ sync });
      form.grantResend(new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() }));
      Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
        PolicyName: Match.stringLikeRegexp('Operator'),
        PolicyDocument: {
          Statement: [Match.objectLike({ Action: sync ? 'states:StartSyncExecution' : 'states:StartExecution' })],
        },
      });
    }
  });

  test('has its own page alone where no site may use it', () => {
    const { stack, form } = contactForm({ allowOrigins: [] });
    const template = Template.fromStack(stack);
    expect(plain(stack.resolve(form.url))).toMatch(/^https:\/\/.*\/$/);
    expect(Object.values(template.findResources('AWS::ApiGateway::Method'))).toHaveLength(2);
  });
});

const senderOf = (stack: Stack, options = {}) =>
  EmailSender.identity(
    ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'acme.example'),
    'site@acme.example',
    options,
  );

describe('fails at synthesis for', () => {
  const captcha = () => Captcha.checkedBy('website', fn(newStack(), 'Check'));
  const mail = (change: object) => ({ mail: { subject: 'Hello', text: '{{name}}', ...change } });
  const confirmation = { subject: 'Thank you', text: '{{id}}' };
  const cases: [string, () => Partial<ContactFormProps>, RegExp][] = [
    ['several recipients', () => ({ recipient: 'a@acme.example, b@acme.example' }), /is no plain e-mail address/],
    ['an origin with a path', () => ({ allowOrigins: ['https://acme.example/'] }), /the origin 'https:\/\/acme/],
    ['any origin', () => ({ allowOrigins: ['*'] }), /the origin '\*'/],
    ['an origin without encryption', () => ({ allowOrigins: ['http://acme.example'] }), /the origin/],
    ['a field twice', () => ({ fields: [FormField.text('a'), FormField.email('a')] }), /'a' is there twice/],
    ['a field like the honeypot', () => ({ fields: [FormField.text('website')] }), /'website' is there twice/],
    ['a captcha like the honeypot', () => ({ captcha: captcha() }), /'website' is there twice/],
    ['a field like a placeholder', () => ({ fields: [FormField.text('id')] }), /the name of a placeholder/],
    ['a honeypot that is no name', () => ({ honeypot: 'a b' }), /the honeypot 'a b'/],
    ['two addresses', () => ({ fields: [FormField.email('a'), FormField.email('b')] }), /several e-mail fields/],
    ['nothing required', () => ({ fields: [FormField.text('a', { required: false })] }), /no field is required/],
    ['a thank-you page that is no URL', () => ({ thankYouUrl: 'javascript:alert(1)' }), /is no URL/],
    ['a mail with another placeholder', () => mail({ text: '{{other}}' }), /\{\{other\}\}.*it can have id, receivedAt/],
    ['several lines in the subject', () => mail({ subject: '{{message}}' }), /\{\{message\}\}/],
    ['a control character in the subject', () => mail({ subject: 'a\nb' }), /the subject of the mail/],
    ['the message in a confirmation', () => ({ confirmation: { ...confirmation, text: '{{name}}' } }), /\{\{name\}\}/],
    ['a confirmation while the visitor waits', () => ({ confirmation, sync: true }), /it is sync/],
    ['a confirmation to nobody', () => ({ confirmation, fields: [FormField.text('a')] }), /nowhere to go/],
    ['a time for duplicates of seconds', () => ({ duplicateWindow: Duration.seconds(5) }), /duplicateWindow has to be/],
    ['keeping for an hour', () => ({ retention: Duration.hours(1) }), /retention has to be known, and from 1 day/],
    ['a day to fill it in', () => ({ minFillTime: Duration.days(1) }), /minFillTime has to be/],
    [
      'more than the function can be told',
      () => ({ fields: Array.from({ length: 40 }, (_, i) => FormField.text(`field${i}`, { label: 'x'.repeat(50) })) }),
      /takes \d+ bytes to tell/,
    ],
  ];

  test.each(cases)('%s', (_what, props, message) => {
    expect(() => contactForm(props())).toThrow(message);
  });

  test.each([
    ['a name with a blank', () => FormField.text('a b'), /needs a name/],
    ['an empty name', () => FormField.text(''), /needs a name/],
    ['a name of JavaScript', () => FormField.text('constructor'), /JavaScript uses itself/],
    ['an empty label', () => FormField.text('a', { label: '' }), /needs a label/],
    ['no length', () => FormField.text('a', { maxLength: 0 }), /maxLength 0/],
    ['no choices', () => FormField.choice('a', []), /needs choices/],
    ['a choice twice', () => FormField.choice('a', ['x', 'x']), /each of them once/],
    ['a choice with a new line', () => FormField.choice('a', ['x\ny']), /without control characters/],
    ['a captcha without a name', () => Captcha.checkedBy('', fn(newStack(), 'Check')), /Captcha: the field ''/],
  ])('%s', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});
