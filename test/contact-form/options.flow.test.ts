import { Duration } from 'aws-cdk-lib';
import type { FunctionProps } from 'aws-cdk-lib/aws-lambda';
import * as ses from 'aws-cdk-lib/aws-ses';
import { describe, expect, test } from 'vitest';
import { Captcha, ContactForm, EmailSender, FormField } from '../../src';
import { Fault } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { simulate } from '../simulator/simulate';
import { MESSAGE, ORIGIN, Site } from './fixtures';

const STAMP_REFUSED = { fields: { stamp: 'invalid' } };

describe('with a least time to fill the form in', () => {
  const withStamp = async () => {
    const site = new Site({ minFillTime: Duration.seconds(3) });
    const response = await site.sim.fetch(site.sim.resolve(site.form.url), { headers: { origin: ORIGIN } });
    const { stamp } = (await response.json()) as { stamp: string };
    return { site, stamp };
  };
  const send = async (site: Site, stamp?: unknown, message: object = MESSAGE) => {
    const { status, text } = await site.post({ ...message, ...(stamp !== undefined && { stamp }) });
    return { status, body: JSON.parse(text) };
  };

  test('a message is taken after that time', async () => {
    const { site, stamp } = await withStamp();
    await site.sim.advance(Duration.seconds(4));
    expect((await send(site, stamp)).status).toBe(202);
    await site.sim.settle();
    expect(site.sim.emails).toHaveLength(1);
    expect(await site.kept()).toMatchObject([{ fields: MESSAGE }]);
  });

  test('fails where it comes sooner, later than a day, without a timestamp, or with one that nobody signed', async () => {
    const { site, stamp } = await withStamp();
    const early = await send(site, stamp);
    await site.sim.advance(Duration.seconds(4));
    const [time, signature] = stamp.split('.');
    const forged = [
      `${Number(time) - 1}.${signature}`,
      `${time}.${'A'.repeat(43)}`,
      `${time}.`,
      `${time}.${signature}x`,
      `${time}.${signature}\n`,
      `-1.${signature}`,
    ];
    const others = [await send(site), await send(site, ''), await send(site, [stamp]), await send(site, 17)];
    for (const one of forged) others.push(await send(site, one));
    await site.sim.advance(Duration.days(1));
    others.push(await send(site, stamp));
    for (const { status, body } of [early, ...others]) expect([status, body]).toEqual([400, STAMP_REFUSED]);
    expect(site.sim.runs).toEqual([]);
  });

  test('a form without a good timestamp is to be sent again, and has a new one with it', async () => {
    const { site } = await withStamp();
    const { status, text } = await site.submit(MESSAGE);
    expect(status).toBe(400);
    expect(text).toContain('Please wait a moment, and send it again.');
    expect(text).toMatch(/name="stamp" value="\d{13}\.[\w-]{43}"/);
  });

  /** The stamp of the form that comes back where a field is wrong. */
  const handedBack = async (site: Site, stamp: string) => {
    const { status, text } = await site.submit({ ...MESSAGE, email: 'x', stamp });
    expect(status).toBe(400);
    return /name="stamp" value="(\d{13}\.[\w-]{43})"/.exec(text)?.[1];
  };

  test('a form that is refused keeps its timestamp, so that who corrects it quickly can send it', async () => {
    const { site, stamp } = await withStamp();
    await site.sim.advance(Duration.seconds(2));
    expect(await handedBack(site, stamp)).toBe(stamp);
    await site.sim.advance(Duration.seconds(2));
    expect(await handedBack(site, stamp)).toBe(stamp);
    expect((await site.submit({ ...MESSAGE, stamp })).status).toBe(202);
    await site.sim.settle();
    expect(site.sim.emails).toHaveLength(1);
  });

  test('a form that is refused has a new timestamp with it where its own is not ours, or too old', async () => {
    const { site, stamp } = await withStamp();
    const [time] = stamp.split('.');
    const forged = `${time}.${'A'.repeat(43)}`;
    for (const bad of ['y', forged]) expect([undefined, bad, stamp]).not.toContain(await handedBack(site, bad));
    await site.sim.advance(Duration.hours(25));
    expect([undefined, stamp]).not.toContain(await handedBack(site, stamp));
  });

  test('a timestamp serves several messages, until it is a day old', async () => {
    const { site, stamp } = await withStamp();
    await site.sim.advance(Duration.hours(23));
    for (const name of ['Ada', 'Eve']) expect((await send(site, stamp, { ...MESSAGE, name })).status).toBe(202);
    await site.sim.settle();
    expect(site.sim.emails).toHaveLength(2);
  });
});

