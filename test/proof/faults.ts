import fc from 'fast-check';
import { Mock } from '../../src/simulator';
import { sagas } from './arbitraries';
import { dueTasks } from './model';
import { atTheSameTime, type PlacedTask, type Plan, tasksOf } from './plan';

/** A plan in which one task fails, or two that run at the same time, and perhaps some of the compensations that are then due. */
export interface Failing {
  readonly plan: Plan;
  readonly faults: ReadonlyMap<string, { readonly error: string; readonly attempts: number }>;
}

const FAILURES = ['TypeError', 'States.Timeout', 'Sandbox.Timedout', 'Lambda.TooManyRequestsException'];

const DOWN = { error: 'Down', attempts: 4 };

type Faults = Failing['faults'];

const errorsOf = ({ state, task: { businessErrors = [] } }: PlacedTask): fc.Arbitrary<Faults> =>
  fc
    .constantFrom(...FAILURES, ...businessErrors, ...businessErrors)
    .map((error) => new Map([[state, { error, attempts: 1 }]]));

/** None, or one of those that run at the same time as a task. */
const second = (plan: Plan, first: PlacedTask): fc.Arbitrary<Faults> => {
  const others = tasksOf(plan).filter((other) => atTheSameTime(first, other));
  if (others.length === 0) return fc.constant(new Map());
  return fc.oneof(fc.constant<Faults>(new Map()), fc.constantFrom(...others).chain(errorsOf));
};

/** Any plan, one or two of its tasks, any errors, any of the compensations that are due. */
export const failing: fc.Arbitrary<Failing> = sagas().chain((plan) =>
  fc.constantFrom(...tasksOf(plan)).chain((task) =>
    fc.tuple(errorsOf(task), second(plan, task)).chain(([one, other]) => {
      const first: Faults = new Map([...one, ...other]);
      return fc.subarray(dueTasks(plan, first)).map((down) => ({
        plan,
        faults: new Map([...first, ...down.map((state) => [state, DOWN] as const)]),
      }));
    }),
  ),
);

export const mockOf = ({ error }: { readonly error: string }): Mock =>
  error === 'States.Timeout' ? Mock.timesOut() : Mock.fails(error);
