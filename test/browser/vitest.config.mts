import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.mts';

/** Pages in a real browser: Chromium, of the system. Where there is none, the tests are skipped, and say so. */
export default defineConfig({
  resolve: base.resolve,
  test: {
    include: ['test/browser/**/*.browser.ts'],
    env: base.test?.env,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
