import { beforeAll, describe, expect, test } from 'vitest';
import { FormField } from '../../src';
import { Simulator } from '../../src/simulator';
import { type Answer, contactForm, MESSAGE, ORIGIN, type Raw } from './fixtures';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const INVALID =
  '{"message":"The message is not valid. Send the fields of the form, each once at most, and nothing else."}';

/** What a submission may be answered with: nothing else ever leaves. */
const FIXED: { readonly [status: number]: RegExp } = {
  202: /^\{"id":"[0-9a-f]{32}"\}$/,
  400: /^(\{"message":"The message is not valid\. Send the fields of the form, each once at most, and nothing else\."\}|\{"fields":\{("(name|email|message|topic|terms)":"(required|too-long|invalid)",?)+\}\}|<!doctype html>[\s\S]*)$/,
  403: /^\{"message":"(This site may not send messages here|There is nothing here)\."\}$/,
  405: /^\{"message":"Send the message with POST\."\}$/,
  413: /^(\{"message":"The message is too large\."\}|<!doctype html>[\s\S]*<p>The message is too large\.<\/p><\/main><\/body><\/html>)$/,
  415: /^(\{"message":"Send the message as JSON or as a form, in UTF-8\."\}|<!doctype html>[\s\S]*<p>Send the message as JSON or as a form, in UTF-8\.<\/p><\/main><\/body><\/html>)$/,
  500: /^\{"message":"The message could not be taken\. Please try again later\."\}$/,
};

const CONTROL = [
  ['CRLF', '\r\nBcc: everyone@example.org'],
  ['LF', '\nBcc: everyone@example.org'],
  ['CR', '\rBcc: everyone@example.org'],
  ['a NUL', 'a\0b'],
  ['an escape', 'a\u001b[31mb'],
  ['a line separator', 'a\u2028Bcc: everyone@example.org'],
  ['a next line', 'a\u0085Bcc: everyone@example.org'],
  ['text that runs backwards', 'a\u202Egro.elpmaxe'],
  ['half a pair', 'a\ud800b'],
  ['what could not be read', 'Ren\uFFFD'],
] as const;

/** What a subject would show otherwise than it is, or not at all. */
const HIDDEN = [
  ['a mark that turns the direction', 'a\u061Cb'],
  ['another mark that turns the direction', 'a\u200Fb'],
  ['a space without width', 'a\u200Bb'],
  ['a joiner that is not seen', 'a\u2060b'],
  ['a soft hyphen', 'pass\u00ADword'],
  ['tags that are not seen', 'a\u{E0041}\u{E0042}b'],
  ['an encoded word', '=?utf-8?q?=0d=0aBcc:everyone=40example.org?='],
  ['the beginning of an encoded word', 'x =?UTF-8?B?'],
] as const;

const ADDRESSES = [
  'not an address',
  'a@b',
  'a@@example.org',
  'ada@example.org, eve@example.org',
  'ada@example.org;eve@example.org',
  'Ada <ada@example.org>',
  '<ada@example.org>',
  '"a b"@example.org',
  'ada@[127.0.0.1]',
  'аda@example.org', // Cyrillic
  'ada@exаmple.org', // Cyrillic
  'ada＠example.org', // full width
  'ada@example。org', // ideographic full stop
  'ada@example.org%0d%0aBcc:eve@example.org',
  '.ada@example.org',
  'ada..b@example.org',
  'ada@-example.org',
  'ada@example.org(comment)',
  `${'a'.repeat(65)}@example.org`,
  `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}.org`,
];

