import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { FormField } from '../../src';
import { Fault } from '../../src/simulator';
import { MESSAGE, ORIGIN, RECIPIENT, Site } from './fixtures';

const HOUR = Duration.hours(1);

/** The parked messages, without what changes from run to run. */
const parked = async ({ sim, form }: Site) =>
  (await sim.messages(form.deadLetterQueue)).map(({ body }) => {
    const { id, status, error } = JSON.parse(body);
    return { id, status, error };
  });

/** How each execution ended. */
const ends = ({ sim }: Site) => sim.runs.map(({ status, error }) => [status, error]);

describe('a message', () => {
  test('is kept, mailed with the visitor in Reply-To alone, and recorded', async () => {
    const site = new Site();
    const answer = await site.post(MESSAGE);
    await site.sim.settle();
    const { id } = JSON.parse(answer.text);
    expect(answer.status).toBe(202);
    const [mail] = site.sim.emails;
    expect(site.sim.emails).toHaveLength(1);
    expect(mail).toMatchObject({
      from: 'site@acme.example',
      to: [RECIPIENT],
      cc: [],
      bcc: [],
      replyTo: ['ada@example.org'],
      subject: 'New message from the contact form',
      headers: {},
    });
    expect(mail.text).toContain('Name: Ada\n');
    expect(mail.text).toContain('Hello <b>there</b>');
    expect(mail.html).toContain('<dd>Hello &lt;b&gt;there&lt;/b&gt;</dd>');
    const { messageId } = mail;
    const kept = { id, status: 'SENT', messageId, fields: MESSAGE, expiresAt: expect.any(Number) };
    expect(await site.kept()).toEqual([expect.objectContaining(kept)]);
    expect(site.sim.runs.map(({ visited }) => visited)).toEqual([['Begin', 'Keep', 'Send', 'Record']]);
  });

  test('of the same content is the same message: answered with the same id, mailed once', async () => {
    const site = new Site();
    const first = await site.post(MESSAGE);
    await site.sim.settle();
    await site.sim.advance(Duration.minutes(20));
    const second = await site.post(MESSAGE);
    const third = await site.submit({ ...MESSAGE, website: '' });
    await site.sim.settle();
    expect([first.status, second.status, third.status]).toEqual([202, 202, 202]);
    expect(second.text).toBe(first.text);
    expect(site.sim.runs.map(({ output }) => output)).toEqual([{ status: 'SENT' }, { status: 'SENT' }]);
    expect(site.sim.runs[1].visited).toEqual(['Begin', 'Keep', 'AlreadyThere']);
    expect(site.sim.emails).toHaveLength(1);
  });

  test('of a double click is one execution', async () => {
    const site = new Site();
    await site.post(MESSAGE);
    await site.sim.advance(Duration.seconds(20));
    await site.post(MESSAGE);
    await site.sim.settle();
    expect(site.sim.runs).toHaveLength(1);
    expect(site.sim.emails).toHaveLength(1);
  });

  test.each<[string, { duplicateWindow?: Duration }]>([
    ['an hour', {}],
    ['two hours', { duplicateWindow: Duration.hours(2) }],
  ])('counts its time, %s, from the first of its content, though there was a repetition', async (_what, props) => {
    const site = new Site(props);
    const window = props.duplicateWindow ?? HOUR;
    await site.sim.advance(Duration.minutes(59));
    await site.post(MESSAGE);
    await site.sim.advance(Duration.minutes(2));
    await site.post(MESSAGE);
    await site.sim.advance(window.minus(Duration.seconds(130)));
    await site.post(MESSAGE);
    await site.sim.settle();
    expect(site.sim.emails).toHaveLength(1);
    await site.sim.advance(Duration.minutes(1));
    await site.post(MESSAGE);
    await site.sim.settle();
    expect(site.sim.emails).toHaveLength(2);
  });

  test('is the same in whichever order its fields are, and in whichever form Unicode writes them', async () => {
    const fields = [FormField.text('name'), FormField.email('email'), FormField.multiline('message')];
    const [site, other] = [new Site({ fields }), new Site({ fields: [...fields].reverse() })];
    const composed = { ...MESSAGE, name: 'Ren\u00E9e' };
    const answers = [
      await site.post(composed),
      await site.post({ ...MESSAGE, name: 'Rene\u0301e' }),
      await other.post(composed),
    ];
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    await site.sim.settle();
    expect(await site.kept()).toMatchObject([{ fields: composed }]);
    expect(site.sim.emails).toHaveLength(1);
  });

  test('of the same content is another one after the time', async () => {
    const site = new Site({ duplicateWindow: HOUR });
    await site.post(MESSAGE);
    await site.sim.advance(Duration.minutes(61));
    await site.post(MESSAGE);
    await site.sim.settle();
    expect(site.sim.emails).toHaveLength(2);
  });

  test('is one where it comes 20 times at once', async () => {
    const site = new Site();
    const answers = await Promise.all(Array.from({ length: 20 }, () => site.post(MESSAGE)));
    await site.sim.settle();
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(site.sim.emails).toHaveLength(1);
    expect(await site.kept()).toHaveLength(1);
  });

  test('is deleted when its time has come, and not before', async () => {
    const site = new Site({ retention: Duration.days(7) });
    await site.post(MESSAGE);
    // DynamoDB takes up to two days to delete what has expired, and so does the simulator.
    await site.sim.advance(Duration.days(9).minus(Duration.minutes(1)));
    expect(await site.kept()).toHaveLength(1);
    await site.sim.advance(Duration.days(1));
    expect(await site.kept()).toEqual([]);
  });

  test('is in no log: neither of the function, nor of the workflow', async () => {
    const site = new Site();
    site.sim.fault('states:StartExecution', Fault.error('InvalidExecutionInput', 'Ada: Hello there').times(1));
    expect((await site.post(MESSAGE)).status).toBe(503);
    await site.post(MESSAGE);
    await site.sim.settle();
    const logged = site.sim.logs.map(({ text }) => text).join('');
    const lines = logged.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({
      timestamp: expect.stringMatching(/^2026-01-01T00:00:0/),
      level: 'ERROR',
      requestId: expect.any(String),
      message: 'A workflow could not be started: InvalidExecutionInput',
    });
    expect(logged).not.toMatch(/Ada|ada@example|Hello/);
  });
});