/** A form whose captcha a function of this body checks. */
const withCaptcha = (body: string, props: Partial<FunctionProps> = {}) => {
  const stack = newStack('Site');
  const identity = ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'acme.example');
  const form = new ContactForm(stack, 'Contact', {
    recipient: 'hello@acme.example',
    sender: EmailSender.identity(identity, 'site@acme.example'),
    allowOrigins: [ORIGIN],
    captcha: Captcha.checkedBy('captcha-answer', fn(stack, 'Check', body, props)),
  });
  const sim = simulate(stack);
  const post = (message: object) =>
    sim.fetch(sim.resolve(form.url), { headers: { origin: ORIGIN }, body: message, sourceIp: '203.0.113.7' });
  return { sim, form, post };
};

describe('with a captcha', () => {
  const CHECK = "return event.answer === 'right' && event.sourceIp === '203.0.113.7';";

  test('a message is taken where it was solved, and the answer is not kept', async () => {
    const { sim, form, post } = withCaptcha(CHECK);
    expect((await post({ ...MESSAGE, 'captcha-answer': 'right' })).status).toBe(202);
    await sim.settle();
    expect(JSON.stringify(await sim.items(form.table))).not.toContain('right');
    expect(sim.emails).toHaveLength(1);
  });

  test.each([
    ['was not solved', CHECK, { 'captcha-answer': 'wrong' }],
    ['has no answer', CHECK, {}],
    ['has an empty answer', CHECK, { 'captcha-answer': '' }],
    ['is checked by something that says neither', 'return { success: true };', { 'captcha-answer': 'right' }],
  ])('fails where it %s', async (_what, body, answer) => {
    const { sim, post } = withCaptcha(body);
    const response = await post({ ...MESSAGE, ...answer });
    expect([response.status, await response.json()]).toEqual([400, { fields: { 'captcha-answer': 'invalid' } }]);
    expect(sim.emails).toEqual([]);
  });
});

describe('with a captcha that cannot be asked about', () => {
  test.each([
    ['is down', "throw new Error('secret');", {}],
    [
      'takes too long',
      'await new Promise((done) => setTimeout(done, 3000)); return true;',
      { timeout: Duration.seconds(1) },
    ],
  ])('fails with a fixed body where its provider %s, and a second try is no duplicate', async (_what, body, props) => {
    const { sim, form, post } = withCaptcha(body, props);
    for (const _time of [1, 2]) {
      const response = await post({ ...MESSAGE, 'captcha-answer': 'right' });
      expect([response.status, await response.json()]).toEqual([
        503,
        { message: 'The message could not be taken. Please try again later.' },
      ]);
    }
    expect(await sim.items(form.table)).toEqual([]);
    expect(sim.emails).toEqual([]);
    const logged = sim.logs.filter(({ text }) => text.includes('A captcha could not be checked: FAILED'));
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join()).not.toMatch(/secret|Ada/);
  });

  test('fails with a fixed body, and tells the log what kind of error it was', async () => {
    const { sim, post } = withCaptcha('return true;');
    sim.fault('states:StartSyncExecution', Fault.error('ThrottlingException', 'secret').always());
    const response = await post({ ...MESSAGE, 'captcha-answer': 'right' });
    expect([response.status, await response.json()]).toEqual([
      503,
      { message: 'The message could not be taken. Please try again later.' },
    ]);
    expect(sim.logs.map(({ text }) => text).join()).toMatch(/ThrottlingException/);
    expect(sim.logs.map(({ text }) => text).join()).not.toMatch(/secret|Ada/);
  });
});

