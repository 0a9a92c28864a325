import { Duration } from 'aws-cdk-lib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RequestOptions, Simulator } from '../../src/simulator';
import { asked, emails, linkOf, refunds } from './fixtures';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const TITLES: { readonly [status: number]: string } = {
  400: 'Not understood',
  403: 'Not accepted',
  404: 'This link is not valid',
  405: 'Not allowed',
  413: 'Too long',
  415: 'Not understood',
};

const nonceIn = (page: string): string => /name="nonce" value="([0-9a-f]+)"/.exec(page)?.[1] ?? '';

/** The parts of a link. */
const parts = (link: string) => {
  const url = new URL(link);
  const [id, level, approver, expiresAt, keyRef, mac] = url.pathname.slice('/r/'.length).split('.');
  return { origin: url.origin, id, level, approver, expiresAt, keyRef, mac };
};
type Parts = ReturnType<typeof parts>;
const joined = ({ origin, id, level, approver, expiresAt, keyRef, mac }: Parts) =>
  `${origin}/r/${[id, level, approver, expiresAt, keyRef, mac].join('.')}`;

/** One request that is open while hostile ones come in: nothing may become of it. */
const open = async () => {
  const { stack, workflow } = refunds({ approvers: emails('ann', 'bob') });
  const sim = Simulator.fromStack(stack);
  const ask = async (amount: number) => {
    sim.begin(workflow, { amount }).done.catch(() => undefined);
    await sim.settle();
    const last = sim.emails.slice(-2);
    return ['ann', 'bob'].map((name) => linkOf(last.find(({ to }) => to[0].startsWith(name)) ?? {}));
  };
  const [ann, bob] = await ask(600);
  const [other] = await ask(700);
  return { sim, ann, bob, other };
};

let world: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  world = await open();
});
afterAll(() => world.sim.close());
// The API throttles by virtual time.
beforeEach(() => world.sim.advance(Duration.seconds(3)));

const nonceOf = async (link: string) => nonceIn(await (await world.sim.fetch(link)).text());

const expectUndecided = async () => {
  const items = await world.sim.items('Refunds/Refund/Requests');
  expect(items.map(({ status, votes }) => [status, votes])).toEqual([
    ['PENDING', {}],
    ['PENDING', {}],
  ]);
  expect(world.sim.calls.filter(({ action }) => action === 'states:SendTaskSuccess')).toEqual([]);
};

