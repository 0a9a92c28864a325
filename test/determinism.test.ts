import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { expect, it } from 'vitest';
import { Saga, Step } from '../src';
import { fn } from './fixtures';

/** Every file of the assembly of an app with two sagas, whose handlers and output are in this folder. */
const synthesizedIn = (folder: string): Record<string, string> => {
  mkdirSync(join(folder, 'handlers'));
  writeFileSync(join(folder, 'handlers', 'index.js'), 'exports.handler = async () => ({});');
  const app = new App({ outdir: join(folder, 'cdk.out') });
  const stack = new Stack(app, 'Travel');
  for (const id of ['Booking', 'Rental']) {
    const action = Step.invoke(fn(stack, `${id}Fn`, '', { code: lambda.Code.fromAsset(join(folder, 'handlers')) }));
    const compensation = Step.invoke(fn(stack, `Undo${id}Fn`));
    new Saga(stack, id, { steps: [{ name: 'A', action, compensation }] });
  }
  app.synth();
  const entries = readdirSync(app.outdir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );
};

it('the same app in two folders gives the same bytes', () => {
  const folders = ['one', 'another'].map((name) => mkdtempSync(join(tmpdir(), name)));
  const [first, second] = folders.map(synthesizedIn);
  for (const folder of folders) rmSync(folder, { recursive: true });
  expect(Object.keys(first)).toContain('Travel.template.json');
  expect(second).toEqual(first);
});
