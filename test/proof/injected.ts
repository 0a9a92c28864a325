import { Duration } from 'aws-cdk-lib';
import { Mock } from '../../src/simulator';
import { BUSINESS_ERROR } from './plan';

/** One way in which a task can go, and how to make it go that way. */
export interface Fault {
  readonly name: string;
  /** None where it recovers. */
  readonly error?: string;
  readonly attempts: number;
  readonly mock: () => Mock;
}

const THROTTLED = 'Lambda.TooManyRequestsException';
const LATE = Duration.seconds(10);

const failing = (name: string, error: string, attempts = 1): Fault => ({
  name,
  error,
  attempts,
  mock: () => Mock.fails(error),
});

const BUSINESS = failing('business error', BUSINESS_ERROR);
const UNKNOWN = failing('unknown error', 'TypeError');
const TIMEOUT: Fault = { name: 'timeout', error: 'States.Timeout', attempts: 1, mock: Mock.timesOut };
const KILLED = failing('worker killed by its own timeout', 'Sandbox.Timedout');
const EXIT = failing('worker that exits', 'Runtime.ExitError');
const THROTTLING = failing('throttling that does not recover', THROTTLED, 7);

const THROTTLING_RECOVERS: Fault = {
  name: 'throttling that recovers',
  attempts: 7,
  mock: () => {
    const throttled = Mock.fails(THROTTLED);
    return Mock.sequence(throttled, throttled, throttled, throttled, throttled, throttled, Mock.returns('done'));
  },
};

const TOO_LARGE: Fault = {
  name: 'result too large',
  error: 'States.DataLimitExceeded',
  attempts: 1,
  mock: () => Mock.returns('x'.repeat(300_000)),
};

export const ACTION_FAULTS: readonly Fault[] = [
  BUSINESS,
  UNKNOWN,
  TIMEOUT,
  THROTTLING_RECOVERS,
  THROTTLING,
  KILLED,
  EXIT,
  TOO_LARGE,
];

/** Of two tasks at the same time: each fails at once or late, or still runs when the other has failed. */
export const TOGETHER_FAULTS: readonly Fault[] = [
  BUSINESS,
  { ...BUSINESS, name: 'late business error', mock: () => Mock.fails(BUSINESS_ERROR).after(LATE) },
  UNKNOWN,
  TIMEOUT,
  { name: 'slow', attempts: 1, mock: () => Mock.returns('done').after(LATE) },
];

/** Of a task that waits for a token, whose function was invoked. */
export const WAITING_FAULTS: readonly Fault[] = [
  BUSINESS,
  UNKNOWN,
  // Well before the state's timeout, but AWS reports it under the same name.
  { ...TIMEOUT, name: 'heartbeat lost' },
];

/** After the point of no return: what does not declare itself final is tried again. */
export const RETRIED_FAULTS: readonly Fault[] = ACTION_FAULTS.map((fault) =>
  [UNKNOWN, TIMEOUT, KILLED, EXIT].includes(fault) ? { ...fault, attempts: 4 } : fault,
);

export const DOWN = failing('fails', 'Down', 4);

/** How a compensation can go: the faults of its own state, and of the one that parks it. */
export const OUTCOMES: readonly { readonly own?: Fault; readonly park?: Fault }[] = [
  {},
  { own: DOWN },
  { own: { ...TIMEOUT, name: 'times out', attempts: 4 } },
  { own: DOWN, park: failing('is not parked', 'QueueDown', 4) },
];