describe('with a confirmation', () => {
  const confirmation = { subject: 'We have your message', text: 'Your message {{id}} has arrived.' };

  test('the visitor gets one, with nothing of the message in it', async () => {
    const site = new Site({ confirmation });
    const { id } = JSON.parse((await site.post(MESSAGE)).text);
    await site.sim.settle();
    const [mail, confirmed] = site.sim.emails;
    expect(mail.to).toEqual(['hello@acme.example']);
    expect(confirmed).toMatchObject({ to: ['ada@example.org'], replyTo: [], text: `Your message ${id} has arrived.` });
    expect(site.sim.runs[0].output).toEqual({ status: 'SENT' });
  });

  test('an address gets one a day, however many messages there are', async () => {
    const site = new Site({ confirmation });
    const to = () => site.sim.emails.filter((mail) => mail.to[0].toLowerCase() === 'ada@example.org').length;
    for (const name of ['Ada', 'Eve', 'Bob']) await site.post({ ...MESSAGE, name, email: 'Ada@example.org' });
    await site.post(MESSAGE);
    await site.sim.settle();
    expect([site.sim.emails.length, to()]).toEqual([5, 1]);
    await site.sim.advance(Duration.hours(23));
    await site.post({ ...MESSAGE, name: 'Later' });
    await site.sim.settle();
    expect(to()).toBe(1);
    await site.sim.advance(Duration.hours(2));
    await site.post({ ...MESSAGE, name: 'Later still' });
    await site.sim.settle();
    expect(to()).toBe(2);
  });

  test('a mailbox gets one a day, whatever its addresses have after a plus', async () => {
    const site = new Site({ confirmation });
    const addresses = ['Eve@example.org', 'eve+a@example.org', 'EVE+a+b@Example.org', 'eve+@example.org'];
    for (const email of addresses) await site.post({ ...MESSAGE, email });
    await site.post({ ...MESSAGE, email: 'eve@example.com' });
    await site.sim.settle();
    const confirmed = site.sim.emails.map((mail) => mail.to[0]).filter((to) => to !== 'hello@acme.example');
    expect(confirmed).toHaveLength(2);
    expect(confirmed).toContain('eve@example.com');
  });

  test.each([
    ['refused', Fault.error('MessageRejected')],
    ['lost', Fault.lostResponse()],
  ])('a message counts as sent where its confirmation is %s', async (_what, fault) => {
    const site = new Site({ confirmation });
    site.sim.fault('ses:SendEmail', fault.nth(2));
    await site.post(MESSAGE);
    await site.sim.settle();
    expect(site.sim.runs[0].output).toEqual({ status: 'SENT' });
    expect(await site.kept()).toMatchObject([{ status: 'SENT' }]);
  });
});

