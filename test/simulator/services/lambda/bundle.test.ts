import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['as it is', {}],
  ['with names kept', { keepNames: true }],
  ['minified', { minify: true }],
])('the worker thread survives bundling %s, and keeps no process alive', (_what, options) => {
  const entry = path.join(folder, 'entry.ts');
  const test = (file: string) => JSON.stringify(path.resolve(__dirname, file));
  writeFileSync(
    entry,
    `import { Credentials } from ${test('../../../../src/simulator/services/credentials')};
    import { LambdaService } from ${test('../../../../src/simulator/services/lambda/lambda-service')};
    import { fakeContext, inlineFunction } from ${test('../fakes')};
    const source = 'exports.handler = async () => { setInterval(() => {}, 1000); return new Date().getUTCFullYear(); }';
    const context = fakeContext([inlineFunction('fn', source)]);
    const endpoint = async () => 'http://127.0.0.1:9';
    const lambda = new LambdaService({ context, credentials: new Credentials(), endpoint });
    lambda.invoke('fn', '{}').then(({ payload }) => console.log(payload));`,
  );
  const outfile = path.join(folder, 'bundle.js');
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', ...options });
  expect(
    execFileSync(process.execPath, [outfile], {
      timeout: 10_000,
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: folder },
    }),
  ).toBe('2030\n');
  // Nobody has closed it: the end of the process has.
  expect(readdirSync(folder).filter((name) => name.startsWith('lambda-code-'))).toEqual([]);
});
