import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SimulatorFault } from '../../../../src/simulator/engine/fault';
import { inlineFunction } from '../fakes';
import { lambdaOf } from './harness';

const folder = mkdtempSync(path.join(tmpdir(), 'assets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a handler of an asset that has these files. */
async function runAsset(name: string, files: { [file: string]: string }, handler: string): Promise<unknown> {
  const asset = path.join(folder, name);
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(asset, file)), { recursive: true });
    writeFileSync(path.join(asset, file), source);
  }
  const code = { Code: { S3Bucket: 'assets', S3Key: 'key' }, Handler: handler };
  const service = lambdaOf([inlineFunction('fn', '', code)], { 'assets/key': asset });
  return JSON.parse((await service.invoke('fn', '{}')).payload);
}

const CJS = 'exports.handler = async () => typeof require';
const ESM = 'import path from "node:path"; export const handler = async () => typeof path.join';

test.each([
  ['CommonJS', { 'index.js': CJS }, 'index.handler', 'function'],
  ['.cjs', { 'index.cjs': CJS }, 'index.handler', 'function'],
  ['.mjs', { 'index.mjs': ESM }, 'index.handler', 'function'],
  ['"type": "module"', { 'index.js': ESM, 'package.json': '{"type":"module"}' }, 'index.handler', 'function'],
  ['nested folders', { 'src/app/index.js': CJS }, 'src/app/index.handler', 'function'],
  ['nested exports', { 'index.js': 'exports.a = { b: async () => "nested" }' }, 'index.a.b', 'nested'],
  [
    'a module beside it',
    { 'index.js': 'exports.handler = async () => require("./x")', 'x.js': 'module.exports = 5' },
    'index.handler',
    5,
  ],
])('the code of an asset may be %s', async (what, files, handler, expected) => {
  expect(await runAsset(what.replace(/\W/g, ''), files as unknown as { [file: string]: string }, handler)).toBe(
    expected,
  );
});

test('a package.json above the asset does not count', async () => {
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  const files = { 'index.js': 'exports.handler = async () => require("./x.js")', 'x.js': 'module.exports = 6' };
  expect(await runAsset('inside-module', files, 'index.handler')).toBe(6);
  rmSync(path.join(folder, 'package.json'));
});

test('fails with a fault that names the function where the asset is an archive', async () => {
  const archive = path.join(folder, 'code.zip');
  writeFileSync(archive, '');
  const code = { Code: { S3Bucket: 'assets', S3Key: 'key' } };
  const service = lambdaOf([inlineFunction('fn', '', code)], { 'assets/key': archive });
  await expect(service.invoke('fn', '{}')).rejects.toThrow(SimulatorFault);
  await expect(service.invoke('fn', '{}')).rejects.toThrow("The function 'fn' has its code in the archive code.zip");
});

test('fails with a fault that says to bundle it where the handler is TypeScript', async () => {
  const run = runAsset('typescript', { 'index.ts': 'export const handler = 1', 'package.json': '{}' }, 'index.handler');
  await expect(run).rejects.toThrow(
    "The function 'fn' has the handler 'index.handler', but Lambda runs no index.ts: bundle it, e.g. with " +
      'NodejsFunction. In its code there is: index.ts, package.json',
  );
});

test('the folder of inline code is gone after close', async () => {
  const service = lambdaOf([inlineFunction('fn', 'exports.handler = async () => process.env.LAMBDA_TASK_ROOT')]);
  const root = JSON.parse((await service.invoke('fn', '{}')).payload);
  expect(existsSync(root)).toBe(true);
  await service.close();
  expect(existsSync(root)).toBe(false);
});
