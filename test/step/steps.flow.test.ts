import { Duration, type Stack } from 'aws-cdk-lib';
import { afterEach, describe, expect, it } from 'vitest';
import { type IStep, Saga, Step, Workflow, type WorkflowOptions } from '../../src';
import { Mock, Simulator } from '../../src/simulator';
import { definitions, fn, newStack } from '../fixtures';

const open: Simulator[] = [];
afterEach(async () => {
  for (const sim of open.splice(0)) await sim.close();
});

const deployed = (definition: (invoke: (name: string) => IStep) => IStep, options: WorkflowOptions = {}) => {
  const stack: Stack = newStack();
  const invoke = (name: string) => Step.invoke(fn(stack, `${name}Fn`, `return { from: '${name}', ...event };`));
  const workflow = new Workflow(stack, 'Flow', { definition: definition(invoke), ...options });
  const sim = Simulator.fromStack(stack);
  open.push(sim);
  return { stack, workflow, sim };
};

describe('a parallel', () => {
  const branches = (invoke: (name: string) => IStep) =>
    Step.parallel(['A', 'B', 'C'].map((name) => ({ name, step: invoke(name) })));

  it('gives the results of all its steps by name', async () => {
    const { workflow, sim } = deployed(branches);
    const run = await sim.start(workflow, { n: 1 });
    expect(run.output).toMatchObject({ A: { from: 'A' }, B: { from: 'B' }, C: { from: 'C' } });
    expect([...run.visited].sort()).toEqual(['A', 'B', 'C', 'Flow']);
  });

  it('fails with the error of the first step that does', async () => {
    const { workflow, sim } = deployed(branches);
    sim.mock('B', Mock.fails('Broken'));
    expect((await sim.start(workflow)).error).toBe('Broken');
  });

  it('takes as long as its longest step', () => {
    const { stack } = deployed((invoke) =>
      Step.parallel([
        { name: 'Short', step: invoke('A') },
        { name: 'Long', step: Step.wait(Duration.hours(1)) },
      ]),
    );
    expect(definitions(stack)[0].TimeoutSeconds).toBe(3600 + 60);
  });

  it('lets its steps see the results before it, and those after it see theirs', async () => {
    const { workflow, sim } = deployed((invoke) =>
      Step.sequence([
        { name: 'First', step: invoke('First') },
        { name: 'Both', step: Step.parallel([{ name: 'A', step: invoke('A') }]) },
        { name: 'Last', step: invoke('Last') },
      ]),
    );
    const run = await sim.start(workflow, {});
    const { Both, Last } = run.output as Record<string, Record<string, Record<string, unknown>>>;
    expect(run.visited).toEqual(['First', 'Both', 'Both.A', 'Last']);
    expect(Both.A.results).toMatchObject({ First: { from: 'First' } });
    expect(Both.A.idempotencyKey).toMatch(/#Both\.A$/);
    expect(Last.results).toMatchObject({ First: { from: 'First' }, Both: { A: { from: 'A' } } });
  });

  it('holds sequences and sagas without enclosing them again', async () => {
    const { workflow, sim } = deployed((invoke) =>
      Step.parallel([
        { name: 'S', step: Step.sequence(['A', 'B'].map((name) => ({ name, step: invoke(name) }))) },
        { name: 'T', step: Step.saga({ steps: [{ name: 'C', action: invoke('C'), compensation: invoke('UndoC') }] }) },
      ]),
    );
    const run = await sim.start(workflow, {});
    expect([...run.visited].sort()).toEqual(['Flow', 'S.A', 'S.B', 'T.C']);
    expect(run.output).toMatchObject({
      S: { A: { from: 'A' }, B: { results: { A: { from: 'A' } } } },
      T: { C: { from: 'C' } },
    });
  });

  it('in a saga is undone when a step of it fails', async () => {
    const stack = newStack();
    const invoke = (name: string) => Step.invoke(fn(stack, `${name}Fn`));
    const saga = new Saga(stack, 'Trip', {
      steps: [
        {
          name: 'Both',
          action: Step.parallel(['A', 'B'].map((name) => ({ name, step: invoke(name) }))),
          compensation: invoke('UndoBoth'),
        },
      ],
    });
    const sim = Simulator.fromStack(stack);
    open.push(sim);
    sim.mock('Both.A', Mock.fails('Broken'));
    const run = await sim.start(saga);
    expect(run.error).toBe('Saga.Compensated');
    expect(run.visited).toContain('Compensate Both');
  });
});

describe('a choice', () => {
  const ways = (invoke: (name: string) => IStep, otherwise = true) =>
    Step.choice({
      cases: [
        { when: '{% $input.amount > 100 %}', name: 'Large', step: invoke('Large') },
        { when: '{% $input.amount > 10 %}', name: 'Medium', step: invoke('Medium') },
      ],
      ...(otherwise ? { otherwise: { name: 'Small', step: invoke('Small') } } : {}),
    });

  it.each([
    [101, 'Large'],
    [11, 'Medium'],
    [1, 'Small'],
  ])('takes the first way whose condition is true: %i', async (amount, name) => {
    const { workflow, sim } = deployed((invoke) => ways(invoke));
    const run = await sim.start(workflow, { amount });
    expect(run.output).toMatchObject({ from: name, input: { amount } });
    expect(run.visited).toEqual(['Choice', name]);
  });

  it('fails where no condition is true and nothing is done otherwise', async () => {
    const { workflow, sim } = deployed((invoke) => ways(invoke, false));
    expect((await sim.start(workflow, { amount: 1 })).error).toBe('States.NoChoiceMatched');
  });

  it('in a sequence sees the results before it, and gives the result of its way', async () => {
    const { workflow, sim } = deployed((invoke) =>
      Step.sequence([
        { name: 'First', step: invoke('First') },
        {
          name: 'Which',
          step: Step.choice({
            cases: [{ when: "{% $results.First.from = 'First' %}", name: 'Yes', step: invoke('Yes') }],
          }),
        },
      ]),
    );
    const run = await sim.start(workflow, {});
    expect(run.visited).toEqual(['First', 'Which', 'Which.Choice', 'Which.Yes']);
    expect(run.output).toMatchObject({ Which: { from: 'Yes' } });
  });

  it('fails at synthesis for a condition that is no expression', () => {
    const when = '$input.amount > 100';
    expect(() => deployed((invoke) => Step.choice({ cases: [{ when, name: 'A', step: invoke('A') }] }))).toThrow(
      `the condition of 'A', "${when}", is no expression; write it as "{% … %}"`,
    );
  });
});

describe('a wait', () => {
  it('lets its time pass, and has null as its result', async () => {
    const { workflow, sim } = deployed((invoke) =>
      Step.sequence([
        { name: 'Cool', step: Step.wait(Duration.days(14)) },
        { name: 'Last', step: invoke('Last') },
      ]),
    );
    const run = await sim.start(workflow, {});
    expect(run.elapsed.toDays()).toBe(14);
    expect(run.output).toMatchObject({ Cool: null, Last: { results: { Cool: null } } });
  });

  it('is part of the worst path', () => {
    expect(definitions(deployed(() => Step.wait(Duration.days(1))).stack)[0].TimeoutSeconds).toBe(86_400 + 60);
  });

  it('until an instant ends at it', async () => {
    const { workflow, sim } = deployed(() => Step.waitUntil('{% $input.due %}'), { timeout: Duration.days(30) });
    await sim.start(workflow, { due: '2026-01-05T00:00:00Z' });
    expect(sim.now.toISOString()).toBe('2026-01-05T00:00:00.000Z');
  });

  it.each([Duration.millis(1500), Duration.seconds(0), Duration.seconds(100_000_000)])('fails for %s', (duration) => {
    expect(() => deployed(() => Step.wait(duration))).toThrow(/give whole seconds, from 1 to 99999999/);
  });
});
