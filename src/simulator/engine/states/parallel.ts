import type { ParallelState } from '../definition';
import type { Computation } from '../fiber';
import { type Outcome, putOut, takeIn } from '../flow';
import { runGraph } from '../interpreter';
import { join } from '../join';
import type { Json } from '../json';
import type { Lane } from '../lane';
import { abortLanes, aside } from './abort';
import { resultsOf } from './branches';

/** Runs its branches side by side, each with the same input. One that is redriven runs those that have not succeeded. */
export function* runParallel(lane: Lane, state: ParallelState, raw: Json): Computation<Outcome> {
  const { clock, history } = lane.run;
  const { payload } = yield* takeIn(state.flow, lane, raw);
  history.add(lane, 'ParallelStateStarted');
  const visit = lane.current;
  visit.begun = true;
  visit.branches ??= state.branches.map(() => lane.open());
  const lanes = visit.branches;
  const left = state.branches.flatMap((graph, index) => (lanes[index].result ? [] : [{ graph, branch: lanes[index] }]));
  lane.inner = left.map(({ branch }) => branch);
  const failure = yield* join(clock, {
    count: left.length,
    limit: left.length,
    begin: (index) => runGraph(left[index].branch, left[index].graph, payload),
    succeeded: (index) => {
      lane.lastEventId = left[index].branch.lastEventId;
    },
  });
  if (failure) {
    abortLanes(lane, left[failure.index].branch);
    throw failure.error;
  }
  aside(lane, 'ParallelStateSucceeded');
  return yield* putOut(state.flow, lane, raw, resultsOf(lanes), state.next);
}