describe('where SES fails', () => {
  test('a mail that it refuses for now is sent later, once', async () => {
    const site = new Site();
    const fault = site.sim.fault('ses:SendEmail', Fault.throttled().times(4));
    await site.post(MESSAGE);
    await site.sim.advance(HOUR);
    expect(fault.hits).toBe(4);
    expect(site.sim.emails).toHaveLength(1);
    expect(await site.kept()).toMatchObject([{ status: 'SENT' }]);
  });

  test.each([
    ['throttles for good', Fault.throttled().always(), 'SesV2.TooManyRequestsException'],
    ['rejects it', Fault.error('MessageRejected').always(), 'SesV2.MessageRejectedException'],
    ['has paused sending', Fault.error('SendingPausedException').always(), 'SesV2.SendingPausedException'],
    ['finds it malformed', Fault.error('BadRequestException').always(), 'SesV2.BadRequestException'],
  ])('a message is kept as UNSENT and parked where it %s, and sent again once', async (_what, fault, error) => {
    const site = new Site();
    site.sim.fault('ses:SendEmail', fault);
    const { id } = JSON.parse((await site.post(MESSAGE)).text);
    await site.sim.advance(HOUR);
    expect(await site.kept()).toMatchObject([{ id, status: 'UNSENT', fields: MESSAGE, mailError: error }]);
    expect(await parked(site)).toEqual([{ id, status: 'UNSENT', error }]);
    expect(ends(site)).toEqual([['FAILED', 'ContactForm.Unsent']]);
    expect(site.sim.emails).toEqual([]);

    site.sim.reset();
    const again = [1, 2, 3].map(() => site.sim.begin(site.form.workflow, { resend: id }));
    await site.sim.advance(HOUR);
    expect(again.map(({ output }) => output)).toEqual([
      { status: 'SENT' },
      { status: 'SENDING' },
      { status: 'SENDING' },
    ]);
    expect(site.sim.emails).toMatchObject([{ replyTo: ['ada@example.org'] }]);
    expect(await site.kept()).toMatchObject([{ status: 'SENT' }]);
  });

  test.each([
    ['breaks the connection after it sent the mail', Fault.lostResponse(), 1],
    ['breaks the connection before it got the mail', Fault.lostRequest(), 0],
    ['fails inside', Fault.error('InternalServiceError', 'oops', 500), 0],
  ])('a message is kept as UNCERTAIN and parked where it %s, and not sent again', async (_what, fault, mails) => {
    const site = new Site();
    const injected = site.sim.fault('ses:SendEmail', fault);
    const { id } = JSON.parse((await site.post(MESSAGE)).text);
    await site.sim.advance(HOUR);
    expect(injected.hits).toBe(1);
    expect(site.sim.emails).toHaveLength(mails);
    expect(await site.kept()).toMatchObject([{ id, status: 'UNCERTAIN', fields: MESSAGE }]);
    expect(await parked(site)).toMatchObject([{ id, status: 'UNCERTAIN' }]);
    expect(ends(site)).toEqual([['FAILED', 'ContactForm.Uncertain']]);
    const run = await site.sim.start(site.form.workflow, { resend: id });
    expect(run.output).toEqual({ status: 'UNCERTAIN' });
    expect(site.sim.emails).toHaveLength(mails);
  });

  test('a message that is UNSENT is mailed once where the visitor sends it again, a minute later', async () => {
    const site = new Site();
    site.sim.fault('ses:SendEmail', Fault.error('MessageRejected'));
    const { id } = JSON.parse((await site.post(MESSAGE)).text);
    await site.sim.advance(Duration.seconds(30));
    await site.post(MESSAGE);
    await site.sim.settle();
    expect([site.sim.runs.length, site.sim.emails.length]).toEqual([1, 0]);
    await site.sim.advance(Duration.minutes(1));
    for (const _time of [1, 2]) await site.post(MESSAGE);
    await site.sim.advance(Duration.minutes(1));
    await site.post(MESSAGE);
    await site.sim.settle();
    expect(await site.kept()).toMatchObject([{ id, status: 'SENT' }]);
    const again = await site.sim.start(site.form.workflow, { resend: id });
    expect(again.output).toEqual({ status: 'SENT' });
    expect(site.sim.emails).toHaveLength(1);
  });

  test('a message that was sent again stays SENT, though the answer to its marking was lost', async () => {
    const site = new Site();
    site.sim.fault('ses:SendEmail', Fault.error('MessageRejected'));
    const marking = ({ stateName }: { stateName?: string }) => stateName === 'Mark Unsent';
    const lost = site.sim.fault('dynamodb:UpdateItem', Fault.lostResponse().where(marking));
    const { id } = JSON.parse((await site.post(MESSAGE)).text);
    await site.sim.settle();
    expect([lost.hits, site.sim.runs[0].status]).toEqual([1, 'RUNNING']);
    await site.sim.start(site.form.workflow, { resend: id });
    await site.sim.advance(HOUR);
    expect(await site.kept()).toMatchObject([{ id, status: 'SENT' }]);
    expect(await parked(site)).toMatchObject([{ id, status: 'UNSENT' }]);
    expect(site.sim.emails).toHaveLength(1);
  });

  test('a message that is UNCERTAIN is sent again, once, where somebody says so', async () => {
    const site = new Site();
    site.sim.fault('ses:SendEmail', Fault.lostRequest());
    const { id } = JSON.parse((await site.post(MESSAGE)).text);
    await site.sim.settle();
    const again = [1, 2].map(() => site.sim.begin(site.form.workflow, { resend: id, uncertain: true }));
    await site.sim.settle();
    expect(again.map(({ output }) => output)).toEqual([{ status: 'SENT' }, { status: 'SENDING' }]);
    expect(site.sim.emails).toHaveLength(1);
  });

  test('sending again what was never there sends nothing, and keeps nothing', async () => {
    const site = new Site();
    const run = await site.sim.start(site.form.workflow, { resend: 'nothing' });
    expect(run.output).toEqual({ status: 'NOT_FOUND' });
    expect(await site.kept()).toEqual([]);
  });

  test('a redrive of what could not be mailed mails nothing', async () => {
    const site = new Site();
    site.sim.fault('ses:SendEmail', Fault.lostResponse());
    await site.post(MESSAGE);
    await site.sim.settle();
    const [run] = site.sim.runs;
    run.redrive();
    await site.sim.advance(HOUR);
    expect(run.error).toBe('ContactForm.Uncertain');
    expect(site.sim.emails).toHaveLength(1);
  });
});

