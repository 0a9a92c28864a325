import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { ApproverAuth } from '../../src';
import type { RequestOptions } from '../../src/simulator';
import { asked, LEAD, linkOf, type Stack } from './fixtures';

const APP = 'https://approvals.acme.example';
const APP_URL = `${APP}/answer`;
const CLAIMS = { sub: 'u1', email: LEAD, email_verified: 'true' };
const TYPE = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };

const inPool = (appUrl?: string) => (stack: Stack) => {
  const pool = new cognito.UserPool(stack, 'People');
  return { auth: ApproverAuth.cognito(pool, [pool.addClient('App')], appUrl) };
};

/** A request, and an app that asks for its page by script, as browsers let it. */
const opened = async (auth: Parameters<typeof asked>[0], more: Parameters<typeof asked>[2] = () => undefined) => {
  const made = await asked(auth, {}, more);
  const { sim, approval, mailTo } = made;
  const link = linkOf(mailTo('lead'));
  const path = link.slice(link.lastIndexOf('/r/'));
  const ask = (options: RequestOptions, origin = APP) =>
    sim.fetch(sim.resolve(approval.url) + path, {
      ...options,
      headers: { origin, 'sec-fetch-site': 'cross-site', ...options.headers },
    });
  const preflight = (origin = APP) =>
    ask(
      {
        method: 'OPTIONS',
        headers: {
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      },
      origin,
    );
  /** Opens the form, and gives what sends it. */
  const open = async (as: RequestOptions) => {
    const page = await (await ask(as)).text();
    const nonce = /name="nonce" value="(\w+)"/.exec(page)?.[1] ?? '';
    return (decision: string, origin = APP) =>
      ask({ ...as, method: 'POST', headers: TYPE, body: new URLSearchParams({ nonce, decision }).toString() }, origin);
  };
  return { ...made, link, ask, preflight, open };
};

const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');
const sent = ({ sim }: Awaited<ReturnType<typeof opened>>) =>
  sim.calls.filter(({ action }) => action === 'states:SendTaskSuccess').length;

describe('an app that opens links', () => {
  it('is where the links of mails lead', async () => {
    const { link } = await opened(inPool(APP_URL));
    expect(link).toMatch(/^https:\/\/approvals\.acme\.example\/answer\/r\/[0-9a-f]{40}\./);
  });

  it('is let by a preflight, which needs no token', async () => {
    const { preflight } = await opened(inPool(APP_URL));
    const response = await preflight();
    expect([response.status, allowed(response)]).toEqual([204, APP]);
    expect(response.headers.get('access-control-allow-methods')).toBe('GET,HEAD,POST');
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('gets OPTIONS answered without a token also where the API leaves it to its routes', async () => {
    const { ask } = await opened(inPool(APP_URL));
    expect((await ask({ method: 'OPTIONS' })).status).toBe(204);
  });

  it('shows and decides with the token of its user, once', async () => {
    const made = await opened(inPool(APP_URL));
    const page = await made.ask({ claims: CLAIMS });
    expect([page.status, allowed(page)]).toEqual([200, APP]);
    const send = await made.open({ claims: CLAIMS });
    const answers = [await send('approved'), await send('approved'), await send('rejected')];
    expect(answers.map((answer) => [answer.status, allowed(answer)])).toEqual([
      [200, APP],
      [200, APP],
      [409, APP],
    ]);
    expect((await made.run.done).output).toMatchObject({ Approve: { by: LEAD } });
    expect(sent(made)).toBe(1);
  });

  it('decides with the role of its user', async () => {
    const roles: iam.Role[] = [];
    const { run, open } = await opened(
      (stack) => {
        roles.push(new iam.Role(stack, 'Lead', { assumedBy: new iam.AccountRootPrincipal() }));
        return { auth: ApproverAuth.iam(APP_URL) };
      },
      (approval) => approval.grantOpen(roles[0]),
    );
    expect((await (await open({ as: roles[0] }))('approved')).status).toBe(200);
    expect((await run.done).output).toMatchObject({ Approve: { by: LEAD } });
  });

  it('decides nothing without a token', async () => {
    const { run, open } = await opened(inPool(APP_URL));
    expect((await (await open({}))('approved')).status).toBe(401);
    expect(run.status).toBe('RUNNING');
  });

  it.each([
    ['another origin', 'https://evil.example'],
    ['an origin that begins like it', `${APP}.evil.example`],
    ['its origin on another port', `${APP}:8443`],
    ['its origin without encryption', 'http://approvals.acme.example'],
  ])('has an origin, and %s is refused', async (_, origin) => {
    const { run, preflight, ask, open } = await opened(inPool(APP_URL));
    expect(allowed(await preflight(origin))).toBeNull();
    expect(allowed(await ask({ claims: CLAIMS }, origin))).toBeNull();
    const answer = await (await open({ claims: CLAIMS }))('approved', origin);
    expect([answer.status, allowed(answer)]).toEqual([403, null]);
    expect(run.status).toBe('RUNNING');
  });

  it.each([
    ['https://approvals.acme.example/', `${APP}/r/`],
    ['https://approvals.acme.example/#', `${APP}/#/r/`],
    ['https://approvals.acme.example:443/answer', `${APP}:443/answer/r/`],
  ])('may be at %s', async (appUrl, beginning) => {
    const { link, preflight } = await opened(inPool(appUrl));
    expect(link.startsWith(beginning)).toBe(true);
    expect(allowed(await preflight())).toBe(APP);
  });
});

describe('where links lead to the API itself', () => {
  it.each<[string, Parameters<typeof asked>[0]]>([
    ['the link alone', {}],
    ['a user pool', inPool()],
    ['IAM', { auth: ApproverAuth.iam() }],
  ])('and approvers are known by %s, no origin is let by CORS', async (_, auth) => {
    const { link, sim, approval, preflight, ask } = await opened(auth);
    expect(link.startsWith(`${sim.resolve(approval.url)}/r/`)).toBe(true);
    for (const answer of [await preflight(), await ask({ claims: CLAIMS })]) {
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(answer.status).not.toBe(204);
    }
  });
});

it.each([
  'http://approvals.acme.example',
  'https://Approvals.acme.example',
  'https://approvals.acme.example/answer?link=',
  'https://*.acme.example',
  'https://user@approvals.acme.example',
  'approvals.acme.example',
  '',
])("fails at synthesis with the app's URL %j", (url) => {
  expect(() => ApproverAuth.iam(url)).toThrow(/^ApproverAuth.iam: the app's URL '.*https:\/\/approvals.acme.example/);
});
