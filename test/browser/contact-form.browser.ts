import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { ContactStack, type ContactStackProps } from '../../examples/contact-form/contact-stack';
import { Fault } from '../../src/simulator';
import { simulate } from '../simulator/simulate';
import { DESKTOP, describeInBrowser, expectAccessible, PHONE, screenshot } from './browser';

const FOLDER = join(__dirname, '..', '..', 'examples', 'contact-form', 'site');
const TYPES: { readonly [extension: string]: string } = {
  html: 'text/html; charset=utf-8',
  css: 'text/css',
  js: 'text/javascript',
};

/** The example's site and its form, each at an origin of its own on this machine. */
const served = async (props: Partial<ContactStackProps> = {}, referrerPolicy?: string) => {
  let formUrl = '';
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : String(request.url);
    const text = readFileSync(join(FOLDER, path), 'utf8').replace('FORM_URL', formUrl);
    if (referrerPolicy !== undefined) response.setHeader('referrer-policy', referrerPolicy);
    response.setHeader('content-type', TYPES[path.split('.').at(-1) as string]).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const siteUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
  const stack = new ContactStack(new App(), 'Site', { siteUrl, ...props });
  const sim = simulate(stack);
  formUrl = `${await sim.serve()}/`;
  return { siteUrl, formUrl, sim, form: stack.contact };
};

const fillIn = async (page: Page, email = 'ada@example.org') => {
  await page.getByLabel('Name').fill('Ada <b>Lovelace</b>');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel(/^Topic/).selectOption('Support');
  await page.getByLabel('Message').fill('Hello,\nis anybody <i>there</i>?');
};
const send = (page: Page) => page.getByRole('button', { name: 'Send' }).click();
const status = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();
const fitsIn = async (page: Page, width: number) =>
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);

