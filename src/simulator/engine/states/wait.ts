import type { WaitState } from '../definition';
import { queryProblem, runtimeProblem } from '../errors';
import { type Computation, sleep } from '../fiber';
import { type Outcome, putOut, resolve, takeIn } from '../flow';
import type { Json } from '../json';
import type { Lane } from '../lane';
import { parseTimestamp } from '../query/timestamp';
import { wrongType } from './fields';

const MAX_SECONDS = 99_999_999;

/** Lets time pass. */
export function* runWait(lane: Lane, state: WaitState, raw: Json): Computation<Outcome> {
  const { clock } = lane.run;
  const { input, payload } = yield* takeIn(state.flow, lane, raw);
  const value = yield* resolve(state.until.expression, { lane, input });
  const ms = state.until.name.startsWith('Seconds')
    ? secondsOf(state, value) * 1000
    : instantOf(state, value) - clock.now();
  if (ms > 0) {
    yield* sleep(clock, ms);
  }
  return yield* putOut(state.flow, lane, raw, payload, state.next);
}

function secondsOf({ until }: WaitState, value: Json): number {
  const seconds = value;
  if (until.name === 'Seconds') {
    if (typeof seconds !== 'number' || !Number.isInteger(seconds)) {
      throw wrongType(until, 'integer', value);
    }
    if (seconds < 0 || seconds > MAX_SECONDS) {
      throw queryProblem(`The Seconds field must be between 0 and ${MAX_SECONDS}, but was: ${seconds}`, 'Seconds');
    }
    return seconds;
  }
  const number = typeof seconds === 'string' && seconds.trim() !== '' ? Number(seconds) : seconds;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const where = `${until.expression.source} == ${text}`;
  if (typeof number !== 'number' || !Number.isInteger(number)) {
    throw runtimeProblem(`The SecondsPath parameter cannot be parsed as a long value: ${where}`);
  }
  if (number < 0) {
    throw runtimeProblem(`The SecondsPath parameter references a negative value: ${where}`);
  }
  return number;
}

function instantOf({ until }: WaitState, value: Json): number {
  const instant = parseTimestamp(value);
  if (instant !== undefined) {
    return instant;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (until.name === 'TimestampPath') {
    throw runtimeProblem(
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ' +
        `${until.expression.source} == ${text}`,
    );
  }
  throw queryProblem(
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
    'Timestamp',
  );
}
