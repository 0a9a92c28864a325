import { Duration } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { asked, emails, linkOf } from '../human-approval/fixtures';
import { DESKTOP, describeInBrowser, expectAccessible, PHONE, screenshot } from './browser';

const DETAILS = {
  Customer: '{% $input.by %}',
  Amount: "{% $string($input.amount) & ' EUR' %}",
  Reason: 'The delivery was damaged on the way, and the customer sent pictures of all parts.\nThe carrier pays half.',
  Reference: 'ORDER-2026-0000000000000000000000000000000000000000000000000000-1234',
};

/** A request that is asked about, and its pages on this machine. */
const served = async (...names: string[]) => {
  const made = await asked(
    { approvers: emails('lead', ...names), quorum: 1 + names.length },
    { details: DETAILS, requester: '{% $input.by %}' },
  );
  const base = await made.sim.serve();
  const urlFor = (name: string) => base + new URL(linkOf(made.mailTo(name))).pathname;
  return { ...made, base, url: urlFor('lead'), urlFor };
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
    const { url, urlFor, run } = await served('boss');
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
    const page = await visitors.page();
    await page.route(`${base}/frame`, (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${url}"></iframe>` }),
    );
    await page.goto(`${base}/frame`);
    const frame = page.frames()[1];
    await page.waitForLoadState('networkidle');
    expect(await frame.locator('form').count()).toBe(0);
  });
});
