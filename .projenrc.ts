import { readdirSync } from 'node:fs';
import { awscdk, javascript, typescript } from 'projen';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-workflow-patterns',
  description:
    'AWS Step Functions patterns as CDK constructs that are right by default, and a simulator that runs what they synthesize',
  author: 'The cdk-workflow-patterns authors',
  authorOrganization: true,
  authorAddress: 'maintainers@cdk-workflow-patterns.dev',
  copyrightOwner: 'The cdk-workflow-patterns authors',
  repositoryUrl: 'https://github.com/cdk-workflow-patterns/cdk-workflow-patterns.git',
  keywords: ['aws', 'cdk', 'step-functions', 'saga', 'workflow', 'simulator'],
  stability: 'experimental',
  defaultReleaseBranch: 'main',

  // The languages.
  publishToPypi: { distName: 'cdk-workflow-patterns', module: 'cdk_workflow_patterns' },
  publishToMaven: {
    javaPackage: 'io.github.cdkworkflowpatterns',
    mavenGroupId: 'io.github.cdkworkflowpatterns',
    mavenArtifactId: 'cdk-workflow-patterns',
  },
  publishToNuget: { dotNetNamespace: 'CdkWorkflowPatterns', packageId: 'CdkWorkflowPatterns' },
  publishToGo: {
    moduleName: 'github.com/cdk-workflow-patterns/cdk-workflow-patterns-go',
    packageName: 'cdkworkflowpatterns',
  },

  // The toolchain; CONTRIBUTING.md says why each is pinned.
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.0.0',
  projenVersion: '0.103.25',
  projenrcTs: true,
  runner: typescript.TypeScriptRunner.tsx(),
  jsiiVersion: '~6.0.16',
  typescriptVersion: '~6.0.3',
  cdkVersion: '2.274.0',
  constructsVersion: '10.5.1',
  devDeps: [
    ...['dynamodb', 'kms', 'sfn'].map((name) => `@aws-sdk/client-${name}@3.1162.0`),
    ...['eventbridge', 'sesv2', 'sns'].map((name) => `@aws-sdk/client-${name}@3.1169.0`),
    '@aws-sdk/util-dynamodb@3.996.9',
    '@aws-cdk/integ-runner@2.197.10',
    '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
    '@stryker-mutator/core@9.6.1',
    '@stryker-mutator/vitest-runner@9.6.1',
    '@types/node@~20',
    'aws-cdk@2.1148.1',
    'axe-core@4.14.1',
    'cdk-nag@3.0.2',
    'dynalite@4.0.0',
    'esbuild@0.28.2',
    'fast-check@4.3.0',
    'jsonata@2.2.2',
    'playwright-core@1.65.1',
    'tsx@4.23.15',
    'vitest@4.1.12',
  ],
  jest: false,
  eslint: false,
  biome: true,
  biomeOptions: {
    version: '2.5.15',
    biomeConfig: {
      formatter: { indentStyle: javascript.biome_config.IndentStyle.SPACE, lineWidth: 120 },
      javascript: { formatter: { quoteStyle: javascript.biome_config.QuoteStyle.SINGLE } },
      // CloudFormation, too, writes ${…} in its strings.
      linter: { rules: { suspicious: { noTemplateCurlyInString: 'off' } } },
      // Snapshots are written by the integ runner.
      files: {
        includes: [
          'src/**',
          'test/**',
          'integ/*.ts',
          'bench/**',
          'examples/**',
          'scripts/**',
          '.projenrc.ts',
          'vitest.config.mts',
        ],
      },
    },
  },
  typecheckTests: true,
  sampleCode: false,
  readme: undefined,
  lambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,
  // Handlers are bundled, not compiled: a user's synthesis needs neither a bundler nor their dependencies.
  excludeTypescript: ['src/**/*.lambda.ts'],
  bundlerOptions: { esbuildVersion: '0.28.2' },
  release: false,
  depsUpgrade: false,
  githubOptions: { mergify: false, pullRequestLint: false },
  pullRequestTemplate: false,
  gitignore: ['.cache', 'test-reports', 'cdk.out', 'cdk-integ.out.*', 'integ/**/*.snapshot/asset.*', '.DS_Store'],
});

