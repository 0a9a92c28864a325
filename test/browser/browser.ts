import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const isThere = existsSync(executablePath);
if (!isThere) console.warn(`SKIPPED: there is no browser at ${executablePath}; install chromium, or set CHROMIUM`);

/** Tests that need a browser. */
export const describeInBrowser = (name: string, tests: (browser: Visitors) => void): void => {
  describe.skipIf(!isThere)(name, () => {
    const visitors = new Visitors();
    beforeAll(() => visitors.start());
    afterAll(() => visitors.stop());
    tests(visitors);
  });
};

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

/** Those who visit pages: each in a browser context of their own. */
export class Visitors {
  private browser?: Browser;

  async start(): Promise<void> {
    this.browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  }

  async stop(): Promise<void> {
    await this.browser?.close();
  }

  /** A page for a test; its script errors and blocked resources fail it, but those that are expected. */
  async page(options: BrowserContextOptions = {}, expected?: RegExp): Promise<Page> {
    const context = (await this.browser?.newContext({ viewport: PHONE, ...options })) as BrowserContext;
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const problems = problemsOf(page);
    onTestFinished(() => expect(problems.filter((problem) => !expected?.test(problem))).toEqual([]));
    return page;
  }
}

/** What Chromium tells of an answer that says no, and of another server that doesn't let a page ask: the page's to deal with. */
const REFUSAL = /^(Failed to load resource: the server responded with a status of 4\d\d|Access to fetch at )/;

/** What goes wrong in a page from now on: in its scripts, with what it loads from its own server, in the console. */
function problemsOf(page: Page): readonly string[] {
  const problems: string[] = [];
  const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : undefined);
  const isOwn = (url: string) => originOf(url) === originOf(page.url());
  page.on('pageerror', (error) => problems.push(`script error: ${error.message}`));
  page.on('requestfailed', (request) => {
    if (isOwn(request.url())) problems.push(`not loaded: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on('console', (message) => {
    const text = message.text();
    const isOthers = text.startsWith('Failed to load resource') && !isOwn(message.location().url);
    if (message.type() === 'error' && !REFUSAL.test(text) && !isOthers) problems.push(`console: ${text}`);
  });
  return problems;
}

const axe = readFileSync(join(__dirname, '..', '..', 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

/** Asserts that axe finds nothing that keeps anybody from using the page. */
export const expectAccessible = async (page: Page): Promise<void> => {
  // Not by a script tag: the page's policy allows none.
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { run } = (
      globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: unknown[] }[] }> } }
    ).axe;
    return (await run()).violations.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes).slice(0, 300)}`);
  });
  expect(violations).toEqual([]);
};

/** Keeps a picture of the page, where SCREENSHOTS says a folder. */
export const screenshot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};
