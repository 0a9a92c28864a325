import { expect, it } from 'vitest';
import { Saga, Step } from '../../src';
import { Mock, report, Simulator } from '../../src/simulator';
import { fn, newStack } from '../fixtures';

const LONG = 'AnActionWithANameThatIsMuchLongerThanItsColumn';

const failedRun = async () => {
  const stack = newStack();
  const saga = new Saga(stack, 'Booking', {
    steps: [
      { name: LONG, action: Step.invoke(fn(stack, `${LONG}Fn`)), compensation: Step.invoke(fn(stack, 'UndoFn')) },
      { name: 'Charge', action: Step.invoke(fn(stack, 'ChargeFn'), { retryOn: ['Busy'] }) },
    ],
  });
  const sim = Simulator.fromStack(stack);
  sim.mock('Charge', Mock.sequence(Mock.fails('Busy'), Mock.fails('AnErrorWithAnEvenLongerNameThanThatOfTheAction')));
  const run = await sim.start(saga);
  await sim.close();
  return run;
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