describe('without a script', () => {
  test('a form leads to the page that says thank you', async () => {
    const site = new Site({ thankYouUrl: `${ORIGIN}/thanks.html` });
    const { status, headers } = await site.submit({ ...MESSAGE, website: '' });
    expect([status, headers.get('location')]).toEqual([303, `${ORIGIN}/thanks.html`]);
    await site.sim.settle();
    expect(site.sim.emails).toHaveLength(1);
  });

  test('a form leads to a page of its own where there is no other', async () => {
    const { status, text } = await new Site().submit(MESSAGE);
    expect(status).toBe(202);
    expect(text).toContain('<h1>Thank you</h1>');
  });

  test('a form that is refused comes back filled in, with what is wrong marked', async () => {
    const { status, text } = await new Site().submit({ ...MESSAGE, email: 'x' });
    expect(status).toBe(400);
    expect(text).toContain('value="Ada"');
    expect(text).toMatch(/id="email"[^>]*aria-invalid="true" aria-describedby="email-problem"/);
    expect(text).not.toMatch(/id="name"[^>]*aria-invalid/);
  });

  test('fails with a page that says no more than that, where SES refuses the mail', async () => {
    const site = new Site({ sync: true });
    site.sim.fault('ses:SendEmail', Fault.error('MessageRejected'));
    const { status, text } = await site.submit(MESSAGE);
    expect(status).toBe(502);
    expect(text).toContain('<p>The message could not be sent. Please try again later.</p>');
  });

  test("the form's own page is at its URL, in no frame, without a script, and never kept", async () => {
    const site = new Site({ title: 'Write <us>' });
    const headers = { accept: 'text/html,*/*' };
    const page = await site.sim.fetch(site.sim.resolve(site.form.url), { headers });
    const text = await page.text();
    expect(text).toContain('<h1>Write &lt;us&gt;</h1>');
    expect(text).not.toContain('<script');
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(
        /default-src 'none'.*form-action 'self'; frame-ancestors 'none'/,
      ),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  test("the form's own page can send messages, whatever other sites may", async () => {
    const site = new Site({ allowOrigins: [] });
    const { origin } = new URL(site.sim.resolve(site.form.url));
    const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(MESSAGE).toString();
    expect((await site.raw({ headers, body })).status).toBe(202);
    expect((await site.raw({ body, headers: { ...headers, origin: ORIGIN } })).status).toBe(403);
  });
});

describe('what a script gets wrong', () => {
  const fields = [
    FormField.text('name'),
    FormField.choice('topic', ['Sales', 'Support']),
    FormField.checkbox('terms', { required: false }),
  ];
  const good = { name: 'Ada', topic: 'Sales' };

  test('fails with the names of the fields that have a value of a wrong type', async () => {
    const site = new Site({ fields });
    const { status, text } = await site.post({ name: 1, topic: ['Sales'], terms: 'true' });
    expect([status, JSON.parse(text)]).toEqual([
      400,
      { fields: { name: 'invalid', topic: 'invalid', terms: 'invalid' } },
    ]);
    for (const terms of [1, null]) {
      expect(JSON.parse((await site.post({ ...good, terms })).text)).toEqual({ fields: { terms: 'invalid' } });
    }
  });

  test.each(['constructor', 'arn:aws:x', '<b>'])(
    'fails with a fixed text, which names no field, for one that the form does not have: %s',
    async (other) => {
      const site = new Site({ fields });
      const { status, text } = await site.post({ ...good, [other]: 'x' });
      expect([status, JSON.parse(text)]).toEqual([
        400,
        { message: 'The message is not valid. Send the fields of the form, each once at most, and nothing else.' },
      ]);
    },
  );

  test.each([17, true, [], {}])('a honeypot that holds %j counts as filled in', async (website) => {
    const site = new Site({ fields });
    expect((await site.post({ ...good, website })).status).toBe(202);
    await site.sim.settle();
    expect(site.sim.runs).toEqual([]);
  });

  test('a GET that accepts no HTML gets an empty object, as there is no timestamp', async () => {
    const { sim, form } = new Site({ fields });
    const answer = await sim.fetch(sim.resolve(form.url), { headers: { origin: ORIGIN } });
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
  });
});

test('fields and texts of a form are in what is checked, kept and mailed', async () => {
  const site = new Site({
    fields: [
      FormField.text('full-name', { label: 'Your name' }),
      FormField.choice('topic', ['Sales', 'Support']),
      FormField.checkbox('terms', { label: 'I agree' }),
      FormField.multiline('note', { required: false, maxLength: 10 }),
    ],
    mail: {
      subject: 'Message from {{full-name}} about {{topic}}',
      text: '{{note}}|{{terms}}|{{id}}|{{receivedAt}}',
      html: '<p title="{{full-name}}">{{note}}</p>',
    },
  });
  const good = { 'full-name': 'A "B" <c>', topic: 'Sales', terms: true };
  const bad = await site.post({ ...good, topic: 'Else', terms: false, note: '12345678901' });
  expect(JSON.parse(bad.text)).toEqual({ fields: { topic: 'invalid', terms: 'required', note: 'too-long' } });
  const { id } = JSON.parse((await site.post(good)).text);
  await site.sim.settle();
  const fields = { 'full-name': 'A "B" <c>', topic: 'Sales', terms: 'yes' };
  expect(await site.kept()).toMatchObject([{ id, fields }]);
  expect(site.sim.emails).toMatchObject([
    {
      subject: 'Message from A "B" <c> about Sales',
      text: expect.stringMatching(new RegExp(`^\\|yes\\|${id}\\|2026-01-01T00:00:00\\.\\d{3}Z$`)),
      html: '<p title="A &quot;B&quot; &lt;c&gt;"></p>',
      replyTo: [],
    },
  ]);
});

test('a form may have one field alone, and no address to answer to', async () => {
  const site = new Site({ fields: [FormField.multiline('message')] });
  expect((await site.post({ message: 'Hello' })).status).toBe(202);
  await site.sim.settle();
  expect(site.sim.emails).toMatchObject([{ replyTo: [], text: expect.stringContaining('Hello') }]);
  expect(await site.kept()).toMatchObject([{ status: 'SENT', fields: { message: 'Hello' } }]);
});

test('a visitor who gives no address, where none is required, is mailed without one', async () => {
  const site = new Site({ fields: [FormField.multiline('message'), FormField.email('email', { required: false })] });
  await site.post({ message: 'Hello', email: '' });
  await site.sim.settle();
  expect(site.sim.emails).toMatchObject([{ replyTo: [] }]);
});

test.each([
  ['emoji in a name', 'name', '😀'.repeat(100)],
  ['Cyrillic in a message', 'message', 'я'.repeat(5000)],
  ['Chinese in a message', 'message', '李'.repeat(5000)],
])('as many characters as a field may have are taken, with or without a script: %s', async (_what, name, value) => {
  for (const send of ['post', 'submit'] as const) {
    const site = new Site();
    expect((await site[send]({ ...MESSAGE, [name]: value })).status).toBe(202);
    await site.sim.settle();
    expect(await site.kept()).toMatchObject([{ status: 'SENT', fields: { [name]: value } }]);
  }
});

test('a choice can be chosen in whichever form Unicode writes it', async () => {
  const site = new Site({ fields: [FormField.choice('topic', ['Re\u0301union', 'Other'])] });
  const answers = [await site.post({ topic: 'Re\u0301union' }), await site.submit({ topic: 'R\u00E9union' })];
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  await site.sim.settle();
  expect(await site.kept()).toMatchObject([{ fields: { topic: 'R\u00E9union' } }]);
});

test('a subject has 200 characters of a field at most, and all that stands after it', async () => {
  const site = new Site({
    fields: [FormField.text('name', { maxLength: 1000 })],
    mail: { subject: '{{name}} writes', text: '{{name}}' },
  });
  await site.post({ name: '😀'.repeat(1000) });
  await site.sim.settle();
  const text = '😀'.repeat(1000);
  expect(site.sim.emails).toMatchObject([{ subject: `${'😀'.repeat(200)} writes`, text }]);
});

test('the honeypot is the field that the form says, and no other', async () => {
  const site = new Site({ honeypot: 'homepage' });
  expect((await site.post({ ...MESSAGE, homepage: 'https://spam.example' })).status).toBe(202);
  expect((await site.post({ ...MESSAGE, website: '' })).status).toBe(400);
  await site.sim.settle();
  expect(site.sim.runs).toEqual([]);
  expect((await site.post({ ...MESSAGE, homepage: '' })).status).toBe(202);
  await site.sim.settle();
  expect(site.sim.emails).toHaveLength(1);
});

test('a script of an allowed site may ask, by its preflight', async () => {
  const site = new Site({ allowOrigins: [ORIGIN, 'https://www.acme.example'] });
  for (const origin of [ORIGIN, 'https://www.acme.example']) {
    const { status, headers } = await site.raw({ method: 'OPTIONS', headers: { origin }, body: '' });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
  }
});
