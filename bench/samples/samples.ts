import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Workflow } from '../../src';
import { Mock, type Run, Simulator } from '../../src/simulator';
import { linesOf } from '../lines';
import { table } from '../table';
import { build, SAMPLES } from './sample';
import { build as withLibrary } from './with-library';

interface Saga {
  readonly name: string;
  readonly lines: number;
  readonly machine: StateMachine | Workflow;
  /** Before the name of a step, the name of the state that undoes it. */
  readonly undo: string;
  readonly notifications: readonly string[];
}

const UNDOABLE = ['First', 'Second', 'Payment'];
const STEPS = [...UNDOABLE, 'Confirm First', 'Confirm Second'];

interface Scenario {
  /** The errors, by step. */
  readonly errors: { readonly [step: string]: string };
  /** The steps whose undo fails. */
  readonly notUndone?: readonly string[];
}

const SCENARIOS: { readonly [name: string]: Scenario } = {
  success: { errors: {} },
  'the payment is declined': { errors: { Payment: 'Declined' } },
  'the last step fails': { errors: { 'Confirm Second': 'TypeError' } },
  'the last step fails, and so does the refund': { errors: { 'Confirm Second': 'TypeError' }, notUndone: ['Payment'] },
};

/** The saga of two public samples, and the same with this library, in the simulator. */
export const samples = async (): Promise<void> => {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  const stack = new Stack(new App({ outdir }), 'Travel');
  const sagas = sagasIn(stack);
  const sim = Simulator.fromStack(stack);
  const rows: string[][] = [
    ['two bookings, a payment, two confirmations', ...sagas.map(({ name }) => name)],
    ['lines to write', ...sagas.map(({ lines }) => String(lines))],
  ];
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    const runs: [Saga, Run][] = [];
    for (const saga of sagas) runs.push([saga, await runOf(sim, saga, scenario)]);
    rows.push([`${name}: transitions`, ...runs.map(([, run]) => String(run.transitions))]);
    const wrong = [
      ['  undone though not done', ...runs.map(([saga, run]) => needless(saga, run, scenario))],
      ['  left done, and not parked', ...runs.map(([saga, run]) => forgotten(saga, run))],
    ];
    rows.push(...wrong.filter(([, ...cells]) => cells.some((cell) => cell !== NOTHING)));
  }
  table(rows);
  await sim.close();
  rmSync(outdir, { recursive: true });
};

const sagasIn = (stack: Stack): Saga[] => {
  const fn = new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => ({});'),
  });
  const ours = { name: 'this library', lines: linesOf('samples/with-library.ts'), machine: withLibrary(stack, fn) };
  return [
    ...SAMPLES.map((sample) => ({
      name: sample.name,
      lines: sample.lines,
      machine: build(stack, sample, fn),
      undo: 'Undo ',
      notifications: sample.notifies ? ['Notify Success', 'Notify Failure'] : [],
    })),
    { ...ours, undo: 'Compensate ', notifications: [] },
  ];
};

const runOf = (sim: Simulator, { machine, undo, notifications }: Saga, scenario: Scenario): Promise<Run> => {
  const { errors, notUndone = [] } = scenario;
  const answer = (error?: string) => (error ? Mock.fails(error) : Mock.returns({}));
  sim.reset();
  for (const state of notifications) sim.mock(machine, state, Mock.returns({}));
  for (const step of STEPS) sim.mock(machine, step, answer(errors[step]));
  for (const step of UNDOABLE) sim.mock(machine, undo + step, answer(notUndone.includes(step) ? 'Down' : undefined));
  return sim.start(machine, {});
};

const NOTHING = '-';

const listed = (steps: readonly string[]): string => steps.join(', ') || NOTHING;

const needless = ({ undo }: Saga, run: Run, { errors }: Scenario): string =>
  listed(UNDOABLE.filter((step) => errors[step] === 'Declined' && run.visited.includes(undo + step)));

const forgotten = ({ undo }: Saga, run: Run): string => {
  if (run.status === 'SUCCEEDED') return NOTHING;
  const succeeded = run.states.filter(({ outcome }) => outcome === 'succeeded').map(({ name }) => name);
  const settled = (step: string) => [`${undo}${step}`, `Park ${step}`].some((state) => succeeded.includes(state));
  return listed(UNDOABLE.filter((step) => succeeded.includes(step) && !settled(step)));
};
