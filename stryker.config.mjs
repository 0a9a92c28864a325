/** Mutation testing of the simulator's engine: `npx stryker run`, of a part of it with `--mutate 'src/…'`. */
export default {
  mutate: ['src/simulator/engine/**/*.ts'],
  testRunner: 'vitest',
  vitest: { related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 1_500,
  // Each mutant of what runs when a module is loaded would take all the tests.
  ignoreStatic: true,
  // The sandbox needs no more than what the engine's tests read.
  ignorePatterns: [
    '**',
    '!src/simulator/engine/**',
    '!test/simulator/engine/**',
    '!test/tsconfig.json',
    '!tsconfig.json',
    '!package.json',
    '!vitest.config.mts',
    // They run much of the engine very often, and would be run for each mutant.
    'test/simulator/engine/hostile.test.ts',
    'test/simulator/engine/properties.test.ts',
  ],
  tempDirName: '.cache/mutation/sandbox',
  incremental: true,
  incrementalFile: '.cache/mutation/incremental.json',
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportMutants: false },
  htmlReporter: { fileName: '.cache/mutation/report.html' },
  jsonReporter: { fileName: '.cache/mutation/report.json' },
};
