import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The template validation of aws-cdk-lib takes a second or two a process; one test keeps it on.
    env: { CDK_VALIDATION: 'false', AWS_REGION: 'us-east-1' },
    isolate: false,
    reporters: ['default', ...(process.env.CI ? [['json', { outputFile: 'test-reports/vitest.json' }] as const] : [])],
  },
});
