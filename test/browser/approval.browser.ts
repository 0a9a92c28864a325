import { Duration } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { Approver, ApproverAuth, type HumanApprovalProps } from '../../src';
import type { Simulator } from '../../src/simulator';
import { asked, emails, linkOf } from '../human-approval/fixtures';
import { DESKTOP, describeInBrowser, expectAccessible, PHONE, screenshot } from './browser';

const DETAILS = {
  Customer: '{% $input.by %}',
  Amount: "{% $string($input.amount) & ' EUR' %}",
  Reason: 'The delivery was damaged on the way, and the customer sent pictures of all parts.\nThe carrier pays half.',
  Reference: 'ORDER-2026-0000000000000000000000000000000000000000000000000000-1234',
};

/** A request that is asked about, and its pages on this machine. */
const served = async (props: Partial<HumanApprovalProps> = { approvers: emails('lead') }) => {
  const made = await asked(props, { details: DETAILS, requester: '{% $input.by %}' });
  const base = await made.sim.serve();
  const urlFor = (name: string) => base + new URL(linkOf(made.mailTo(name))).pathname;
  return { ...made, base, url: urlFor('lead'), urlFor };
};

/** A request that two are asked about who have to sign in: one by a mail, others by a topic, who asks among them. */
const signedIn = async () => {
  const made = await asked(
    (stack) => {
      const pool = new cognito.UserPool(stack, 'People');
      return {
        approvers: [...emails('lead'), Approver.topic(new sns.Topic(stack, 'Chat'))],
        auth: ApproverAuth.cognito(pool, [pool.addClient('App')]),
      };
    },
    { requester: '{% $input.by %}' },
  );
  const [{ message }] = made.sim.notifications(made.stack.node.findChild('Chat'));
  return { ...made, link: linkOf(made.mailTo('lead')), chatLink: linkOf({ text: message }) };
};

/** Lets the requests of a page have the token of somebody, as an app does that opens links. */
const signIn = (page: Page, sim: Simulator, email: string) =>
  page.route(/execute-api/, async (route) => {
    const request = route.request();
    const response = await sim.fetch(request.url(), {
      method: request.method(),
      headers: await request.allHeaders(),
      body: request.postDataBuffer() ?? undefined,
      claims: { sub: email, email, email_verified: 'true' },
    });
    const headers = Object.fromEntries(response.headers);
    await route.fulfill({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) });
  });

/** Opens a link that shows the same to everybody. */
const expectFixed = async (page: Page, url: string, shown: { status: number; title: string; picture: string }) => {
  const response = await page.goto(url);
  expect(response?.status()).toBe(shown.status);
  expect(await page.locator('h1').textContent()).toBe(shown.title);
  expect(await page.locator('form').count()).toBe(0);
  await expectAccessible(page);
  await screenshot(page, shown.picture);
};

const undecided = async ({ sim }: Awaited<ReturnType<typeof served>>) => {
  const [{ status, votes }] = await sim.items('Refunds/Refund/Requests');
  return status === 'PENDING' && Object.keys(votes as object).length === 0;
};

