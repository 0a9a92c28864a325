import { Duration, type Stack } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { expect, it } from 'vitest';
import { Mock, report } from '../../src/simulator';
import { newStack } from '../fixtures';
import { machine, simulate, task, wait } from './simulate';

const simulated = (definition: (stack: Stack) => sfn.IChainable) => {
  const stack = newStack();
  const target = machine(stack, definition(stack));
  return { sim: simulate(stack), target };
};

const run = async (definition: (stack: Stack) => sfn.IChainable, mocks: { [state: string]: Mock } = {}) => {
  const { sim, target } = simulated(definition);
  for (const [state, mock] of Object.entries(mocks)) sim.mock(state, mock);
  return sim.start(target);
};

const outcomes = ({ states }: { states: readonly { name: string; outcome: string }[] }) =>
  Object.fromEntries(states.map(({ name, outcome }) => [name, outcome]));

/** A Parallel round a Parallel that fails, with a branch that waits in each. */
const nested = (stack: Stack, failing: sfn.IChainable) =>
  new sfn.Parallel(stack, 'Outer')
    .branch(new sfn.Parallel(stack, 'Inner').branch(failing).branch(wait(stack, 'Week', Duration.days(7))))
    .branch(wait(stack, 'Month', Duration.days(30)))
    .branch(new sfn.Parallel(stack, 'Beside').branch(wait(stack, 'Year', Duration.days(365))));

const FAILED_INSIDE = { Outer: 'failed', Inner: 'failed', Week: 'stopped', Month: 'stopped', Beside: 'stopped' };

it('a state is running until it is left', async () => {
  const { sim, target } = simulated((stack) => wait(stack, 'Day', Duration.days(1)));
  const begun = sim.begin(target);
  await sim.settle();
  expect(outcomes(begun)).toEqual({ Day: 'running' });
  expect(report(begun)).toMatch(/^ {2}0\.0 s +Day +running$/m);
  await sim.advance(Duration.days(1));
  expect(outcomes(begun)).toEqual({ Day: 'succeeded' });
});

it('a state round one that fails has failed inside, and what ran beside it was stopped', async () => {
  const ended = await run((stack) => nested(stack, new sfn.Fail(stack, 'Fail', { error: 'Broken' })));
  expect(outcomes(ended)).toEqual({ ...FAILED_INSIDE, Fail: 'failed', Year: 'stopped' });
  const text = report(ended);
  expect(text).toMatch(/^ {2}0\.0 s +Inner +failed inside$/m);
  expect(text).toMatch(/^ {2}0\.0 s +Month +stopped$/m);
});

it('a state round one that fails has failed inside, also where a Catch goes on', async () => {
  const ended = await run((stack) =>
    nested(stack, new sfn.Fail(stack, 'Fail')).addCatch(wait(stack, 'After', Duration.days(1))),
  );
  expect(outcomes(ended)).toEqual({ ...FAILED_INSIDE, Fail: 'failed', Year: 'stopped', After: 'succeeded' });
  expect(ended.status).toBe('SUCCEEDED');
});

it('a Parallel that is tried again has succeeded if it does so at last', async () => {
  const ended = await run(
    (stack) =>
      new sfn.Parallel(stack, 'Outer')
        .branch(task(stack, 'Work', 'arn:aws:states:::ecs:runTask'))
        .branch(wait(stack, 'Day', Duration.days(1)))
        .addRetry({ errors: ['Busy'] }),
    { Work: Mock.sequence(Mock.fails('Busy'), Mock.returns({})) },
  );
  expect(ended.states.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['Outer', 'succeeded'],
    ['Work', 'failed'],
    ['Day', 'stopped'],
    ['Work', 'succeeded'],
    ['Day', 'succeeded'],
  ]);
});

it('the items of a Map that fails are stopped, but for those that ended before', async () => {
  const pause = (stack: Stack) => new sfn.Wait(stack, 'Pause', { time: sfn.WaitTime.secondsPath('$.seconds') });
  const ended = await run((stack) =>
    new sfn.Pass(stack, 'Items', {
      result: sfn.Result.fromArray([{ seconds: 1 }, { seconds: 2, fails: true }, { seconds: 3 }]),
    }).next(
      new sfn.Map(stack, 'Each').itemProcessor(
        pause(stack).next(
          new sfn.Choice(stack, 'Fails?')
            .when(sfn.Condition.isPresent('$.fails'), new sfn.Fail(stack, 'Fail'))
            .otherwise(new sfn.Succeed(stack, 'Fine')),
        ),
      ),
    ),
  );
  expect(ended.states.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'Items succeeded',
    'Each failed',
    ...['Pause succeeded', 'Pause succeeded', 'Pause stopped'],
    ...['Fails? succeeded', 'Fine succeeded', 'Fails? succeeded', 'Fail failed'],
  ]);
});

it('a state without an event of its own for it fails with the error of the execution', async () => {
  const ended = await run((stack) =>
    new sfn.Choice(stack, 'Pick').when(sfn.Condition.isPresent('$.nothing'), new sfn.Succeed(stack, 'Picked')),
  );
  expect(ended.states).toMatchObject([{ name: 'Pick', outcome: 'failed', errors: ['States.NoChoiceMatched'] }]);
  expect(report(ended)).toMatch(/Pick +failed: States\.NoChoiceMatched$/m);
});

it('a query that fails is the error of its state', async () => {
  const ended = await run((stack) =>
    task(stack, 'Work', 'arn:aws:states:::ecs:runTask', {
      QueryLanguage: 'JSONata',
      Arguments: { a: '{% $error("no") %}' },
    }),
  );
  expect(ended.states).toMatchObject([{ name: 'Work', outcome: 'failed', errors: ['States.QueryEvaluationError'] }]);
});

it('a state is stopped with its execution', async () => {
  const { sim, target } = simulated((stack) => wait(stack, 'Years', Duration.days(400)));
  const begun = sim.begin(target);
  await sim.advance(Duration.days(366));
  expect([begun.status, outcomes(begun)]).toEqual(['TIMED_OUT', { Years: 'stopped' }]);
});
