import { App, Aws, CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
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
  const long = (name: string) => FormField.multiline(name, { maxLength: 10_000 });
  const slowCaptcha = (isAlias = false) => {
    const check = fn(newStack(), 'Check', 'return true;', { timeout: Duration.seconds(6) });
    return { captcha: Captcha.checkedBy('captcha', isAlias ? check.addAlias('live') : check) };
  };
  const importedCaptcha = () => ({
    captcha: Captcha.checkedBy('captcha', lambda.Function.fromFunctionName(newStack(), 'Check', 'check')),
  });
  type Case = [string, () => Partial<ContactFormProps>, RegExp];
  const cases: Case[] = [
    ['several recipients', () => ({ recipient: 'a@acme.example, b@acme.example' }), /is no plain e-mail address/],
    ['an origin with a path', () => ({ allowOrigins: ['https://acme.example/'] }), /the origin 'https:\/\/acme/],
    ['any origin', () => ({ allowOrigins: ['*'] }), /the origin '\*'/],
    ["an origin with its scheme's own port", () => ({ allowOrigins: ['https://acme.example:443'] }), /own port/],
    ['an origin with a port beyond the last', () => ({ allowOrigins: ['https://acme.example:65536'] }), /the origin/],
    ['an origin with a port of zeros', () => ({ allowOrigins: ['https://acme.example:0443'] }), /the origin/],
    ['an origin of a host that is none', () => ({ allowOrigins: ['https://acme..example'] }), /the origin/],
    ['an origin of an address that is none', () => ({ allowOrigins: ['https://999.1.1.1'] }), /the origin/],
    [
      'an origin of an address that browsers write otherwise',
      () => ({ allowOrigins: ['https://127.1'] }),
      /the origin/,
    ],
    ['an origin without encryption', () => ({ allowOrigins: ['http://acme.example'] }), /the origin/],
    ['a field twice', () => ({ fields: [FormField.text('a'), FormField.email('a')] }), /'a' is there twice/],
    ['a field like the honeypot', () => ({ fields: [FormField.text('website')] }), /'website' is there twice/],
    ['a captcha like the honeypot', () => ({ captcha: captcha() }), /'website' is there twice/],
    ['a field like a placeholder', () => ({ fields: [FormField.text('id')] }), /the name of a placeholder/],
    ['a honeypot that is no name', () => ({ honeypot: 'a b' }), /the honeypot 'a b'/],
    ['two addresses', () => ({ fields: [FormField.email('a'), FormField.email('b')] }), /several e-mail fields/],
    ['nothing required', () => ({ fields: [FormField.text('a', { required: false })] }), /no field is required/],
    ['a thank-you page that is no URL', () => ({ thankYouUrl: 'javascript:alert(1)' }), /is no URL/],
    ['a thank-you page that nobody can go to', () => ({ thankYouUrl: 'https://acme.example:99999/' }), /is no URL/],
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY].map((rate): Case => {
      return [`the rate ${rate}`, () => ({ throttle: { rate, burst: 1 } }), /the throttle's rate is/];
    }),
    ...[0, -1, Number.NaN, 1.5].map((burst): Case => {
      return [`the burst ${burst}`, () => ({ throttle: { rate: 1, burst } }), /the throttle's burst is/];
    }),
    ...[
      'webacl',
      'arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b',
      'arn:aws:wafv2:us-east-1:123456789012:regional/ipset/a/b',
      'arn:aws:waf-regional:us-east-1:123456789012:webacl/b',
    ].map((webAclArn): Case => [`the web ACL ${webAclArn}`, () => ({ webAclArn }), /no ARN of a regional web ACL/]),
    [
      'a subject that many fields make too long',
      () => mail({ subject: '{{name}} '.repeat(10) }),
      /can come to 1010 chara/,
    ],
    ['a subject that ids make too long', () => mail({ subject: '{{id}}'.repeat(31) }), /can come to 992/],
    ['a mail with another placeholder', () => mail({ text: '{{other}}' }), /\{\{other\}\}.*it can have id, receivedAt/],
    ['several lines in the subject', () => mail({ subject: '{{message}}' }), /\{\{message\}\}/],
    ['a control character in the subject', () => mail({ subject: 'a\nb' }), /the subject of the mail/],
    ['the message in a confirmation', () => ({ confirmation: { ...confirmation, text: '{{name}}' } }), /\{\{name\}\}/],
    ['a confirmation while the visitor waits', () => ({ confirmation, sync: true }), /it is sync/],
    ['a confirmation to nobody', () => ({ confirmation, fields: [FormField.text('a')] }), /nowhere to go/],
    ['a time for duplicates of seconds', () => ({ duplicateWindow: Duration.seconds(5) }), /duplicateWindow has to be/],
    [
      'a time for duplicates that is longer than messages are kept',
      () => ({ duplicateWindow: Duration.days(2), retention: Duration.days(1) }),
      /the duplicateWindow, 2 days, is longer than the retention, 1 day/,
    ],
    [
      'fields that never fit together',
      () => ({ fields: ['a', 'b'].map(long) }),
      /take 20015 bytes.* has 16384 at most/,
    ],
    [
      'a captcha that takes longer than the form waits',
      () => slowCaptcha(),
      /has a timeout of 6 seconds; give one with 5/,
    ],
    ['an alias of such a captcha', () => slowCaptcha(true), /has a timeout of 6 seconds; give one with 5/],
    ['a captcha whose function is imported', () => importedCaptcha(), /has a timeout that isn't known at synthesis/],
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
    ['a choice twice, as Unicode has it', () => FormField.choice('a', ['\u00E9', 'e\u0301']), /each of them once/],
    ['a choice with a new line', () => FormField.choice('a', ['x\ny']), /without control characters/],
    ['a captcha without a name', () => Captcha.checkedBy('', fn(newStack(), 'Check')), /Captcha: the field ''/],
  ])('%s', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('a configuration set', () => {
  const formWith = (stack: Stack, configurationSet: ses.IConfigurationSet): Stack => {
    const sender = senderOf(stack, { configurationSet });
    new ContactForm(stack, 'Contact', { recipient: 'hello@acme.example', sender });
    return stack;
  };
  const created = (stack: Stack, props?: ses.ConfigurationSetProps) => new ses.ConfigurationSet(stack, 'Set', props);

  test.each([
    ['says nothing of them', undefined],
    ['has them off', { reputationMetrics: false }],
  ])('fails at synthesis without reputation metrics, where it %s', (_what, props) => {
    const stack = newStack('Site');
    formWith(stack, created(stack, props));
    expect(() => Template.fromStack(stack)).toThrow(/Site\/Set\/Resource has no reputation metrics/);
  });

  test('fails at synthesis without reputation metrics, where another stack has it', () => {
    const app = new App();
    const stack = formWith(new Stack(app, 'Site'), created(new Stack(app, 'Mail')));
    expect(() => Template.fromStack(stack)).toThrow(/Mail\/Set\/Resource has no reputation metrics/);
  });

  test('is taken with reputation metrics, also where they are turned on later', () => {
    const [stack, later] = [newStack('Site'), newStack('Site')];
    formWith(stack, created(stack, { reputationMetrics: true }));
    const set = created(later);
    formWith(later, set);
    const resource = set.node.defaultChild as ses.CfnConfigurationSet;
    resource.reputationOptions = { reputationMetricsEnabled: true };
    for (const one of [stack, later]) {
      Template.fromStack(one).hasResourceProperties('AWS::SES::ConfigurationSet', {
        ReputationOptions: { ReputationMetricsEnabled: true },
      });
    }
  });
});

test.each([
  'https://acme.example:8443',
  'http://localhost:3000',
  'https://xn--mnchen-3ya.example',
  'https://192.0.2.1',
])('an origin as browsers send it is taken: %s', (origin) => {
  expect(() => contactForm({ allowOrigins: [origin] })).not.toThrow();
});

test('what is not known at synthesis is let through', () => {
  const stack = newStack('Site');
  const { valueAsNumber } = new CfnParameter(stack, 'Rate', { type: 'Number' });
  const webAclArn = `arn:aws:wafv2:${Aws.REGION}:${Aws.ACCOUNT_ID}:regional/webacl/a/b`;
  new ContactForm(stack, 'Contact', {
    recipient: 'hello@acme.example',
    sender: senderOf(stack),
    throttle: { rate: valueAsNumber, burst: valueAsNumber },
    webAclArn,
  });
  Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::Stage', {
    MethodSettings: [Match.objectLike({ ThrottlingRateLimit: { Ref: 'Rate' }, ThrottlingBurstLimit: { Ref: 'Rate' } })],
  });
});

test("a captcha's function may take five seconds", () => {
  const stack = newStack();
  const check = fn(stack, 'Check', 'return true;', { timeout: Duration.seconds(5) });
  expect(() => Captcha.checkedBy('captcha', check)._bind(stack, {})).not.toThrow();
});