/** What everybody gets who is refused: the same words, whatever was sent. */
const expectFixed = async (response: Response, status: number) => {
  expect(response.status).toBe(status);
  const body = await response.text();
  expect(body).toContain(`<title>${TITLES[status]}</title>`);
  expect(body).not.toMatch(/Refund|arn:|token|Error|evil|<script/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-frame-options')).toBe('DENY');
};

const other = (hex: string) => hex.replace(/^./, (first) => (first === '0' ? '1' : '0'));

describe('a link', () => {
  it.each<[string, (link: Parts) => Partial<Parts>]>([
    ['another signature', ({ mac }) => ({ mac: other(mac) })],
    [
      'a signature of which the end is another',
      ({ mac }) => ({ mac: mac.slice(0, -1) + (mac.endsWith('0') ? '1' : '0') }),
    ],
    ['a signature in capitals', ({ mac }) => ({ mac: mac.toUpperCase() })],
    ['a signature that is cut', ({ mac }) => ({ mac: mac.slice(0, 62) })],
    ['a signature that is longer', ({ mac }) => ({ mac: `${mac}00` })],
    ['an empty signature', () => ({ mac: '' })],
    ['a signature of zeros', () => ({ mac: '0'.repeat(64) })],
    ['an id that nobody has', ({ id }) => ({ id: other(id) })],
    ['an id in capitals', ({ id }) => ({ id: id.toUpperCase() })],
    ['the id of another request', () => ({ id: parts(world.other).id })],
    ['the signature of another request', () => ({ mac: parts(world.other).mac })],
    ['a later expiry', ({ expiresAt }) => ({ expiresAt: String(Number(expiresAt) + 86_400) })],
    ['an earlier expiry', ({ expiresAt }) => ({ expiresAt: String(Number(expiresAt) - 1) })],
    ['another approver', () => ({ approver: '1' })],
    ['the signature of another approver', () => ({ mac: parts(world.bob).mac })],
    ['no such approver', () => ({ approver: '99' })],
    ['an approver with a leading zero', () => ({ approver: '00' })],
    ['a negative approver', () => ({ approver: '-1' })],
    ['another level', () => ({ level: '2' })],
    ['the level 0', () => ({ level: '0' })],
    ['a key that is none of ours', () => ({ keyRef: '00000000' })],
    ['an ARN as its key', () => ({ keyRef: 'arn:aws:kms:eu-west-1:111122223333:key/evil' })],
  ])('with %s is refused, when it is opened and when it is answered', async (_, change) => {
    const link = parts(world.ann);
    const forged = joined({ ...link, ...change(link) });
    await expectFixed(await world.sim.fetch(forged), 404);
    const body = `nonce=${await nonceOf(world.ann)}&decision=approved`;
    await expectFixed(await world.sim.fetch(forged, { method: 'POST', headers: FORM, body }), 404);
    await expectUndecided();
  });

  it.each([
    ['nothing', (_link: string, origin: string) => `${origin}/`],
    ['a slash more at its end', (link: string) => `${link}/`],
    ['a text more at its end', (link: string) => `${link}evil`],
    ['two slashes', (link: string) => link.replace('/r/', '/r//')],
    ['a way up', (link: string) => link.replace('/r/', '/x/..%2fr/')],
    ['encoded dots', (link: string) => link.replaceAll(/(?<=[0-9a-f])\.(?=[0-9a-f])/g, '%2e')],
    ['a null byte', (link: string) => `${link}%00`],
    ['a line break', (link: string) => `${link}%0d%0aset-cookie:evil=1`],
    ['digits of another script', (link: string) => link.replace('.1.0.', '.%D9%A1.0.')],
    ['markup', (_link: string, origin: string) => `${origin}/r/<script>evil()</script>`],
    ['8,000 characters', (_link: string, origin: string) => `${origin}/r/${'0'.repeat(8000)}`],
  ])('with %s is refused', async (_, forge) => {
    const response = await world.sim.fetch(forge(world.ann, parts(world.ann).origin));
    await expectFixed(response, 404);
    expect(response.headers.get('set-cookie')).toBeNull();
    await expectUndecided();
  });
});

describe('a method', () => {
  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is not allowed', async (method) => {
    const body = `nonce=${await nonceOf(world.ann)}&decision=approved`;
    const response = await world.sim.fetch(world.ann, { method, headers: FORM, body });
    await expectFixed(response, 405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
    await expectUndecided();
  });

  it.each<[string, (nonce: string) => RequestOptions & { readonly query?: string }]>([
    ['GET with the form as its query', (nonce) => ({ query: `?nonce=${nonce}&decision=approved` })],
    ['GET that says it is a POST', () => ({ headers: { 'x-http-method-override': 'POST' } })],
    ['HEAD', () => ({ method: 'HEAD' })],
  ])('%s decides nothing', async (_, request) => {
    const { query = '', ...options } = request(await nonceOf(world.ann));
    expect((await world.sim.fetch(world.ann + query, options)).status).toBe(200);
    await expectUndecided();
  });

  it('HEAD has the headers of the page, and no body', async () => {
    const response = await world.sim.fetch(world.ann, { method: 'HEAD' });
    expect(await response.text()).toBe('');
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});

describe('a form', () => {
  it.each([
    ['JSON', 'application/json', 415],
    ['plain text', 'text/plain', 415],
    ['the parts of a multipart', 'multipart/form-data; boundary=x', 415],
    ['another charset', 'application/x-www-form-urlencoded; charset=utf-16', 415],
    ['two types', 'application/x-www-form-urlencoded, application/json', 415],
    ['no type', '', 415],
  ])('sent as %s is refused', async (_, type, status) => {
    const body = `nonce=${await nonceOf(world.ann)}&decision=approved`;
    const response = await world.sim.fetch(world.ann, { method: 'POST', headers: { 'content-type': type }, body });
    await expectFixed(response, status);
    await expectUndecided();
  });

  it.each<[string, (nonce: string) => string, number]>([
    ['nothing in it', () => '', 400],
    ['no nonce', () => 'decision=approved', 400],
    ['a nonce that is none', () => 'nonce=evil&decision=approved', 400],
    ['two nonces', (nonce) => `nonce=${nonce}&nonce=${nonce}&decision=approved`, 400],
    ['no decision, as a script sends it', (nonce) => `nonce=${nonce}&comment=`, 400],
    ['a decision that is none', (nonce) => `nonce=${nonce}&decision=maybe`, 400],
    ['a decision in capitals', (nonce) => `nonce=${nonce}&decision=APPROVED`, 400],
    ['two decisions', (nonce) => `nonce=${nonce}&decision=rejected&decision=approved`, 400],
    ['a line break in the decision', (nonce) => `nonce=${nonce}&decision=approved%0d%0a`, 400],
    ['a null byte in the decision', (nonce) => `nonce=${nonce}&decision=approved%00`, 400],
    ['a field more', (nonce) => `nonce=${nonce}&decision=approved&by=evil`, 400],
    ['the field __proto__', (nonce) => `nonce=${nonce}&__proto__=x&decision=approved`, 400],
    ['a broken escape', (nonce) => `nonce=${nonce}&decision=approved&comment=%zz`, 400],
    ['what is not UTF-8', (nonce) => `nonce=${nonce}&decision=approved&comment=%ff%fe`, 400],
    ['16 KiB', (nonce) => `nonce=${nonce}&decision=approved&comment=${'x'.repeat(16_384)}`, 413],
    ['a megabyte', (nonce) => `nonce=${nonce}&decision=approved&comment=${'x'.repeat(1 << 20)}`, 413],
  ])('with %s is refused', async (_, bodyWith, status) => {
    const body = bodyWith(await nonceOf(world.ann));
    await expectFixed(await world.sim.fetch(world.ann, { method: 'POST', headers: FORM, body }), status);
    await expectUndecided();
  });

  it.each<[string, { readonly [name: string]: string }]>([
    ["another site's origin", { origin: 'https://evil.example' }],
    ['an origin that begins like ours', { origin: 'https://api.execute-api.us-east-1.amazonaws.com.evil.example' }],
    ['plain HTTP as its origin', { origin: 'http://127.0.0.1' }],
    ["another site's page before it", { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['a neighbour before it', { 'sec-fetch-site': 'same-site' }],
  ])('with %s is refused', async (_, headers) => {
    const body = `nonce=${await nonceOf(world.ann)}&decision=approved`;
    const response = await world.sim.fetch(world.ann, { method: 'POST', headers: { ...FORM, ...headers }, body });
    await expectFixed(response, 403);
    await expectUndecided();
  });

  it('with a comment that is too long is given back with what was typed, and decides nothing', async () => {
    const comment = `\n<b>${'x'.repeat(1000)}`;
    const body = new URLSearchParams({ nonce: await nonceOf(world.ann), decision: 'rejected', comment });
    const response = await world.sim.fetch(world.ann, { method: 'POST', body });
    expect(response.status).toBe(400);
    const page = await response.text();
    expect(page).toContain('It can have 1,000 characters; emoji count as two or more.');
    expect(page).toContain(`\n${comment.replace('<b>', '&lt;b&gt;')}</textarea>`);
    expect(page).toMatch(/value="rejected" checked/);
    expect(page).not.toMatch(/value="approved" checked/);
    expect(nonceIn(page)).toMatch(/^[0-9a-f]{32}$/);
    await expectUndecided();
  });

  it.each<[string, () => Promise<string>]>([
    ['made up', async () => '0'.repeat(32)],
    ["another approver's", () => nonceOf(world.bob)],
    ["another request's", () => nonceOf(world.other)],
  ])('with a nonce that is %s is asked for again, with what was chosen and typed', async (_, nonce) => {
    const body = `nonce=${await nonce()}&decision=approved&comment=fine`;
    const response = await world.sim.fetch(world.ann, { method: 'POST', headers: FORM, body });
    expect(response.status).toBe(409);
    const page = await response.text();
    expect(nonceIn(page)).toMatch(/^[0-9a-f]{32}$/);
    expect(page).toMatch(/value="approved" checked/);
    expect(page).toContain('fine</textarea>');
    await expectUndecided();
  });
});

describe('headers', () => {
  it.each([
    ['host', 'evil.example'],
    ['x-forwarded-host', 'evil.example'],
    ['x-forwarded-proto', 'javascript'],
    ['referer', 'https://evil.example/<script>'],
    ['user-agent', '<script>evil()</script>'],
    ['cookie', 'nonce=evil; decision=approved'],
    ['x-forwarded-for', '203.0.113.9, evil'],
  ])('%s of the attacker is not in the page', async (name, value) => {
    const response = await world.sim.fetch(world.ann, { headers: { [name]: value } });
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain('evil');
    await expectUndecided();
  });

  it('of a page let it run nothing, be in no frame, be kept nowhere, and tell nobody of it', async () => {
    const { headers } = await world.sim.fetch(world.ann);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      ),
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=63072000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers.get('set-cookie')).toBeNull();
  });
});

describe('many views', () => {
  it('leave no more than twenty nonces behind, and the newest form stays good', async () => {
    const { sim, mailTo } = await asked({ approvers: emails('ann') });
    for (let view = 0; view < 25; view += 1) await sim.fetch(linkOf(mailTo('ann')));
    const [{ nonces_0: nonces }] = await sim.items('Refunds/Refund/Requests');
    expect((nonces as Set<string>).size ?? (nonces as string[]).length).toBeLessThanOrEqual(20);
    expect((await sim.approve(mailTo('ann'))).status).toBe(200);
  });

  it("of one approver leave another's form good, so that nobody keeps others from a veto", async () => {
    const { sim, run, mailTo } = await asked({ approvers: emails('ann', 'bob') });
    const bob = linkOf(mailTo('bob'));
    const nonce = nonceIn(await (await sim.fetch(bob)).text());
    for (let view = 0; view < 60; view += 1) {
      await sim.fetch(linkOf(mailTo('ann')));
      if (view % 20 === 0) await sim.advance(Duration.seconds(1));
    }
    const veto = await sim.fetch(bob, { method: 'POST', body: new URLSearchParams({ nonce, decision: 'rejected' }) });
    expect(veto.status).toBe(200);
    expect((await run.done).error).toBe('Approval.Rejected');
  });
});

describe('texts of others', () => {
  const evil = '<script>evil()</script>"\'&\u202egpj.exe\r\nBcc: evil@evil.example';
  const markup = /<script|\u202e|\r/;

  it('are escaped wherever they are shown', async () => {
    const { sim, run, mailTo } = await asked(
      { approvers: emails('ann', 'bob'), quorum: 2 },
      { question: evil, details: { [evil]: evil }, requester: evil.replaceAll(/[<@]/g, '') },
    );
    const mail = mailTo('ann');
    expect(mail.subject).not.toMatch(/[\r\n\u202e]/);
    expect(mail.html).not.toMatch(markup);
    expect(mail.text).not.toMatch(/\u202e|\r/);
    const form = await (await sim.fetch(linkOf(mail))).text();
    const waiting = await (await sim.approve(mail, { comment: evil })).text();
    const outcome = await (await sim.approve(mailTo('bob'), { comment: evil })).text();
    for (const page of [form, waiting, outcome]) {
      expect(page).not.toMatch(markup);
      expect(page).toContain('&lt;script&gt;evil()&lt;/script&gt;&quot;&#39;&amp;');
    }
    expect((await run.done).output).toMatchObject({
      Approve: { comment: evil.replace('\u202e', '').replace('\r', '') },
    });
  });

  it('are shown as they are where they are no markup: emoji, other scripts, half characters', async () => {
    const { sim, mailTo } = await asked(
      {},
      { question: 'Zahlung über 600 € an 株式会社 👩‍💻?', details: { half: '\ud83d' } },
    );
    const page = await (await sim.fetch(linkOf(mailTo('lead')))).text();
    expect(page).toContain('Zahlung über 600 € an 株式会社 👩‍💻?');
  });
});
