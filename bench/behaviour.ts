import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mock, type Run, Simulator } from '../src/simulator';
import { buildApp, type Way } from './synth';

/** What can happen to a booking: the states that don't just succeed. */
const SCENARIOS: { readonly [name: string]: { readonly [state: string]: () => Mock } } = {
  success: {},
  'a business error': { ChargeCard: () => Mock.fails('CardDeclined') },
  'a timeout': { BookHotel: Mock.timesOut },
  'throttling that passes': {
    BookFlight: () => Mock.sequence(Mock.fails('Lambda.TooManyRequestsException'), Mock.returns({})),
  },
  'a compensation that fails': {
    ChargeCard: () => Mock.fails('TypeError'),
    'Compensate BookHotel': () => Mock.fails('Down'),
  },
  'a result that is too large': { BookHotel: () => Mock.returns('x'.repeat(300_000)) },
};

/** What a saga is made of, and how it goes. */
export interface Behaviour {
  readonly transitionsOnSuccess: number;
  /** How many resources there are of each type. */
  readonly resources: { readonly [type: string]: number };
  /** How each scenario goes, as text. */
  readonly scenarios: { readonly [name: string]: string };
}

/** Runs a saga in the simulator. */
export const behaviour = async (way: Way): Promise<Behaviour> => {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  const { stack, alias } = buildApp(way, outdir);
  const sim = Simulator.fromStack(stack);
  const runs = new Map<string, Run>();
  for (const [name, mocks] of Object.entries(SCENARIOS)) {
    sim.reset();
    for (const [state, mock] of Object.entries(mocks)) sim.mock(state, mock());
    runs.set(name, await sim.start(alias));
  }
  const resources: { [type: string]: number } = {};
  for (const construct of stack.node.findAll()) {
    const { cfnResourceType } = construct as { cfnResourceType?: string };
    if (cfnResourceType) resources[cfnResourceType] = (resources[cfnResourceType] ?? 0) + 1;
  }
  await sim.close();
  rmSync(outdir, { recursive: true });
  return {
    transitionsOnSuccess: runs.get('success')?.transitions ?? Number.NaN,
    resources,
    scenarios: Object.fromEntries([...runs].map(([name, run]) => [name, told(run)])),
  };
};

const told = (run: Run): string => {
  const { compensated, notCompensated } = JSON.parse(run.cause ?? '{}');
  const denied = run.calls.filter((call) => !call.allowed).length;
  return JSON.stringify([run.error ?? run.status, run.visited, run.transitions, compensated, notCompensated, denied]);
};