describeInBrowser('the page of an approval', (visitors) => {
  it.each([
    ['phone', PHONE, 'light'],
    ['phone-dark', PHONE, 'dark'],
    ['desktop', DESKTOP, 'light'],
    ['desktop-dark', DESKTOP, 'dark'],
  ] as const)('is whole, accessible and light on a %s', async (name, viewport, colorScheme) => {
    const { url } = await served();
    const page = await visitors.page({ viewport, colorScheme });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const response = await page.goto(url);
    expect((await response?.body())?.length).toBeLessThan(8 * 1024);
    expect(requests).toEqual([url]);
    expect(await page.title()).toBe('Refund 600 EUR?');
    expect(await page.locator('th').allTextContents()).toEqual(['Requested by', ...Object.keys(DETAILS)]);
    // Nothing is wider than the screen.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
    await expectAccessible(page);
    await screenshot(page, `form-${name}`);
  });

  it('approves without any script', async () => {
    const { url, run } = await served();
    const page = await visitors.page({ javaScriptEnabled: false });
    await page.goto(url);
    await page.getByLabel('Approve').check();
    await page.getByRole('button', { name: 'Send decision' }).click();
    expect(await page.locator('h1').textContent()).toBe('Approved');
    expect((await run.done).output).toMatchObject({ Approve: { by: 'lead@acme.example', comment: null } });
  });

  it('rejects with a comment, and tells so afterwards', async () => {
    const { url, run } = await served();
    const page = await visitors.page();
    await page.goto(url);
    await page.getByLabel('Reject').check();
    await page.getByLabel('Comment (optional)').fill('Too much.\nAsk again <b>for half</b>.');
    await page.getByRole('button').click();
    expect(await page.locator('h1').textContent()).toBe('Rejected');
    expect(await page.getByRole('status').textContent()).toContain('By lead@acme.example');
    await expectAccessible(page);
    await screenshot(page, 'rejected-phone');
    expect((await run.done).cause).toBe('Rejected by lead@acme.example: Too much.\nAsk again <b>for half</b>.');
  });

  it('is used by the keyboard alone, in the order in which it is read', async () => {
    const { url, run } = await served();
    const page = await visitors.page();
    await page.goto(url);
    const focused = () => page.evaluate('document.activeElement.name || document.activeElement.textContent');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('decision');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('comment');
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Send decision');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    expect((await run.done).output).toMatchObject({ Approve: { decision: 'approved', comment: 'by keyboard' } });
  });

  it('waits for a choice: none is made before', async () => {
    const made = await served();
    const page = await visitors.page();
    await page.goto(made.url);
    await page.getByRole('button').click();
    expect(await page.title()).toBe('Refund 600 EUR?');
    expect(await undecided(made)).toBe(true);
  });

  it('takes a second click for the first, and after going back shows what stands', async () => {
    const { sim, url, run } = await served();
    const page = await visitors.page();
    await page.goto(url);
    await page.getByLabel('Approve').check();
    await page.getByRole('button').dblclick();
    await page.waitForFunction("document.querySelector('h1').textContent === 'Approved'");
    expect((await run.done).status).toBe('SUCCEEDED');
    await page.goBack();
    if (await page.getByLabel('Reject').count()) {
      await page.getByLabel('Reject').check();
      await page.getByRole('button').click();
    }
    expect(await page.locator('h1').textContent()).toBe('Approved');
    await screenshot(page, 'approved-phone');
    expect(sim.calls.filter(({ action }) => action === 'states:SendTaskSuccess')).toHaveLength(1);
  });

  it('says that others have to answer as well', async () => {
    const { url, urlFor, run } = await served({ approvers: emails('lead', 'boss'), quorum: 2 });
    const page = await visitors.page();
    for (const [link, title] of [
      [url, 'Your answer counts'],
      [urlFor('boss'), 'Approved'],
    ]) {
      await page.goto(link);
      await page.getByLabel('Approve').check();
      await page.getByRole('button').click();
      expect(await page.locator('h1').textContent()).toBe(title);
      await expectAccessible(page);
    }
    expect((await run.done).status).toBe('SUCCEEDED');
  });

  it('says of a link that has expired that it is too late', async () => {
    const { sim, url } = await served();
    const page = await visitors.page();
    await page.goto(url);
    await page.getByLabel('Approve').check();
    await sim.advance(Duration.days(3));
    await page.getByRole('button').click();
    expect(await page.locator('h1').textContent()).toBe('Rejected');
    expect(await page.getByRole('status').textContent()).toContain('Nobody answered in time');
    await expectAccessible(page);
  });

  it('says of the link of an earlier level that it is too late', async () => {
    const levels = ['lead', 'boss'].map((name) => ({ approvers: emails(name), timeout: Duration.days(1) }));
    const { sim, url } = await served({ levels });
    await sim.advance(Duration.days(1));
    await expectFixed(await visitors.page(), url, { status: 410, title: 'Too late', picture: 'expired-phone' });
  });

  it('says of a request whose asker was stopped that it is no longer open', async () => {
    const { sim, url, run } = await served();
    run.stop();
    await sim.settle();
    await expectFixed(await visitors.page(), url, { status: 410, title: 'No longer open', picture: 'closed-phone' });
  });

  it('says that a link is not theirs to whom has signed in as somebody else', async () => {
    const { sim, link } = await signedIn();
    const page = await visitors.page();
    await signIn(page, sim, 'eve@acme.example');
    await expectFixed(page, link, { status: 403, title: 'This link is not yours', picture: 'not-yours-phone' });
    expect(await page.locator('body').textContent()).not.toContain('Refund');
  });

  it('takes no answer from who asks', async () => {
    const { sim, chatLink, run } = await signedIn();
    const page = await visitors.page();
    await signIn(page, sim, 'kim@acme.example');
    await page.goto(chatLink);
    await page.getByLabel('Approve').check();
    await page.getByRole('button').click();
    expect(await page.locator('h1').textContent()).toBe('Not accepted');
    await expectAccessible(page);
    await screenshot(page, 'self-phone');
    expect(run.status).toBe('RUNNING');
  });

  it('gives back a form that is too old with what was chosen and typed, and takes it then', async () => {
    const { url, run } = await served();
    const page = await visitors.page();
    await page.goto(url);
    await page.getByLabel('Reject').check();
    await page.getByLabel('Comment (optional)').fill('\nToo much, and <b>late</b>.');
    await page.evaluate("document.querySelector('[name=nonce]').value = '0'.repeat(32)");
    await page.getByRole('button').click();
    expect(await page.getByRole('alert').textContent()).toContain('Please send it once more');
    expect(await page.getByLabel('Reject').isChecked()).toBe(true);
    expect(await page.getByLabel('Comment (optional)').inputValue()).toBe('\nToo much, and <b>late</b>.');
    await expectAccessible(page);
    await screenshot(page, 'stale-phone');
    await page.getByRole('button').click();
    expect(await page.locator('h1').textContent()).toBe('Rejected');
    expect((await run.done).cause).toBe('Rejected by lead@acme.example: Too much, and <b>late</b>.');
  });

  it('lets nobody type more than is taken, and gives a longer comment back', async () => {
    const { url, run } = await served();
    const page = await visitors.page();
    await page.goto(url);
    const field = page.getByLabel('Comment (optional)');
    await page.getByLabel('Approve').check();
    await field.focus();
    await page.keyboard.insertText('\u{1f600}'.repeat(600));
    expect((await field.inputValue()).length).toBe(1000);
    await page.evaluate(
      "const { comment } = document.forms[0]; comment.removeAttribute('maxlength'); comment.value = 'x'.repeat(1001)",
    );
    await page.getByRole('button').click();
    expect(await page.getByRole('alert').textContent()).toContain('1,000 characters');
    expect(await field.inputValue()).toHaveLength(1001);
    await expectAccessible(page);
    await screenshot(page, 'too-long-phone');
    await field.fill('\u{1f600}'.repeat(500));
    await page.getByRole('button').click();
    expect(await page.locator('h1').textContent()).toBe('Approved');
    expect((await run.done).status).toBe('SUCCEEDED');
  });

  it('understands no form without a decision', async () => {
    const made = await served();
    const page = await visitors.page();
    await page.goto(made.url);
    await page.evaluate("document.querySelectorAll('[required]').forEach((field) => { field.required = false; })");
    await page.getByRole('button').click();
    expect(await page.locator('h1').textContent()).toBe('Not understood');
    await expectAccessible(page);
    await screenshot(page, 'bad-form-phone');
    expect(await undecided(made)).toBe(true);
  });

  it('says nothing of a link that was tampered with', async () => {
    const made = await served();
    const page = await visitors.page();
    const response = await page.goto(made.url.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
    expect(response?.status()).toBe(404);
    expect(await page.locator('body').textContent()).not.toContain('Refund');
    await expectAccessible(page);
    await screenshot(page, 'tampered-phone');
    expect(await undecided(made)).toBe(true);
  });

  it('decides nothing where a scanner opens every link of the mail, and follows what it finds', async () => {
    const made = await served();
    const page = await visitors.page();
    const links = [...`${made.mailTo('lead').text} ${made.mailTo('lead').html}`.matchAll(/https:\/\/[^\s"<]+/g)];
    for (const [link] of links) {
      await page.goto(made.base + new URL(link).pathname);
      expect(await page.locator('a').count()).toBe(0);
    }
    expect(links.length).toBeGreaterThanOrEqual(2);
    expect(await undecided(made)).toBe(true);
  });

  it('decides nothing where a scanner runs scripts, sends every form and presses every button', async () => {
    const made = await served();
    const page = await visitors.page();
    for (const act of [
      'document.forms[0].submit()',
      'document.forms[0].requestSubmit()',
      "document.querySelectorAll('button').forEach((button) => button.click())",
      "HTMLFormElement.prototype.submit.call(document.querySelector('form'))",
    ]) {
      await page.goto(made.url);
      await page.evaluate(act);
      await page.waitForLoadState('load');
      await page.waitForLoadState('networkidle');
      expect(await undecided(made)).toBe(true);
    }
  });

  it('is in no frame of another page', async () => {
    const { url, base } = await served();
    const page = await visitors.page({}, /frame|BLOCKED_BY_RESPONSE/i);
    await page.route(`${base}/frame`, (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${url}"></iframe>` }),
    );
    await page.goto(`${base}/frame`);
    const frame = page.frames()[1];
    await page.waitForLoadState('networkidle');
    expect(await frame.locator('form').count()).toBe(0);
  });
});