const json = (body: unknown, headers = {}): Raw => ({
  headers: { 'content-type': JSON_TYPE, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const text = (body: string, type: string): Raw => ({ headers: { 'content-type': type }, body });
const form = (fields: { readonly [name: string]: string }) => text(new URLSearchParams(fields).toString(), FORM_TYPE);
const without = (name: string) => Object.fromEntries(Object.entries(MESSAGE).filter(([key]) => key !== name));

/** A message in so many bytes. */
const padded = (bytes: number) => JSON.stringify(MESSAGE).padEnd(bytes);

/** Each with the status that it gets. */
const REFUSED: [string, number, Raw][] = [
  ...CONTROL.flatMap(([what, value]): [string, number, Raw][] => [
    [`${what} in the name`, 400, json({ ...MESSAGE, name: `Eve${value}` })],
    [`${what} in the address`, 400, json({ ...MESSAGE, email: `eve@example.org${value}` })],
  ]),
  ...HIDDEN.map(([what, name]): [string, number, Raw] => [`${what} in the name`, 400, json({ ...MESSAGE, name })]),
  ['a NUL in the message', 400, json({ ...MESSAGE, message: 'a\0b' })],
  ['text that runs backwards in the message', 400, json({ ...MESSAGE, message: 'a\u202Eb' })],
  ['CRLF in a choice', 400, json({ ...MESSAGE, topic: 'Sales\r\nBcc: eve@example.org' })],
  ['what is not among the choices', 400, json({ ...MESSAGE, topic: 'Other' })],
  ...ADDRESSES.map((email): [string, number, Raw] => [
    `the address ${email.slice(0, 50)}`,
    400,
    json({ ...MESSAGE, email }),
  ]),
  ...['name', 'email', 'message'].map((name): [string, number, Raw] => [`no ${name}`, 400, json(without(name))]),
  ['an empty name', 400, json({ ...MESSAGE, name: '   ' })],
  ['an empty message', 400, json({ ...MESSAGE, message: '\n \n' })],
  ['a name that is too long', 400, json({ ...MESSAGE, name: 'a'.repeat(101) })],
  ['a name that is too long in characters beyond the first plane', 400, json({ ...MESSAGE, name: '😀'.repeat(101) })],
  ['a message that is too long', 400, json({ ...MESSAGE, message: 'a'.repeat(5001) })],
  ...[17, true, null, [], ['Ada'], {}, { $ne: '' }].map((name): [string, number, Raw] => [
    `the name ${JSON.stringify(name)}`,
    400,
    json({ ...MESSAGE, name }),
  ]),
  ['a box that is text', 400, json({ ...MESSAGE, terms: 'maybe' })],
  ['another field', 400, json({ ...MESSAGE, to: 'eve@example.org' })],
  ['the field id', 400, json({ ...MESSAGE, id: 'x' })],
  ['the field resend', 400, json({ resend: 'x' })],
  ['__proto__', 400, json('{"__proto__":{"name":"Ada"},"email":"a@example.org","message":"x"}')],
  ['__proto__ as well', 400, json(`{"__proto__":{"admin":true},${JSON.stringify(MESSAGE).slice(1)}`)],
  ['constructor', 400, json({ ...MESSAGE, constructor: { prototype: { admin: true } } })],
  ['no JSON', 400, json('{"name":')],
  ['no body', 400, json('')],
  ['an array', 400, json([MESSAGE])],
  ['a text', 400, json('"Ada"')],
  ['null', 400, json('null')],
  ['JSON 7,000 levels deep', 400, json('['.repeat(7000) + ']'.repeat(7000))],
  ['a field that is 3,000 levels deep', 400, json(`{"name":${'['.repeat(3000)}${']'.repeat(3000)}}`)],
  ['more than 16 KiB', 413, json({ ...MESSAGE, message: 'a'.repeat(16 * 1024) })],
  ['more than 16 KiB of a form', 413, text(`message=${'a'.repeat(16 * 1024)}`, FORM_TYPE)],
  ['more than 16 KiB in bytes', 413, json({ ...MESSAGE, message: 'ü'.repeat(8200) })],
  ['16 KiB and a byte', 413, json(padded(16 * 1024 + 1))],
  ['16 KiB and a byte, of a form', 413, text(`message=${'a'.repeat(16 * 1024 + 1 - 8)}`, FORM_TYPE)],
  ['6 MB', 500, json({ ...MESSAGE, message: 'a'.repeat(6_291_456) })],
  ['10 MB', 500, json({ ...MESSAGE, message: 'a'.repeat(10_000_000) })],
  ['more than 10 MB', 413, json({ ...MESSAGE, message: 'a'.repeat(11_000_000) })],
  ['plain text', 415, text(JSON.stringify(MESSAGE), 'text/plain')],
  ['XML', 415, text('<name>Ada</name>', 'application/xml')],
  ['a form with files', 415, text('--x--', 'multipart/form-data; boundary=x')],
  ['JSON of another kind', 415, text(JSON.stringify(MESSAGE), 'application/json-patch+json')],
  ['more than 16 KiB of a form, when it is decoded', 413, form({ ...MESSAGE, message: 'ü'.repeat(8200) })],
  ['more than 48 KiB of a form', 413, text('&'.repeat(48 * 1024 + 1), FORM_TYPE)],
  ['JSON in UTF-16', 415, text(JSON.stringify(MESSAGE), `${JSON_TYPE};charset=utf-16`)],
  ['JSON in Latin-1, in quotes', 415, text(JSON.stringify(MESSAGE), `${JSON_TYPE}; Charset="ISO-8859-1"`)],
  ['JSON in two charsets', 415, text(JSON.stringify(MESSAGE), `${JSON_TYPE}; charset=utf-8; charset=utf-7`)],
  ['a form in Latin-1', 415, text('name=Ada&email=a%40example.org&message=x', `${FORM_TYPE}; charset=iso-8859-1`)],
  ['a form in Latin-1 that does not say so', 415, text('name=Ren%E9&email=a%40example.org&message=x', FORM_TYPE)],
  ['half a character of a form', 415, text('name=Ren%C3&email=a%40example.org&message=x', FORM_TYPE)],
  ['the origin of somebody else', 403, json(MESSAGE, { origin: 'https://evil.example' })],
  ['an origin that begins like ours', 403, json(MESSAGE, { origin: `${ORIGIN}.evil.example` })],
  ['our origin without encryption', 403, json(MESSAGE, { origin: 'http://acme.example' })],
  ['our origin in capitals', 403, json(MESSAGE, { origin: 'https://ACME.example' })],
  ['our origin with a port', 403, json(MESSAGE, { origin: `${ORIGIN}:8443` })],
  ['the origin null', 403, json(MESSAGE, { origin: 'null' })],
  ['an empty origin', 403, json(MESSAGE, { origin: '' })],
  ['another method', 403, { ...json(MESSAGE), method: 'PUT' }],
];

describe('nothing is kept or mailed, and the answer is a fixed one, for', () => {
  const { stack, form } = contactForm({
    throttle: { rate: 1000, burst: 5000 },
    fields: [
      FormField.text('name', { maxLength: 100 }),
      FormField.email('email'),
      FormField.multiline('message'),
      FormField.choice('topic', ['Sales', 'Support'], { required: false }),
      FormField.checkbox('terms', { required: false }),
    ],
  });
  let sim: Simulator;
  beforeAll(() => {
    sim = Simulator.fromStack(stack);
    return () => sim.close();
  });

  const send = async ({ headers, body, method = 'POST' }: Raw): Promise<Answer> => {
    const all = { origin: ORIGIN, ...headers };
    const response = await sim.fetch(sim.resolve(form.url), { method, headers: all, body });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const expectNothing = async (answer: Answer): Promise<void> => {
    await sim.settle();
    expect(answer.text).toMatch(FIXED[answer.status]);
    expect(`${answer.text} ${[...answer.headers].flat().join(' ')}`).not.toMatch(/arn:|execution|lambda|stack|evil/i);
    expect([await sim.items(form.table), sim.emails, sim.runs]).toEqual([[], [], []]);
  };

  test.each(REFUSED)('%s (%i)', async (_what, status, raw) => {
    const answer = await send(raw);
    expect(answer.status).toBe(status);
    await expectNothing(answer);
  });

  test('no origin', async () => {
    const response = await sim.fetch(sim.resolve(form.url), { body: MESSAGE });
    const answer = { status: response.status, headers: response.headers, text: await response.text() };
    expect(answer.status).toBe(403);
    await expectNothing(answer);
  });

  test('a filled honeypot, which is answered like a message', async () => {
    const answer = await send(json({ ...MESSAGE, website: 'https://evil.example' }));
    expect(answer.status).toBe(202);
    await expectNothing(answer);
  });

  test('two values of a field of a form', async () => {
    const answer = await send(text('name=Ada&name=Eve&email=a%40example.org&message=x', FORM_TYPE));
    expect(answer.status).toBe(400);
    await expectNothing(answer);
  });

  test('HTML in a form that is refused: it comes back as text', async () => {
    const answer = await send(text('name=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&email=x&message=x', FORM_TYPE));
    expect(answer.status).toBe(400);
    expect(answer.text).not.toMatch(/<script/i);
    expect(answer.text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    await expectNothing(answer);
  });

  test('a preflight of somebody else, which gets no permission', async () => {
    const origin = 'https://evil.example';
    const { headers } = await send({ method: 'OPTIONS', headers: { origin }, body: '' });
    expect(headers.get('access-control-allow-origin')).not.toBe(origin);
  });

  test('more submissions at once than the form takes', async () => {
    const slow = contactForm({ throttle: { rate: 1, burst: 2 } });
    const other = Simulator.fromStack(slow.stack);
    const sent = Array.from({ length: 20 }, (_, index) =>
      other.fetch(other.resolve(slow.form.url), {
        headers: { origin: ORIGIN },
        body: { ...MESSAGE, message: `number ${index}` },
      }),
    );
    const answers = await Promise.all(sent);
    await other.settle();
    const refused = answers.filter(({ status }) => status === 429);
    expect([refused.length, other.emails.length]).toEqual([18, 2]);
    expect(await refused[0].json()).toEqual({
      message: 'There are too many messages at the moment. Please try again later.',
    });
    await other.close();
  });

  test('a replay: of the same submission, of its id, and of what the workflow gets', async () => {
    const { stack: own, form: ownForm } = contactForm();
    const other = Simulator.fromStack(own);
    const post = (body: object) => other.fetch(other.resolve(ownForm.url), { headers: { origin: ORIGIN }, body });
    const first = await post(MESSAGE);
    await other.settle();
    const { id } = (await first.json()) as { id: string };
    const workflow = { ...{ id, receivedAt: '2030-01-01T00:00:00.000Z', fields: MESSAGE }, expiresAt: 1 };
    const answers = [
      await post(MESSAGE),
      await post({ ...MESSAGE, id }),
      await post({ resend: id }),
      await post(workflow),
    ];
    await other.settle();
    expect(answers.map(({ status }) => status)).toEqual([202, 400, 400, 400]);
    expect(other.emails).toHaveLength(1);
    await other.close();
  });

  test('(the number of hostile submissions)', () => {
    expect(REFUSED.length + 11).toBeGreaterThanOrEqual(40);
    expect(new Set(REFUSED.map(([what]) => what)).size).toBe(REFUSED.length);
    expect(INVALID).toMatch(FIXED[400]);
  });
});

describe('what looks hostile and is somebody’s message is mailed as it is', () => {
  const { stack, form } = contactForm({ throttle: { rate: 1000, burst: 5000 } });

  test.each([
    ['HTML', { ...MESSAGE, message: '<script>alert(1)</script><img src=x onerror=alert(1)>' }, '&lt;script&gt;'],
    ['HTML in the name', { ...MESSAGE, name: '<a href="https://evil.example">x</a>' }, '&lt;a href=&quot;https'],
    ['entities', { ...MESSAGE, message: '&lt;b&gt;' }, '&amp;lt;b&amp;gt;'],
    ['a placeholder', { ...MESSAGE, message: '{{email}} {{id}}' }, '{{email}} {{id}}'],
    ['an expression', { ...MESSAGE, message: "{% $states.context.Execution.Id %} ' & $x" }, '{% $states.context'],
    ['full-width brackets', { ...MESSAGE, message: '＜script＞' }, '＜script＞'],
    ['header lines in the message', { ...MESSAGE, message: 'Hello\r\nBcc: eve@example.org' }, 'Hello<br>\nBcc: eve'],
    ['other scripts', { ...MESSAGE, name: 'Ада 李 🙂', message: 'سلام\u200cعلیکم' }, 'Ада 李 🙂'],
    ['text that ends in an equals sign and a question mark', { ...MESSAGE, name: '1+1=? Ada' }, '1+1=? Ada'],
    ['joiners', { ...MESSAGE, name: 'क्‍ष 👩‍💻 می‌خواهم' }, 'क्‍ष 👩‍💻 می‌خواهم'],
    ['marks of direction in the message', { ...MESSAGE, message: 'שלום\u200f!' }, 'שלום\u200f!'],
    ['an address with a plus', { ...MESSAGE, email: "o'hara+tag@example.co.uk" }, 'o&#39;hara+tag@example.co.uk'],
    ['SQL', { ...MESSAGE, message: "'; DROP TABLE users; --" }, '&#39;; DROP TABLE users; --'],
  ])('%s', async (_what, message, html) => {
    const sim = Simulator.fromStack(stack);
    const response = await sim.fetch(sim.resolve(form.url), { headers: { origin: ORIGIN }, body: message });
    await sim.settle();
    const [mail] = sim.emails;
    expect([response.status, sim.emails.length, mail.to, mail.cc, mail.bcc, mail.headers, mail.replyTo]).toEqual([
      202,
      1,
      ['hello@acme.example'],
      [],
      [],
      {},
      [message.email],
    ]);
    expect(mail.html).toContain(html);
    expect(mail.html?.match(/<(?!\/?(dl|dt|b|dd|p|small|br)>)/g)).toBeNull();
    await sim.close();
  });

  test.each(['application/json; charset=UTF-8', 'application/json;charset="utf8"'])(
    'a message of the type %s',
    async (type) => {
      const sim = Simulator.fromStack(stack);
      const headers = { origin: ORIGIN, 'content-type': type };
      const { status } = await sim.fetch(sim.resolve(form.url), { headers, body: JSON.stringify(MESSAGE) });
      await sim.settle();
      expect([status, sim.emails.length]).toEqual([202, 1]);
      await sim.close();
    },
  );

  test('a message of just 16 KiB', async () => {
    const sim = Simulator.fromStack(stack);
    const headers = { origin: ORIGIN, 'content-type': JSON_TYPE };
    const { status } = await sim.fetch(sim.resolve(form.url), { headers, body: padded(16 * 1024) });
    await sim.settle();
    expect([status, sim.emails.length]).toEqual([202, 1]);
    await sim.close();
  });

  test('of two JSON keys of a name the value that was checked is the one that is mailed', async () => {
    const sim = Simulator.fromStack(stack);
    const body = '{"name":"Eve\\r\\nBcc: x@example.org","name":"Ada","email":"a@example.org","message":"x"}';
    await sim.fetch(sim.resolve(form.url), {
      headers: { origin: ORIGIN, 'content-type': JSON_TYPE },
      body,
    });
    await sim.settle();
    expect(sim.emails).toHaveLength(1);
    expect(sim.emails[0].text).toContain('Name: Ada\n');
    expect(sim.emails[0].text).not.toContain('Bcc');
    await sim.close();
  });
});
