import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // The examples import the package by its name.
    alias: [
      { find: /^cdk-workflow-patterns$/, replacement: src('index.ts') },
      { find: /^cdk-workflow-patterns\/handler$/, replacement: src('handler.ts') },
      { find: /^cdk-workflow-patterns\/simulator$/, replacement: src('simulator/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // The template validation of aws-cdk-lib takes a second or two a process; one test keeps it on.
    env: { CDK_VALIDATION: 'false', AWS_REGION: 'us-east-1' },
    isolate: false,
    reporters: ['default', ...(process.env.CI ? [['json', { outputFile: 'test-reports/vitest.json' }] as const] : [])],
  },
});
