import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { expect, it } from 'vitest';
import { Saga, Step } from '../../src';
import { Mock, report } from '../../src/simulator';
import { durationText } from '../../src/simulator/duration-text';
import { fn, newStack } from '../fixtures';
import { machine, simulate, wait } from './simulate';

const LONG = 'AnActionWithANameThatIsMuchLongerThanItsColumn';

const failedRun = async () => {
  const stack = newStack();
  const saga = new Saga(stack, 'Booking', {
    steps: [
      { name: LONG, action: Step.invoke(fn(stack, `${LONG}Fn`)), compensation: Step.invoke(fn(stack, 'UndoFn')) },
      { name: 'Charge', action: Step.invoke(fn(stack, 'ChargeFn'), { retryOn: ['Busy'] }) },
    ],
  });
  const sim = simulate(stack);
  sim.mock('Charge', Mock.sequence(Mock.fails('Busy'), Mock.fails('AnErrorWithAnEvenLongerNameThanThatOfTheAction')));
  return sim.start(saga);
};

it('a report fits into 80 columns, whatever the names', async () => {
  const lines = report(await failedRun()).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

it('a report is plain unless it goes to a terminal', async () => {
  const run = await failedRun();
  expect(report(run)).not.toContain('\u001b');
  expect(report(run, { color: true })).toContain('\u001b[31mFAILED');
});

it('a report has each state with its errors, each call with its verdict, the transitions and the cost', async () => {
  const text = report(await failedRun());
  expect(text).toMatch(/^FAILED {2}Saga\.Compensated$/m);
  expect(text).toMatch(/^ {2}0\.0 s .*AnAction.*\.\. +ok$/m);
  expect(text).toMatch(/^ {2}0\.0 s +Charge +failed: 2 times, AnErrorWith/m);
  expect(text).toMatch(/^ {2}allowed +lambda:InvokeFunction +Travel-/m);
  expect(text).toContain('4 states and 1 retry are 5 transitions');
  expect(text).toContain('$0.15 per 1,000 such runs');
});

it('a report says why AWS itself failed the run', async () => {
  const stack = newStack();
  const order = machine(stack, sfn.Pass.jsonata(stack, 'Total', { outputs: '{% $sum($states.input.prices) %}' }));
  const text = report(await simulate(stack).start(order, { prices: 'none' }));
  expect(text).toMatch(/^FAILED {2}States\.QueryEvaluationError\n {2}An error .*\n.*\$sum/m);
});

it.each([
  [0, '0.0 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min'],
  [65_000, '1 min 5 s'],
  [3_599_000, '59 min 59 s'],
  [3 * 3_600_000, '3 h'],
  [23 * 3_600_000 + 59 * 60_000 + 59_000, '23 h 59 min'],
  [7 * 86_400_000, '7 d'],
  [365 * 86_400_000 + 23 * 3_600_000, '365 d 23 h'],
])('%d ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
  expect(text.length).toBeLessThan(12);
});

it('an error takes the whole rest of its line, where a short name of its state lets it', async () => {
  const stack = newStack();
  const error = 'AnErrorThatNeedsNearlyAllOfTheRestOfTheLineIt';
  const target = machine(stack, new sfn.Fail(stack, 'Fail', { error }));
  const text = report(await simulate(stack).start(target));
  expect(text).toMatch(new RegExp(`^ {2}0\\.0 s {7}Fail {2,}failed: ${error}$`, 'm'));
});

it('a report of a long run has its times in columns', async () => {
  const stack = newStack();
  const target = machine(stack, wait(stack, 'Long', Duration.hours(47)).next(new sfn.Pass(stack, 'Then')));
  const text = report(await simulate(stack).start(target));
  expect(text).toMatch(/^ {2}0\.0 s {7}Long +ok$/m);
  expect(text).toMatch(/^ {2}1 d 23 h {4}Then +ok$/m);
  expect(text).toContain('in 1 d 23 h of virtual time');
});

it('a run of an Express workflow has no price', async () => {
  const stack = newStack();
  const target = machine(stack, new sfn.Pass(stack, 'Only'), { stateMachineType: sfn.StateMachineType.EXPRESS });
  const run = await simulate(stack).start(target);
  expect(run.costPer1000).toBeUndefined();
  expect(report(run)).toContain('no price: an Express workflow');
});