describeInBrowser('the contact form of the example', (visitors) => {
  it.each([
    ['phone', PHONE, 'light'],
    ['phone-dark', PHONE, 'dark'],
    ['desktop', DESKTOP, 'light'],
  ] as const)('is whole and accessible on a %s', async (name, viewport, colorScheme) => {
    const { siteUrl } = await served();
    const page = await visitors.page({ viewport, colorScheme });
    await page.goto(siteUrl);
    await fitsIn(page, viewport.width);
    await expectAccessible(page);
    await screenshot(page, `contact-${name}`);
  });

  it.each([
    ['taken', false],
    ['mailed', true],
  ])('is filled in, and says when the message is %s', async (_what, sync) => {
    const { siteUrl, sim, form } = await served({ sync });
    const page = await visitors.page();
    await page.goto(siteUrl);
    await fillIn(page);
    await send(page);
    await status(page, 'Thank you');
    await sim.settle();
    expect(await page.getByLabel('Name').inputValue()).toBe('');
    expect(sim.emails).toMatchObject([{ replyTo: ['ada@example.org'], subject: 'Message from Ada <b>Lovelace</b>' }]);
    expect(await sim.items(form.table)).toMatchObject([{ status: 'SENT', fields: { topic: 'Support' } }]);
    await expectAccessible(page);
    await screenshot(page, `contact-sent-${sync ? 'sync' : 'async'}`);
  });

  it('is refused with the fields marked, and the first of them in focus', async () => {
    const { siteUrl, sim } = await served();
    const page = await visitors.page();
    await page.goto(siteUrl);
    await fillIn(page, 'not an address');
    await page.getByLabel('Message').fill(' ');
    await send(page);
    await status(page, 'was not sent');
    const invalid = await page.locator('[aria-invalid=true]').evaluateAll((all) => all.map((one) => one.id));
    expect(invalid).toEqual(['email', 'message']);
    expect(await page.evaluate('document.activeElement.id')).toBe('email');
    expect(await page.locator('#email-problem').textContent()).toBe('This is not valid.');
    expect(await page.locator('#message-problem').textContent()).toBe('Please fill this in.');
    await expectAccessible(page);
    await screenshot(page, 'contact-refused-phone');
    expect(sim.runs).toEqual([]);

    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByLabel('Message').fill('Hello');
    await send(page);
    await status(page, 'Thank you');
    expect(await page.locator('[aria-invalid=true]').count()).toBe(0);
  });

  it('is sent twice, and mailed once', async () => {
    const { siteUrl, sim } = await served();
    const page = await visitors.page();
    for (const _time of [1, 2]) {
      await page.goto(siteUrl);
      await fillIn(page);
      await page.getByRole('button').dblclick();
      await status(page, 'Thank you');
    }
    await sim.settle();
    expect(sim.emails).toHaveLength(1);
  });

  it('says that it was not sent where SES refuses the mail, and keeps what was filled in', async () => {
    const { siteUrl, sim } = await served({ sync: true });
    sim.fault('ses:SendEmail', Fault.error('MessageRejected'));
    const page = await visitors.page();
    await page.goto(siteUrl);
    await fillIn(page);
    await send(page);
    await status(page, 'could not be sent');
    expect(await page.getByLabel('Name').inputValue()).toBe('Ada <b>Lovelace</b>');
  });

  it('says that it was not sent where the site may not ask', async () => {
    const { siteUrl, sim } = await served();
    const page = await visitors.page();
    await page.goto(siteUrl.replace('localhost', '127.0.0.1'));
    await fillIn(page);
    await send(page);
    await status(page, 'could not be sent');
    await sim.settle();
    expect(sim.runs).toEqual([]);
  });

  it('works without JavaScript: it leads to the page that says thank you', async () => {
    const { siteUrl, sim } = await served();
    const page = await visitors.page({ javaScriptEnabled: false });
    await page.goto(siteUrl);
    await fillIn(page);
    await send(page);
    await page.waitForURL(`${siteUrl}/thanks.html`);
    expect(await page.locator('h1').textContent()).toBe('Thank you');
    await screenshot(page, 'contact-thanks-phone');
    await sim.settle();
    expect(sim.emails).toMatchObject([{ text: expect.stringContaining('Hello,\nis anybody <i>there</i>?') }]);
  });

  it.each([
    ['no-referrer', false],
    ['same-origin', false],
    ['strict-origin', true],
  ])('without JavaScript, on a page with the referrer policy %s, is taken: %s', async (policy, isTaken) => {
    const { siteUrl, formUrl, sim } = await served({}, policy);
    const page = await visitors.page({ javaScriptEnabled: false });
    await page.goto(siteUrl);
    await fillIn(page);
    await send(page);
    await page.waitForURL(isTaken ? `${siteUrl}/thanks.html` : formUrl);
    const said = isTaken ? 'Thank you' : 'This site may not send messages here.';
    expect(await page.locator('main').textContent()).toContain(said);
    await sim.settle();
    expect(sim.emails).toHaveLength(isTaken ? 1 : 0);
  });

  it('works without JavaScript where it is refused: it comes back filled in and marked, and is sent from there', async () => {
    const { siteUrl, formUrl, sim } = await served();
    const page = await visitors.page({ javaScriptEnabled: false });
    await page.goto(siteUrl);
    await fillIn(page, 'ada@example');
    await send(page);
    await page.waitForURL(formUrl);
    expect(await page.getByRole('alert').textContent()).toContain('correct what is marked');
    expect(await page.locator('[aria-invalid=true]').evaluateAll((all) => all.map((one) => one.id))).toEqual(['email']);
    expect(await page.getByLabel('Name').inputValue()).toBe('Ada <b>Lovelace</b>');
    expect(await page.getByLabel('Message').inputValue()).toBe('Hello,\nis anybody <i>there</i>?');
    await fitsIn(page, PHONE.width);
    await screenshot(page, 'contact-own-refused-phone');

    await page.getByLabel('E-mail').fill('ada@example.org');
    await send(page);
    await page.waitForURL(`${siteUrl}/thanks.html`);
    await sim.settle();
    expect(sim.emails).toHaveLength(1);
  });
});

describeInBrowser('the page of the form itself', (visitors) => {
  it.each([
    ['phone', PHONE, 'light'],
    ['phone-dark', PHONE, 'dark'],
    ['desktop', DESKTOP, 'light'],
  ] as const)('is whole and accessible on a %s, also where it is refused', async (name, viewport, colorScheme) => {
    const { formUrl, sim } = await served();
    const page = await visitors.page({ viewport, colorScheme });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(formUrl);
    expect(requests).toEqual([formUrl]);
    await fitsIn(page, viewport.width);
    await expectAccessible(page);
    await screenshot(page, `contact-own-${name}`);
    await send(page);
    await page.getByRole('alert').waitFor();
    expect(await page.locator('[aria-invalid=true]').count()).toBe(3);
    await expectAccessible(page);
    await screenshot(page, `contact-own-refused-${name}`);
    expect(sim.runs).toEqual([]);
  });

  it('sends a message by the keyboard alone, past the field that people do not see', async () => {
    const { formUrl, siteUrl, sim } = await served();
    const page = await visitors.page();
    await page.goto(formUrl);
    for (const text of ['Ada', 'ada@example.org', 'Sales', 'Hello']) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Tab');
    await Promise.all([page.waitForURL(`${siteUrl}/thanks.html`), page.keyboard.press('Enter')]);
    await sim.settle();
    expect(sim.emails).toMatchObject([{ subject: 'Message from Ada', text: expect.stringContaining('Sales') }]);
  });
});
