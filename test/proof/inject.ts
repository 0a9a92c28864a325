import type { Stack } from 'aws-cdk-lib';
import { afterAll, expect, it } from 'vitest';
import type { Workflow } from '../../src';
import { Mock, type Run, Simulator } from '../../src/simulator';
import { allStates, definitions } from '../fixtures';
import { type Case, cases, described } from './cases';
import { cleanUp, deploy } from './deploy';
import { type Prediction, predict } from './model';
import type { Plan } from './plan';
import { oneAfterTheOther } from './visits';

/** With PROOF=all every case; else all of the small shapes, and of each other one in so many. */
const ALL = process.env.PROOF === 'all';
const SMALL = 30;
const ONE_IN = 47;
const TIMEOUT_MS = ALL ? 600_000 : 60_000;

/** A simulator keeps the calls of all its runs, and gets slow when these are many. */
const RUNS_PER_SIMULATOR = 250;

/**
 * Tests that each fault in each of these sagas does what the model says, and that no run is left out.
 *
 * @param expected how many runs there are with PROOF=all, and without
 */
export const injectFaults = (
  shapes: readonly [string, Plan][],
  expected: { readonly all: number; readonly sample: number },
): void => {
  let runs = 0;
  it.each(shapes)(
    '%s: each fault, with each way in which the compensations go, ends as the rules say',
    async (_, plan) => {
      const { stack, workflow } = deploy(plan);
      for (const part of chunks(chosen(cases(plan)))) {
        const sim = Simulator.fromStack(stack);
        const inject = injector(sim, stack);
        for (const faults of part) {
          inject(faults);
          const run = await sim.start(workflow);
          expect(await outcome(plan, sim, workflow, run), described(faults)).toEqual(
            predicted(predict(plan, faults), run),
          );
          runs += 1;
        }
        await sim.close();
      }
    },
    TIMEOUT_MS,
  );

  it('these are so many runs', () => {
    console.log(`fault injection: ${runs} runs${ALL ? '' : ' (all with PROOF=all)'}`);
    expect(runs).toBe(ALL ? expected.all : expected.sample);
  });

  afterAll(cleanUp);
};

const chosen = (all: Case[]): Case[] =>
  ALL || all.length <= SMALL ? all : all.filter((_, index) => index % ONE_IN === 0);

const chunks = (all: Case[]): Case[][] =>
  Array.from({ length: Math.ceil(all.length / RUNS_PER_SIMULATOR) }, (_, index) =>
    all.slice(index * RUNS_PER_SIMULATOR, (index + 1) * RUNS_PER_SIMULATOR),
  );

/** Lets no function run, and each task do what the faults say; parking is real unless they say otherwise. */
const injector = (sim: Simulator, stack: Stack) => {
  const functions = definitions(stack)
    .flatMap(allStates)
    .flatMap(([name, { Type }]) => (Type === 'Task' && !/(^|\.)Park /.test(name) ? [name] : []));
  return (faults: Case) => {
    sim.reset();
    for (const name of functions) if (!faults.has(name)) sim.mock(name, Mock.returns(`did ${name}`));
    for (const [name, fault] of faults) sim.mock(name, fault.mock());
  };
};

/** What a run did and left, in the words of the model. */
const outcome = async (plan: Plan, sim: Simulator, workflow: Workflow, run: Run) => {
  const queued = (await Promise.all(workflow.deadLetterQueues.map((queue) => sim.messages(queue)))).flat();
  return {
    error: run.error,
    cause: run.cause?.startsWith('{') ? { ...JSON.parse(run.cause), cause: undefined } : undefined,
    visits: oneAfterTheOther(plan, run.states).map(({ name, attempts }) => ({ name, attempts })),
    denied: run.calls.filter((call) => !call.allowed),
    stopped: run.states.filter((state) => state.outcome === 'stopped').map((state) => state.name),
    parked: queued
      .map(({ body }) => JSON.parse(body))
      .filter(({ executionArn }) => executionArn === run.executionArn)
      .map(({ step, idempotencyKey, error, failure }) => ({
        step,
        key: idempotencyKey,
        error: error.error,
        failure: failure.error,
      }))
      .sort(byKey),
  };
};

const predicted = ({ error, cause, visits, parked }: Prediction, { executionArn }: Run) => ({
  error,
  cause,
  visits,
  denied: [],
  // All that was begun has ended, whatever failed beside it.
  stopped: [],
  parked: parked
    .map((message) => ({ ...message, key: `${executionArn.split(':').at(-1)}#${message.key}` }))
    .sort(byKey),
});

const byKey = (one: { key: string }, other: { key: string }): number => one.key.localeCompare(other.key);
