import { Mock } from '../../src/simulator';
import { BUSINESS_ERROR, dueTasks, type Plan, tasksOf } from './model';

/** One way in which a task can go, and how to make it go that way. */
export interface Fault {
  readonly name: string;
  /** None where it recovers. */
  readonly error?: string;
  readonly attempts: number;
  readonly mock: () => Mock;
}

const THROTTLED = 'Lambda.TooManyRequestsException';

const failing = (name: string, error: string, attempts = 1): Fault => ({
  name,
  error,
  attempts,
  mock: () => Mock.fails(error),
});

const BUSINESS = failing('business error', BUSINESS_ERROR);
const UNKNOWN = failing('unknown error', 'TypeError');

const ACTION_FAULTS: readonly Fault[] = [
  BUSINESS,
  UNKNOWN,
  { name: 'timeout', error: 'States.Timeout', attempts: 1, mock: Mock.timesOut },
  {
    name: 'throttling that recovers',
    attempts: 7,
    mock: () => {
      const throttled = Mock.fails(THROTTLED);
      return Mock.sequence(throttled, throttled, throttled, throttled, throttled, throttled, Mock.returns('done'));
    },
  },
  failing('throttling that does not recover', THROTTLED, 7),
  failing('worker killed by its own timeout', 'Sandbox.Timedout'),
  failing('worker that exits', 'Runtime.ExitError'),
  {
    name: 'result too large',
    error: 'States.DataLimitExceeded',
    attempts: 1,
    mock: () => Mock.returns('x'.repeat(300_000)),
  },
];

/** Of a task that waits for a token, whose function was invoked. */
const WAITING_FAULTS: readonly Fault[] = [
  BUSINESS,
  UNKNOWN,
  // Well before the state's timeout, but AWS reports it under the same name.
  { name: 'heartbeat lost', error: 'States.Timeout', attempts: 1, mock: Mock.timesOut },
];

const DOWN = failing('fails', 'Down', 4);
const TIMED_OUT: Fault = { name: 'times out', error: 'States.Timeout', attempts: 4, mock: Mock.timesOut };
const QUEUE_DOWN = failing('is not parked', 'QueueDown', 4);

/** How a compensation can go: the faults of its own state, and of the one that parks it. */
const OUTCOMES: readonly { readonly own?: Fault; readonly park?: Fault }[] = [
  {},
  { own: DOWN },
  { own: TIMED_OUT },
  { own: DOWN, park: QUEUE_DOWN },
];

/** Where more compensations are due, the queue is not down as well. */
const MAX_DUE_WITH_QUEUE_DOWN = 3;

/** A run: the faults by the names of the states. */
export type Case = ReadonlyMap<string, Fault>;

/** Each fault of each task, with each combination of how the compensations go that are then due. */
export const cases = (plan: Plan): Case[] => [
  new Map(),
  ...tasksOf(plan).flatMap(({ state, task }) =>
    (task.waits ? WAITING_FAULTS : ACTION_FAULTS).flatMap((fault) => {
      const first: Case = new Map([[state, fault]]);
      return combinations(dueTasks(plan, first)).map((rest) => new Map([...first, ...rest]));
    }),
  ),
];

export const described = (faults: Case): string =>
  [...faults].map(([state, fault]) => `${state}: ${fault.name}`).join(', ') || 'no fault';

const combinations = (states: readonly string[]): [string, Fault][][] => {
  const outcomes = states.length > MAX_DUE_WITH_QUEUE_DOWN ? OUTCOMES.filter(({ park }) => !park) : OUTCOMES;
  return states.reduce<[string, Fault][][]>(
    (all, state) =>
      all.flatMap((faults) =>
        outcomes.map(({ own, park }): [string, Fault][] => [
          ...faults,
          ...(own ? [[state, own] as [string, Fault]] : []),
          ...(park ? [[state.replace(/Compensate (?!.*Compensate )/, 'Park '), park] as [string, Fault]] : []),
        ]),
      ),
    [[]],
  );
};
