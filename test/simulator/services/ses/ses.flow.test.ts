import * as iam from 'aws-cdk-lib/aws-iam';
import * as ses from 'aws-cdk-lib/aws-ses';
import { expect, test } from 'vitest';
import { fn, newStack } from '../../../fixtures';
import { machine, simulate, task } from '../../simulate';
import { invoker, SDK } from '../sdk';

const MAIL = {
  FromEmailAddress: 'Acme <site@acme.example>',
  Destination: { ToAddresses: ['a@b.example'], CcAddresses: ['c@b.example'] },
  ReplyToAddresses: ['visitor@c.example'],
  Content: {
    Simple: {
      Subject: { Data: 'Hello' },
      Body: { Text: { Data: 'text' }, Html: { Data: '<p>html</p>' } },
      Headers: [{ Name: 'X-Form', Value: 'contact' }],
    },
  },
};

/** A workflow that sends a mail, of a stack that may send from what `resource` names. */
const sending = (mail: object = MAIL, conditions?: { [operator: string]: { [key: string]: unknown } }, own = true) => {
  const stack = newStack();
  if (own) new ses.EmailIdentity(stack, 'Domain', { identity: ses.Identity.domain('acme.example') });
  const set = new ses.ConfigurationSet(stack, 'Set', { configurationSetName: 'mails' });
  const send = task(stack, 'Send', 'arn:aws:states:::aws-sdk:sesv2:sendEmail', { Parameters: mail });
  const workflow = machine(stack, send);
  workflow.addToRolePolicy(
    new iam.PolicyStatement({
      actions: ['ses:SendEmail', 'ses:SendTemplatedEmail'],
      resources: [
        stack.formatArn({ service: 'ses', resource: 'identity', resourceName: 'acme.example' }),
        stack.formatArn({ service: 'ses', resource: 'configuration-set', resourceName: 'mails' }),
      ],
      conditions,
    }),
  );
  return { stack, set, workflow, start: () => simulate(stack) };
};

const send = async (...args: Parameters<typeof sending>) => {
  const { workflow, start } = sending(...args);
  const sim = start();
  return { sim, run: await sim.start(workflow) };
};

const content = (simple: object) => ({ ...MAIL, Content: { Simple: { ...MAIL.Content.Simple, ...simple } } });

test('a task sends a mail, which the test reads as it was given', async () => {
  const { sim, run } = await send({ ...MAIL, ConfigurationSetName: 'mails', EmailTags: [{ Name: 'k', Value: 'v' }] });
  expect(run.status).toBe('SUCCEEDED');
  expect(sim.emails).toEqual([
    {
      messageId: (run.output as { MessageId: string }).MessageId,
      at: sim.now,
      from: 'Acme <site@acme.example>',
      to: ['a@b.example'],
      cc: ['c@b.example'],
      bcc: [],
      replyTo: ['visitor@c.example'],
      subject: 'Hello',
      text: 'text',
      html: '<p>html</p>',
      headers: { 'X-Form': 'contact' },
      configurationSet: 'mails',
      tags: { k: 'v' },
    },
  ]);
});

test('IAM judges the identity and the configuration set, with the condition keys of SES', async () => {
  const { run } = await send(
    { ...MAIL, ConfigurationSetName: 'mails' },
    {
      StringEquals: { 'ses:FromAddress': 'site@acme.example', 'ses:FromDisplayName': 'Acme' },
      'ForAllValues:StringEquals': { 'ses:Recipients': ['a@b.example', 'c@b.example'] },
    },
  );
  expect(run.calls.map(({ action, resource, allowed }) => ({ action, resource, allowed }))).toEqual([
    { action: 'ses:SendEmail', resource: expect.stringMatching(/:identity\/acme\.example$/), allowed: true },
    { action: 'ses:SendEmail', resource: expect.stringMatching(/:configuration-set\/mails$/), allowed: true },
  ]);
});

test.each([
  ['sender', { StringEquals: { 'ses:FromAddress': 'other@acme.example' } }],
  ['display name', { StringEquals: { 'ses:FromDisplayName': 'Other' } }],
  ['recipient', { 'ForAllValues:StringEquals': { 'ses:Recipients': ['a@b.example'] } }],
  ['feedback address', { StringEquals: { 'ses:FeedbackAddress': 'bounce@acme.example' } }],
])('fails where a condition wants another %s', async (_what, conditions) => {
  const { sim, run } = await send(MAIL, conditions);
  expect(run).toMatchObject({ status: 'FAILED', error: 'SesV2.SesV2Exception' });
  expect(run.cause).toMatch(/is not authorized to perform: ses:SendEmail .*Service: SesV2, Status Code: 403/);
  expect(sim.emails).toEqual([]);
});

