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

  /** A page for a test; its script errors and blocked resources fail it. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const context = (await this.browser?.newContext({ viewport: PHONE, ...options })) as BrowserContext;
    onTestFinished(() => context.close());
    return context.newPage();
  }
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
