import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, it, onTestFinished } from 'vitest';
import { type Run, report } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, wait } from './simulate';

const CLOSED = 'the simulator was closed while this run was RUNNING';

const waiting = () => {
  const stack = newStack();
  const target = machine(stack, wait(stack, 'Day', Duration.days(1)));
  return { sim: simulate(stack), target };
};

it('fails the runs that still run', async () => {
  const { sim, target } = waiting();
  const run = sim.begin(target);
  await sim.settle();
  await sim.close();
  await expect(run.done).rejects.toThrow(CLOSED);
  expect(run).toMatchObject({ status: 'ABORTED', error: 'SimulatorFault', cause: CLOSED });
  expect(report(run)).toMatch(/^ {2}0\.0 s +Day +stopped$/m);
});

it('leaves the runs that have ended as they are', async () => {
  const { sim, target } = waiting();
  const run = await sim.start(target);
  await sim.close();
  expect((await run.done).status).toBe('SUCCEEDED');
});

it.each<[string, (run: Run, flag: string) => boolean]>([
  ['has yet to be asked for', () => true],
  ['is about to begin', (run) => run.calls.length > 0],
  ['has begun', (_, flag) => existsSync(flag)],
])('fails a run whose handler %s, and waits for nothing', async (_, isReady) => {
  const folder = mkdtempSync(join(tmpdir(), 'close-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const flag = join(folder, 'begun');
  const stack = newStack();
  const body = `require('node:fs').writeFileSync(${JSON.stringify(flag)}, process.env.LAMBDA_TASK_ROOT);
    await new Promise((resolve) => setTimeout(resolve, 60_000));`;
  const slow = fn(stack, 'SlowFn', body, { timeout: Duration.minutes(2) });
  const target = machine(stack, new tasks.LambdaInvoke(stack, 'Work', { lambdaFunction: slow }));
  const sim = simulate(stack);
  const run = sim.begin(target);
  const settled = sim.settle();
  while (!isReady(run, flag)) await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([expect(run.done).rejects.toThrow(CLOSED), sim.close(), settled]);
  if (existsSync(flag)) expect(existsSync(readFileSync(flag, 'utf8'))).toBe(false);
});

it('fails whatever would go on after it', async () => {
  const { sim, target } = waiting();
  await sim.close();
  const closed = 'the simulator is closed: make a new one';
  expect(() => sim.begin(target)).toThrow(closed);
  await expect(sim.start(target)).rejects.toThrow(closed);
  await expect(sim.settle()).rejects.toThrow(closed);
  await expect(sim.advance(Duration.days(1))).rejects.toThrow(closed);
});

it('fails a look into a table, whose items are gone', async () => {
  const stack = newStack();
  const partitionKey = { name: 'id', type: dynamodb.AttributeType.STRING };
  const table = new dynamodb.Table(stack, 'Orders', { partitionKey });
  const sim = simulate(stack);
  await sim.close();
  await expect(sim.items(table)).rejects.toThrow('The simulator is closed');
});

it('may be said twice', async () => {
  const { sim } = waiting();
  await Promise.all([sim.close(), sim.close()]);
  await sim.close();
});

it('removes the code of inline functions', async () => {
  const stack = newStack();
  const where = fn(stack, 'WhereFn', 'return process.env.LAMBDA_TASK_ROOT;');
  const work = new tasks.LambdaInvoke(stack, 'Work', { lambdaFunction: where, payloadResponseOnly: true });
  const target = machine(stack, work);
  const sim = simulate(stack);
  const folder = String((await sim.start(target)).output);
  expect(existsSync(folder)).toBe(true);
  await sim.close();
  expect(existsSync(folder)).toBe(false);
});

it('leaves the folder of the app, which another simulator of the stack needs', async () => {
  const stack = newStack();
  const folder = mkdtempSync(join(tmpdir(), 'close-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'index.js'), 'exports.handler = async () => 1;');
  const runtime = lambda.Runtime.NODEJS_22_X;
  const code = lambda.Code.fromAsset(folder);
  const handler = new lambda.Function(stack, 'Fn', { runtime, handler: 'index.handler', code });
  const work = new tasks.LambdaInvoke(stack, 'Work', { lambdaFunction: handler, payloadResponseOnly: true });
  const target = machine(stack, work);
  for (const _ of ['the first', 'the second']) {
    const sim = simulate(stack);
    expect((await sim.start(target)).output).toBe(1);
    await sim.close();
  }
});