describe('where DynamoDB fails', () => {
  const calls = [
    ['Keep', 1],
    ['Record', 2],
  ] as const;

  test.each(calls)('a message is mailed once where it throttles at %s', async (state, nth) => {
    const site = new Site();
    const ofState = ({ stateName }: { stateName?: string }) => stateName === state;
    const fault = site.sim.fault('dynamodb:UpdateItem', Fault.throttled().times(5).where(ofState));
    await site.post(MESSAGE);
    await site.sim.advance(HOUR);
    expect(fault.hits).toBe(5);
    expect(site.sim.emails).toHaveLength(1);
    expect(await site.kept()).toMatchObject([{ status: 'SENT' }]);
    expect(nth).toBeGreaterThan(0);
  });

  test.each(calls)('a message is mailed once where the answer is lost at %s', async (_state, nth) => {
    const site = new Site();
    const fault = site.sim.fault('dynamodb:UpdateItem', Fault.lostResponse().nth(nth));
    await site.post(MESSAGE);
    await site.sim.advance(HOUR);
    expect(fault.hits).toBe(1);
    expect(site.sim.emails).toHaveLength(1);
    expect(await site.kept()).toMatchObject([{ status: 'SENT' }]);
  });

  test.each(calls)('a redrive delivers a message, once, where it is down at %s', async (state, _nth) => {
    const site = new Site();
    const ofState = ({ stateName }: { stateName?: string }) => stateName === state;
    site.sim.fault('dynamodb:UpdateItem', Fault.error('InternalServerError', 'down', 500).always().where(ofState));
    await site.post(MESSAGE);
    await site.sim.advance(HOUR);
    const [run] = site.sim.runs;
    expect(run.status).toBe('FAILED');
    site.sim.reset();
    run.redrive();
    await site.sim.advance(HOUR);
    expect(run.output).toEqual({ status: 'SENT' });
    expect(site.sim.emails).toHaveLength(1);
    expect(await site.kept()).toMatchObject([{ status: 'SENT' }]);
  });
});

test('where Step Functions takes nothing, the visitor is told so, and a second try is no duplicate', async () => {
  const site = new Site();
  site.sim.fault('states:StartExecution', Fault.throttled().times(3));
  const first = await site.post(MESSAGE);
  expect([first.status, JSON.parse(first.text)]).toEqual([
    503,
    { message: 'The message could not be taken. Please try again later.' },
  ]);
  expect((await site.post(MESSAGE)).status).toBe(202);
  await site.sim.settle();
  expect(site.sim.emails).toHaveLength(1);
});

test('fails with a fixed body where the function dies, and a second try is no duplicate', async () => {
  const site = new Site();
  site.sim.fault('states:StartExecution', Fault.crashAfter());
  const first = await site.post(MESSAGE);
  expect([first.status, JSON.parse(first.text)]).toEqual([
    502,
    { message: 'The message could not be taken. Please try again later.' },
  ]);
  expect(first.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect((await site.post(MESSAGE)).status).toBe(202);
  await site.sim.settle();
  expect(site.sim.emails).toHaveLength(1);
});
