import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, it } from 'vitest';
import { report } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate } from './simulate';

/** Two functions one after the other: the second logs, and may throw. */
const talking = async (body: string) => {
  const stack = newStack();
  const invoke = (id: string, lambdaFunction: ReturnType<typeof fn>) =>
    new tasks.LambdaInvoke(stack, id, { lambdaFunction, retryOnServiceExceptions: false });
  const quiet = invoke('Quiet', fn(stack, 'QuietFn'));
  const talk = invoke('Talk', fn(stack, 'TalkFn', body));
  const target = machine(
    stack,
    invoke('First', fn(stack, 'FirstFn', "console.log('first');"))
      .next(quiet)
      .next(talk),
  );
  const sim = simulate(stack);
  return [await sim.start(target), await sim.start(target)];
};

const THROWS = `for (let n = 1; n <= 9; n += 1) console.log('step ' + n + '.'.repeat(100));
  throw new RangeError('too far');`;

it('what its functions wrote are the logs of a run, in order, and of no other run', async () => {
  const [run, again] = await talking("console.log('out'); console.error('err');");
  expect(run.logs).toEqual([
    { functionName: expect.stringContaining('FirstFn'), state: 'First', text: 'first\n', failed: false },
    { functionName: expect.stringContaining('TalkFn'), state: 'Talk', text: 'out\nerr\n', failed: false },
  ]);
  expect(again.logs).toEqual(run.logs);
});

it('a report has the last five lines of the log of a task that failed, and no stack trace', async () => {
  const [run] = await talking(THROWS);
  const text = report(run);
  const logged = text.split('\n').filter((line) => line.startsWith('    | '));
  expect(logged.map((line) => line.slice(6, 12))).toEqual(['step 6', 'step 7', 'step 8', 'step 9', 'Invoke']);
  expect(logged.at(-1)).toContain('RangeError: too far');
  expect(logged.every((line) => line.length <= 80)).toBe(true);
  expect(text).toMatch(/Talk +failed: RangeError\n {4}\| step 6/);
});

it('a report has no log of a task that succeeded', async () => {
  const [run] = await talking("console.log('out');");
  expect(report(run)).not.toContain('|');
});