for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' }).sort()) {
  if (file.endsWith('.lambda.ts')) {
    project.bundler.addBundle(`src/${file}`, {
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      esbuildArgs: {
        '--minify': true,
        '--keep-names': true,
        '--metafile': `.cache/handlers/${file.replaceAll('/', '.')}.json`,
      },
    });
  }
}

// The package has what is imported, and what describes it.
for (const path of [
  '.cache',
  '.ci',
  'bench',
  'biome.jsonc',
  'cdk.out',
  'CONTRIBUTING.md',
  'docs',
  'examples',
  'integ',
  'scripts',
  'stryker.config.mjs',
  'test-reports',
  'vitest.config.mts',
]) {
  project.addPackageIgnore(`/${path}`);
}

// The examples import the package by its name; their tests run what is in src.
project.tryFindObjectFile('test/tsconfig.json')?.addOverride('compilerOptions.paths', {
  'cdk-workflow-patterns': ['../src/index.ts'],
  'cdk-workflow-patterns/handler': ['../src/handler.ts'],
  'cdk-workflow-patterns/simulator': ['../src/simulator/index.ts'],
});

// A lock file must not say where this machine got its packages from.
new javascript.NpmConfig(project).addConfig('omit-lockfile-registry-resolved', 'true');
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

// jsii never removes the output of a source that is gone.
project.preCompileTask.exec('rm -rf lib');
// The simulator's own dependencies are inlined, so that the constructs have none.
project.postCompileTask.prependExec('tsx scripts/handler-notices.ts');
project.postCompileTask.prependExec('tsx scripts/bundle-simulator.ts');
// An app pays only for the patterns that it has.
project.postCompileTask.prependExec('tsx scripts/lazy-index.ts');

project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './handler': { types: './lib/handler.d.ts', default: './lib/handler.js' },
  './simulator': { types: './lib/simulator/index.d.ts', default: './lib/simulator/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
});
project.package.addField('typesVersions', {
  '*': { handler: ['lib/handler.d.ts'], simulator: ['lib/simulator/index.d.ts'] },
});

// Tests run the handlers as they are shipped.
project.testTask.prependSpawn(project.bundler.bundleTask);
// What the compiler of the library and its tests doesn't see.
project.testTask.exec('tsc --noEmit -p examples/tsconfig.json');
project.testTask.exec('vitest run');
project.addTask('test:browser', {
  description: "Use the pages in a browser: Debian's chromium, or what CHROMIUM names; skipped where there is none",
  exec: 'vitest run --config test/browser/vitest.config.mts',
  receiveArgs: true,
});
project.addTask('demo', {
  description: 'Synthesize the order saga and run it in the simulator',
  exec: 'tsx --tsconfig examples/tsconfig.json examples/order-saga/demo.ts',
  receiveArgs: true,
});

project.addTask('bench', {
  description: 'Measure against peers in the same run; prints ratios',
  exec: 'tsx bench/run.ts',
  receiveArgs: true,
});

project.addTask('mutation', {
  description: "Mutate the engine, and see which mutants its tests kill: [--mutate 'src/simulator/engine/query/**']",
  exec: 'stryker run',
  receiveArgs: true,
});

project.addTask('conformance', {
  description: 'Replay recorded executions of AWS Step Functions: --cases DIR [--json FILE]',
  exec: 'tsx test/conformance/run.ts',
  receiveArgs: true,
});

const integ =
  'integ-runner --directory integ --language typescript --parallel-regions us-east-1 --app "node --require ./integ/schema-53.cjs --import tsx {filePath}"';
const integEnv = { AWS_REGION: 'us-east-1', CDK_VALIDATION: 'false' };
const integTask = project.addTask('integ', {
  description: 'Compare the integ snapshots, without AWS',
  env: integEnv,
  exec: integ,
});
project.testTask.spawn(integTask);
project.addTask('integ:update', {
  description: 'Write the integ snapshots anew, without AWS',
  env: integEnv,
  steps: [
    // It fails where a change replaces something, which is for whoever reads the diff to judge.
    { exec: `${integ} --dry-run --update-on-failed || true` },
    { exec: 'tsx scripts/clean-snapshots.ts' },
    { spawn: integTask.name },
  ],
});
project.addTask('integ:deploy', {
  description: 'Deploy the integ apps to the AWS account that is logged in, and check them there',
  env: { CDK_VALIDATION: 'false' },
  exec: `${integ} --force`,
  receiveArgs: true,
});

project.synth();
