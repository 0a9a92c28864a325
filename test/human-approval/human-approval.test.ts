import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import {
  Approver,
  ApproverAuth,
  type ExpiryDecision,
  HumanApproval,
  type HumanApprovalProps,
  Workflow,
} from '../../src';
import { definitions, newStack, plain } from '../fixtures';
import { emails, refunds } from './fixtures';

const template = (...args: Parameters<typeof refunds>) => Template.fromStack(refunds(...args).stack);
const statesOf = (...args: Parameters<typeof refunds>) => {
  const found = definitions(refunds(...args).stack).find(({ States }) => 'Open' in States);
  return found?.States ?? {};
};

describe('an approval has', () => {
  it('two tables that are encrypted, forget what is old, can be restored, and stay', () => {
    const found = template().findResources('AWS::DynamoDB::GlobalTable');
    expect(Object.values(found)).toHaveLength(2);
    for (const { Properties, DeletionPolicy } of Object.values(found)) {
      expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'deleteAt', Enabled: true });
      expect(Properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
      expect(Properties.Replicas[0].PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
      expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    }
  });

  it('a key of its own that signs and nothing else, unless one is given', () => {
    const made = template();
    made.hasResourceProperties('AWS::KMS::Key', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const given = template((stack) => ({
      linkKey: kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:us-east-1:1:key/${'0'.repeat(36)}`),
    }));
    given.resourceCountIs('AWS::KMS::Key', 0);
  });

  it('an API that is throttled, and whose log has no paths, as these hold the links', () => {
    template().hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 },
      AccessLogSettings: { Format: Match.not(Match.stringLikeRegexp('path|routeKey|querystring')) },
    });
  });

  it('a state for each round, whose times are those of the level', () => {
    const states = statesOf({
      levels: [
        { approvers: emails('a'), timeout: Duration.days(1) },
        { approvers: emails('b'), timeout: Duration.days(3) },
      ],
    });
    expect(Object.entries(states).map(([name, { TimeoutSeconds }]) => [name, TimeoutSeconds])).toEqual(
      expect.arrayContaining([
        ['Ask 1', 43_200],
        ['Remind 1-1', 43_200],
        ['Ask 2', 129_600],
        ['Remind 2-1', 60_480],
        ['Warn', 69_120],
        ['Expire', 75],
      ]),
    );
    expect(states['Ask 1'].Catch?.map(({ ErrorEquals, Next }) => [ErrorEquals, Next])).toEqual([
      [['States.Timeout'], 'Remind 1-1'],
      [['Approval.NotNotified'], 'Ask 2'],
    ]);
    expect(states['Remind 2-1'].Catch?.map(({ Next }) => Next)).toEqual(['Warn']);
    expect(states.Warn.Catch?.map(({ ErrorEquals, Next }) => [ErrorEquals, Next])).toEqual([
      [['States.Timeout'], 'Expire'],
    ]);
    for (const state of Object.values(states))
      expect(state).toMatchObject({ QueryLanguage: 'JSONata', Comment: expect.any(String) });
  });

  it('no reminder where none is wanted, or its time is shorter than ten minutes', () => {
    const none = ['Ask 1', 'Expire', 'Open', 'Warn'];
    expect(Object.keys(statesOf({ remindAfter: Duration.seconds(0) })).sort()).toEqual(none);
    expect(Object.keys(statesOf({ timeout: Duration.seconds(599) })).sort()).toEqual(none);
    expect(Object.keys(statesOf({ timeout: Duration.minutes(10) }))).toContain('Remind 1-1');
  });

  it('reminders in the levels that are long enough for one', () => {
    const levels = [
      { approvers: emails('a'), timeout: Duration.hours(1) },
      { approvers: emails('b'), timeout: Duration.days(2) },
    ];
    const reminders = Object.keys(statesOf({ levels, remindAfter: Duration.days(1) })).filter((name) =>
      name.startsWith('Remind'),
    );
    expect(reminders).toEqual(['Remind 2-1']);
  });

  it('alarms, each of which says what to do, and tells whom is said', () => {
    const { approval } = refunds();
    expect(approval.alarms.map(({ node }) => node.id)).toEqual([
      'FailedAlarm',
      'TimedOutAlarm',
      'AbortedAlarm',
      'ThrottledAlarm',
      'SlowAlarm',
      'NotificationsFailedAlarm',
      'PendingAlarm',
      'SignaturesRefusedAlarm',
      'PageErrorsAlarm',
    ]);
    const told = template((stack) => ({ alarmTopic: new sns.Topic(stack, 'OnCall') }));
    const toTopic = {
      AlarmActions: Match.anyValue(),
      TreatMissingData: 'notBreaching',
    };
    told.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', toTopic, 9);
  });

  it('an alarm that rings when the page answers that it failed, as Lambda counts no such error', () => {
    template().hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/ApiGateway',
      MetricName: '5xx',
      Statistic: 'Sum',
      Threshold: 1,
    });
  });

  it('an alarm that rings when a portal could not be answered, and none where no portal is asked', () => {
    const errors = { Namespace: 'AWS/Lambda', MetricName: 'Errors' };
    template({ approvers: [Approver.event()] }).hasResourceProperties('AWS::CloudWatch::Alarm', errors);
    template().resourcePropertiesCountIs('AWS::CloudWatch::Alarm', errors, 0);
  });

  it.each<[string, Partial<HumanApprovalProps>]>([
    ['with its defaults', {}],
    ['without reminders', { remindAfter: Duration.seconds(0) }],
    ['that lasts less than ten minutes', { timeout: Duration.minutes(5) }],
  ])('an alarm that rings when a request is pending for too long: one %s', (_, props) => {
    template(props).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'PendingSeconds',
      Statistic: 'Maximum',
      Threshold: 1,
    });
  });

  it('logs that are kept for a year, or as long as is said', () => {
    template().allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
    const props = { logRetention: logs.RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY };
    const groups = Object.entries(template(props).findResources('AWS::Logs::LogGroup'));
    const own = groups.filter(([logicalId]) => logicalId.startsWith('Refund'));
    expect(own.map(([, { Properties }]) => Properties.RetentionInDays)).toEqual(Array(5).fill(7));
    template(props).hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
  });

  it('functions without any secret: their environment names tables, keys and addresses', () => {
    const functions = Object.values(template().findResources('AWS::Lambda::Function')).filter(({ Properties }) =>
      /Refund\/(Notify|Page|Respond)|Refund/.test(JSON.stringify(Properties.Description ?? '')),
    );
    const names = functions.flatMap(({ Properties }) => Object.keys(Properties.Environment.Variables));
    expect([...new Set(names)].sort()).toEqual([
      'APPROVAL_NAME',
      'APPROVER_AUTH',
      'AUDIT_DAYS',
      'AUDIT_TABLE_NAME',
      'LINK_KEYS',
      'PAGE_URL',
      'SENDER',
      'TABLE_NAME',
    ]);
  });
});

describe('an event bus', () => {
  const ARN = 'arn:aws:events:us-east-1:999999999999:event-bus/partner';

  it('of another account is put to and granted by its ARN, as its name would be one of this account', () => {
    const { stack } = refunds((made) => ({
      approvers: [Approver.event(events.EventBus.fromEventBusArn(made, 'Bus', ARN))],
    }));
    const [{ States }] = definitions(stack).filter((definition) => 'Open' in definition.States);
    const { level } = (States['Ask 1'].Arguments as { Payload: { level: { approvers: object[] } } }).Payload;
    expect(level.approvers).toEqual([{ way: 'event', name: 'portal', target: ARN }]);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: 'events:PutEvents', Resource: ARN })]),
      },
    });
  });
});

describe('who signs in', () => {
  it('does so by IAM, and a role is let by grantOpen', () => {
    const { approval, stack } = refunds({ auth: ApproverAuth.iam() });
    const role = new iam.Role(stack, 'Lead', { assumedBy: new iam.AccountRootPrincipal() });
    approval.grantOpen(role);
    const made = Template.fromStack(stack);
    made.hasResourceProperties('AWS::ApiGatewayV2::Route', { AuthorizationType: 'AWS_IAM', RouteKey: '$default' });
    const [policy] = Object.values(made.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes('Lead'),
    );
    const [{ Action, Resource }] = policy.Properties.PolicyDocument.Statement;
    expect([Action, Resource.map(plain)[0]]).toEqual([
      'execute-api:Invoke',
      expect.stringMatching(/\/\$default\/GET\/r\/\*$/),
    ]);
  });
});

describe('fails at synthesis', () => {
  const make = (props: Partial<HumanApprovalProps>) => () =>
    new HumanApproval(newStack(), 'A', props as HumanApprovalProps);
  const timeout = Duration.days(1);
  const level = { approvers: [Approver.event()], timeout };
  const topic = Approver.topic(sns.Topic.fromTopicArn(newStack(), 'Chat', 'arn:aws:sns:us-east-1:1:chat'));

  it.each<[string, Partial<HumanApprovalProps>, RegExp]>([
    ['without approvers', { timeout }, /Travel\/A: lacks approvers or a timeout/],
    ['without a timeout', { approvers: level.approvers }, /lacks approvers or a timeout/],
    ['with levels and a timeout beside them', { levels: [level], timeout }, /levels beside/],
    ['with no level', { levels: [] }, /0 levels; give 1 to 20/],
    ['with no approver', { approvers: [], timeout }, /level 1 has 0 approvers/],
    ['with one approver twice', { approvers: emails('ann', 'ANN'), timeout }, /asks email ANN@acme.example twice/],
    [
      'with one mailbox twice',
      { approvers: emails('ann+a', 'ann+b'), timeout },
      /asks email ann\+b@acme.example twice/,
    ],
    [
      'with more approvers to agree than there are',
      { approvers: emails('ann'), timeout, quorum: 2 },
      /the quorum 2, and its 1 approvers can give 1/,
    ],
    ['with more answers of a portal than an item can hold', { ...level, quorum: 26 }, /1 approvers can give 25/],
    [
      'with more to agree than the readers of a topic are, who are one',
      { approvers: [topic], timeout, quorum: 2 },
      /the quorum 2, and its 1 approvers can give 1/,
    ],
    [
      'with more answers of those who sign in than an item can hold',
      { approvers: [topic], timeout, quorum: 26, auth: ApproverAuth.iam() },
      /1 approvers can give 25/,
    ],
    ['with a quorum of 0', { ...level, quorum: 0 }, /quorum 0/],
    ['with a quorum and a half', { ...level, quorum: 1.5 }, /quorum 1.5/],
    ['with a minute to answer', { ...level, timeout: Duration.minutes(1) }, /at least 5 minutes/],
    ['with a reminder each minute', { ...level, remindAfter: Duration.minutes(1) }, /at least 5 minutes/],
    [
      'with a reminder when its time is over',
      { ...level, remindAfter: timeout },
      /reminds after Duration.days\(1\), but no level lasts 5 minutes longer than that; give less, or Duration.sec/,
    ],
    [
      'with a reminder a minute before its time is over',
      { ...level, remindAfter: timeout.minus(Duration.minutes(1)) },
      /no level lasts 5 minutes longer/,
    ],
    [
      'with a text as its approver, as JavaScript lets it',
      { ...level, approvers: ['ann@acme.example'] as unknown as Approver[] },
      /level 1 has "ann@acme.example" among its approvers; give Approver.email\('ann@acme.example'\)/,
    ],
    [
      'with no approver among its approvers, as JavaScript lets it',
      { ...level, approvers: [undefined] as unknown as Approver[] },
      /level 1 has undefined among its approvers; give an Approver/,
    ],
    [
      'with hundreds of reminders',
      { ...level, timeout: Duration.days(30), remindAfter: Duration.hours(1) },
      /notifies \d+ times, at most 50/,
    ],
    ['with a time beyond a year', { ...level, timeout: Duration.days(366) }, /shorter than the year/],
    [
      'with one event bus twice, which is one portal whatever it is called',
      { approvers: [Approver.event(), Approver.event(undefined, 'finance')], timeout },
      /asks event finance twice; give each portal an event bus of its own/,
    ],
    [
      'with a meaning of the expiry that is none, as JavaScript lets it',
      { ...level, onExpiry: 'APPROVE' as ExpiryDecision },
      /Travel\/A: onExpiry is "APPROVE"; give 'reject' or 'approve'/,
    ],
    [
      'with an audit that is kept for no time',
      { ...level, auditRetention: Duration.days(0) },
      /Travel\/A: keeps its audit for Duration.days\(0\); give whole days/,
    ],
    [
      'with an audit that is kept for a part of a day',
      { ...level, auditRetention: Duration.hours(36) },
      /Travel\/A: keeps its audit for Duration.hours\(36\); give whole days/,
    ],
    ['with mails and no sender', { approvers: emails('ann'), timeout }, /no sender; give EmailSender/],
  ])('%s', (_, props, message) => {
    expect(make(props)).toThrow(message);
  });

  it.each<[string, (stack: ReturnType<typeof newStack>) => kms.IKey, RegExp]>([
    [
      'an alias',
      (stack) => new kms.Alias(stack, 'A', { aliasName: 'alias/links', targetKey: new kms.Key(stack, 'K') }),
      /alias/,
    ],
    ['an alias of elsewhere', (stack) => kms.Alias.fromAliasName(stack, 'A', 'alias/links'), /is an alias/],
    ['a key that encrypts', (stack) => new kms.Key(stack, 'K'), /is of the kind SYMMETRIC_DEFAULT/],
    [
      'a key of other signatures',
      (stack) => new kms.Key(stack, 'K', { keySpec: kms.KeySpec.HMAC_512, keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC }),
      /is of the kind HMAC_512/,
    ],
    [
      'a key whose id is none',
      (stack) => kms.Key.fromKeyArn(stack, 'K', 'arn:aws:kms:us-east-1:1:key/links'),
      /key's id/,
    ],
  ])('with %s as a link key, or one of before', (_, key, message) => {
    expect(() => refunds((stack) => ({ linkKey: key(stack) }))).toThrow(message);
    expect(() => refunds((stack) => ({ previousLinkKeys: [key(stack)] }))).toThrow(message);
  });

  it.each(['lead', 'lead@acme', 'Lead <lead@acme.example>', 'a@b.example\r\nBcc: c@d.example', ''])(
    'with the address %j',
    (address) => {
      expect(() => Approver.email(address)).toThrow(/no plain e-mail address/);
    },
  );

  it('with a topic or a portal without a name', () => {
    expect(() => Approver.topic(new sns.Topic(newStack(), 'T'), ' ')).toThrow(/Approver.topic: the name is empty/);
    expect(() => Approver.event(undefined, '')).toThrow(/Approver.event: the name is empty/);
  });

  it('with two topics that have one id, until they have names', () => {
    const topics = (...names: (string | undefined)[]) =>
      refunds((stack) => ({
        approvers: names.map((name, index) =>
          Approver.topic(new sns.Topic(new Construct(stack, `Scope${index}`), 'Chat'), name),
        ),
      }));
    expect(() => topics(undefined, undefined)).toThrow(
      /asks topic Chat twice; where they are two topics, give each a name of its own: Approver.topic\(topic, name\)/,
    );
    expect(() => topics('one', 'two')).not.toThrow();
  });

  it('with a FIFO topic, which takes no message without a group', () => {
    const stack = newStack();
    const arn = 'arn:aws:sns:us-east-1:1:chat.fifo';
    for (const topic of [new sns.Topic(stack, 'T', { fifo: true }), sns.Topic.fromTopicArn(stack, 'I', arn)]) {
      expect(() => Approver.topic(topic)).toThrow(/Travel\/[TI] is a FIFO topic.*give a standard one/);
    }
  });

  it('with more mails than the policy that lets it send can hold', () => {
    const levels = (perLevel: number) =>
      Array.from({ length: 5 }, (_, level) => ({
        approvers: emails(...Array.from({ length: perLevel }, (__, one) => `approver-${level}-${one + 10}`)),
        timeout,
      }));
    expect(() => refunds({ levels: levels(40) })).toThrow(
      /Refunds\/Refund: has 200 approvers who get mails, whose addresses take \d+ characters of the policy/,
    );
    const statements = Object.values(template({ levels: levels(30) }).findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const sending = statements.find(({ Action }) => Action === 'ses:SendEmail');
    expect(sending.Condition['ForAllValues:StringEquals']['ses:Recipients']).toHaveLength(150);
    expect(JSON.stringify(sending).length).toBeLessThan(6144);
  });

  it('where the asker gives it less time than it may take', () => {
    const { approval, stack } = refunds();
    const definition = approval.ask({ question: 'Go?' });
    const asker = (id: string, days: number) => () =>
      new Workflow(stack, id, { definition, timeout: Duration.days(days) });
    expect(asker('Long', 3)).not.toThrow();
    expect(asker('Short', 2)).toThrow(/Refunds\/Short.*timeout/);
  });
});

it('answers can be granted to a portal, for the function alone', () => {
  const { approval, stack } = refunds();
  const role = new iam.Role(stack, 'Portal', { assumedBy: new iam.AccountRootPrincipal() });
  approval.grantRespond(role);
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
    JSON.stringify(Properties.Roles).includes('Portal'),
  );
  expect(policy.Properties.PolicyDocument.Statement).toHaveLength(1);
  expect(policy.Properties.PolicyDocument.Statement[0].Action).toBe('lambda:InvokeFunction');
});
