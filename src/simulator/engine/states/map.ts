import type { MapState } from '../definition';
import type { Computation } from '../fiber';
import { type Outcome, putOut, resolve, takeIn } from '../flow';
import { runGraph } from '../interpreter';
import { join } from '../join';
import type { Json } from '../json';
import type { Lane, MapItem } from '../lane';
import { INLINE_MAP_CONCURRENCY } from '../limits';
import { abortLanes, aside } from './abort';
import { resultsOf } from './branches';
import { runDistributedMap } from './distributed-map';
import { concurrencyOf, itemsOf } from './map-fields';

/** Runs its processor for each item, some of them side by side: in this execution, or in child executions. */
export function* runMap(lane: Lane, state: MapState, raw: Json): Computation<Outcome> {
  if (state.distributed) {
    return yield* runDistributedMap(lane, state, state.distributed, raw);
  }
  const { input } = yield* takeIn(state.flow, lane, raw);
  const items = yield* itemsOf(state, { lane, input });
  const limit = yield* concurrencyOf(state, { lane, input }, INLINE_MAP_CONCURRENCY);
  const results = yield* runItems(lane, state, items, limit, input);
  return yield* putOut(state.flow, lane, raw, results, state.next);
}

/** Runs the iterations; where the state is redriven, those that have not succeeded. */
function* runItems(lane: Lane, state: MapState, items: Json[], limit: number, input: Json): Computation<Json[]> {
  const { clock, history } = lane.run;
  history.add(lane, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const visit = lane.current;
  visit.begun = true;
  visit.branches ??= [];
  const lanes = visit.branches;
  const left = items.flatMap((value, index) => (lanes[index]?.result ? [] : [{ index, value }]));
  const iteration = ({ index }: MapItem) => ({ name: state.name, index });
  // An iteration's first event follows the last one of the iteration that made room for it.
  let follows = lane.lastEventId;
  const failure = yield* join(clock, {
    count: left.length,
    limit,
    begin: (at) => {
      const item = left[at];
      const inner = iterationLane(lane, item, lanes[item.index]);
      lanes[item.index] = inner;
      inner.lastEventId = follows;
      history.add(inner, 'MapIterationStarted', { mapIterationStartedEventDetails: iteration(item) });
      return runIteration(lane, inner, state, item, input);
    },
    succeeded: (at) => {
      const inner = lanes[left[at].index];
      follows = inner.lastEventId;
      history.add(inner, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: iteration(left[at]) });
      lane.inner = lane.inner.filter((other) => other !== inner);
      lane.lastEventId = inner.lastEventId;
    },
  });
  if (failure) {
    abortLanes(lane, lanes[left[failure.index].index]);
    throw failure.error;
  }
  aside(lane, 'MapStateSucceeded');
  return resultsOf(lanes);
}

/** The lane of an iteration: a new one, or the one that stopped before the state was redriven. */
function iterationLane(lane: Lane, item: MapItem, stopped?: Lane): Lane {
  if (!stopped) {
    return lane.open(item);
  }
  lane.inner.push(stopped);
  return stopped;
}

function* runIteration(lane: Lane, inner: Lane, state: MapState, item: MapItem, input: Json): Computation<Json> {
  const value = state.itemSelector ? yield* resolve(state.itemSelector, { lane, input, item }) : item.value;
  return yield* runGraph(inner, state.processor, value);
}
