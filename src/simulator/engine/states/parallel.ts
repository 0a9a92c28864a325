import type { ParallelState } from '../definition';
import type { Computation } from '../fiber';
import { type Outcome, putOut, takeIn } from '../flow';
import { runGraph } from '../interpreter';
import { join } from '../join';
import type { Json } from '../json';
import type { Lane } from '../lane';
import { abortLanes, aside } from './abort';

/** Runs its branches side by side, each with the same input. */
export function* runParallel(lane: Lane, state: ParallelState, raw: Json): Computation<Outcome> {
  const { clock, history } = lane.run;
  const { payload } = yield* takeIn(state.flow, lane, raw);
  history.add(lane, 'ParallelStateStarted');
  lane.current.begun = true;
  const lanes = state.branches.map(() => lane.open());
  const joined = yield* join(clock, {
    count: lanes.length,
    limit: lanes.length,
    begin: (index) => runGraph(lanes[index], state.branches[index], payload),
    succeeded: (index) => {
      lane.inner = lane.inner.filter((inner) => inner !== lanes[index]);
      lane.lastEventId = lanes[index].lastEventId;
    },
  });
  if ('error' in joined) {
    abortLanes(lane, lanes[joined.failed]);
    throw joined.error;
  }
  aside(lane, 'ParallelStateSucceeded');
  return yield* putOut(state.flow, lane, raw, joined.results, state.next);
}
