import fc from 'fast-check';
import { Mock } from '../../src/simulator';
import { sagas } from './arbitraries';
import { dueTasks, type Plan, tasksOf } from './model';

/** A plan in which one task fails, and perhaps some of the compensations that are then due. */
export interface Failing {
  readonly plan: Plan;
  readonly faults: ReadonlyMap<string, { readonly error: string; readonly attempts: number }>;
}

const FAILURES = ['TypeError', 'States.Timeout', 'Sandbox.Timedout', 'Lambda.TooManyRequestsException'];

const DOWN = { error: 'Down', attempts: 4 };

/** Any plan, any of its tasks that is reached, any error, any of the compensations that are due. */
export const failing: fc.Arbitrary<Failing> = sagas().chain((plan) =>
  fc.constantFrom(...tasksOf(plan)).chain(({ state, task: { businessErrors = [] } }) =>
    fc.constantFrom(...FAILURES, ...businessErrors, ...businessErrors).chain((error) => {
      const first: Failing['faults'] = new Map([[state, { error, attempts: 1 }]]);
      return fc.subarray(dueTasks(plan, first)).map((down) => ({
        plan,
        faults: new Map([...first, ...down.map((task) => [task, DOWN] as const)]),
      }));
    }),
  ),
);

export const mockOf = ({ error }: { readonly error: string }): Mock =>
  error === 'States.Timeout' ? Mock.timesOut() : Mock.fails(error);