test('an identity that is imported counts as verified where a role may use it', async () => {
  const { run } = await send(MAIL, undefined, false);
  expect(run.status).toBe('SUCCEEDED');
});

test('fails from an identity that nobody verified', async () => {
  const stack = newStack();
  const workflow = machine(
    stack,
    task(stack, 'Send', 'arn:aws:states:::aws-sdk:sesv2:sendEmail', { Parameters: MAIL }),
  );
  workflow.addToRolePolicy(new iam.PolicyStatement({ actions: ['ses:SendEmail'], resources: ['*'] }));
  const run = await simulate(stack).start(workflow);
  expect(run).toMatchObject({ status: 'FAILED', error: 'SesV2.MessageRejectedException' });
  expect(run.cause).toMatch(
    'Email address is not verified. The following identities failed the check in region US-EAST-1: Acme <site@acme.example>',
  );
});

test('a subdomain is verified with its domain', async () => {
  const { run } = await send({ ...MAIL, FromEmailAddress: 'a@mail.acme.example' });
  expect(run.calls[0].resource).toMatch(/:identity\/acme\.example$/);
  expect(run.status).toBe('SUCCEEDED');
});

test.each([
  ['no domain', { ...MAIL, FromEmailAddress: 'nobody' }, "Missing final '@domain'"],
  ['a line break in an address', { ...MAIL, ReplyToAddresses: ['a@b.example\r\nBcc: x@y.example'] }, 'control'],
  ['no recipient', { ...MAIL, Destination: {} }, 'no recipients'],
  ['51 recipients', { ...MAIL, Destination: { BccAddresses: Array(51).fill('a@b.example') } }, 'exceeds 50'],
  ['a header that breaks the line', content({ Headers: [{ Name: 'X', Value: 'a\nb' }] }), 'header X is not valid'],
  ['no body', content({ Body: {} }), 'Text or Html'],
])('fails a mail with %s as SES does', async (_what, mail, message) => {
  const { run } = await send(mail);
  expect(run).toMatchObject({ status: 'FAILED', error: 'SesV2.BadRequestException' });
  expect(run.cause).toContain(message);
});

test.each([
  ['a subject with a line break', content({ Subject: { Data: 'a\nBcc: b@c.example' } }), 'line break'],
  ['raw content', { ...MAIL, Content: { Raw: { Data: '' } } }, 'ses:SendRawEmail'],
  ['list management', { ...MAIL, ListManagementOptions: {} }, 'ListManagementOptions'],
])('fails with %s, which the simulator does not have', async (_what, mail, message) => {
  const { workflow, start } = sending(mail);
  const run = start().start(workflow);
  if (message.startsWith('ses:')) expect((await run).cause).toContain(message);
  else await expect(run).rejects.toThrow(message);
});

test('a template of the stack is filled in', async () => {
  const { stack, workflow, start } = sending({
    ...MAIL,
    Content: { Template: { TemplateName: 'ask', TemplateData: '{"name":"Ada"}' } },
  });
  new ses.CfnTemplate(stack, 'Template', {
    template: { templateName: 'ask', subjectPart: 'Hi {{name}}', textPart: 'Dear {{ name }}' },
  });
  const sim = start();
  await sim.start(workflow);
  expect(sim.emails).toMatchObject([{ subject: 'Hi Ada', text: 'Dear Ada' }]);
});

test("a function's SDK sends mails, judged as its role", async () => {
  const stack = newStack();
  const identity = new ses.EmailIdentity(stack, 'Domain', { identity: ses.Identity.domain('acme.example') });
  const body = `${SDK} return [await sendEmail(event), await sendEmail({ ...event, FromEmailAddress: 'x' })];`;
  const handler = fn(stack, 'Handler', body);
  identity.grantSendEmail(handler);
  const workflow = invoker(stack, handler);
  const sim = simulate(stack);
  const run = await sim.start(workflow, MAIL);
  expect(run.output).toEqual([
    { status: 200, type: null, body: { MessageId: sim.emails[0].messageId } },
    { status: 400, type: 'BadRequestException', body: { message: "Missing final '@domain'" } },
  ]);
  expect(run.calls.filter(({ source }) => source === 'handler')).toMatchObject([
    { action: 'ses:SendEmail', functionPath: 'Travel/Handler', allowed: true },
  ]);
});
