import type { MapState } from '../definition';
import { queryProblem, runtimeProblem } from '../errors';
import type { Computation } from '../fiber';
import { type Outcome, putOut, resolve, takeIn } from '../flow';
import { runGraph } from '../interpreter';
import { join } from '../join';
import type { Json } from '../json';
import type { Lane, MapItem } from '../lane';
import { INLINE_MAP_CONCURRENCY } from '../limits';
import type { Evaluation } from '../query/expression';
import { abortLanes, aside } from './abort';
import { integerOf, wrongType } from './fields';

/** Runs its processor for each item of an array, some of them side by side. */
export function* runMap(lane: Lane, state: MapState, raw: Json): Computation<Outcome> {
  const { input } = yield* takeIn(state.flow, lane, raw);
  const items = yield* itemsOf(state, { lane, input });
  const limit = yield* limitOf(state, { lane, input });
  const results = yield* runItems(lane, state, items, limit, input);
  return yield* putOut(state.flow, lane, raw, results, state.next);
}

function* runItems(lane: Lane, state: MapState, items: Json[], limit: number, input: Json): Computation<Json[]> {
  const { clock, history } = lane.run;
  history.add(lane, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  lane.current.begun = true;
  const lanes: Lane[] = [];
  // An iteration's first event follows the last one of the iteration that made room for it.
  let follows = lane.lastEventId;
  const joined = yield* join(clock, {
    count: items.length,
    limit,
    begin: (index) => {
      lanes[index] = lane.open({ index, value: items[index] });
      lanes[index].lastEventId = follows;
      history.add(lanes[index], 'MapIterationStarted', {
        mapIterationStartedEventDetails: { name: state.name, index },
      });
      return runIteration(lane, lanes[index], state, { index, value: items[index] }, input);
    },
    succeeded: (index) => {
      const inner = lanes[index];
      follows = inner.lastEventId;
      history.add(inner, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: { name: state.name, index } });
      lane.inner = lane.inner.filter((other) => other !== inner);
      lane.lastEventId = inner.lastEventId;
    },
  });
  if ('error' in joined) {
    abortLanes(lane, lanes[joined.failed]);
    throw joined.error;
  }
  aside(lane, 'MapStateSucceeded');
  return joined.results;
}

function* runIteration(lane: Lane, inner: Lane, state: MapState, item: MapItem, input: Json): Computation<Json> {
  const value = state.itemSelector ? yield* resolve(state.itemSelector, { lane, input, item }) : item.value;
  return yield* runGraph(inner, state.processor, value);
}

function* itemsOf(state: MapState, at: Evaluation): Computation<Json[]> {
  if (state.items === undefined) {
    return arrayOf(state, at.input);
  }
  const value = yield* resolve(state.items.expression, at);
  if (Array.isArray(value)) {
    return value;
  }
  throw state.flow.language === 'JSONata'
    ? wrongType(state.items, 'array', value)
    : runtimeProblem(`Reference path "${state.items.expression.source}" must point to array.`);
}

function arrayOf(state: MapState, input: Json): Json[] {
  if (Array.isArray(input)) {
    return input;
  }
  throw state.flow.language === 'JSONata'
    ? queryProblem(`Map state input must be an array but was: ${JSON.stringify(input)}`)
    : runtimeProblem('Reference path "$" must point to array.');
}

function* limitOf(state: MapState, at: Evaluation): Computation<number> {
  const limit = state.maxConcurrency ? yield* integerOf(state.maxConcurrency, at) : 0;
  if (limit < 0) {
    const problem = 'MaxConcurrency cannot be negative.';
    throw state.flow.language === 'JSONata' ? queryProblem(problem, 'MaxConcurrency') : runtimeProblem(problem);
  }
  return limit === 0 ? INLINE_MAP_CONCURRENCY : Math.min(limit, INLINE_MAP_CONCURRENCY);
}
