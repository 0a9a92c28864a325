import type { EventDetails } from '../history';
import type { Lane } from '../lane';

/** The types of states whose end in the middle is written in the history. */
const ABORTABLE = ['Task', 'Wait', 'Parallel', 'Map'];

/** Ends the lanes inside a Parallel or Map of which one has failed: writes what becomes of the states they were in. */
export function abortLanes(lane: Lane, failed: Lane): void {
  lane.lastEventId = failed.lastEventId;
  endLanes(lane, lane, failed);
}

/** Writes an event that none follows: the next one follows the one before it. */
export function aside(lane: Lane, type: string, details?: EventDetails): void {
  const last = lane.lastEventId;
  lane.run.history.add(lane, type, details);
  lane.lastEventId = last;
}

function endLanes(line: Lane, outer: Lane, failed?: Lane): void {
  const { state } = outer.current;
  for (const inner of outer.inner) {
    if (state.type === 'Map' && inner.item) {
      const iteration = { name: state.name, index: inner.item.index };
      if (inner === failed) {
        aside(line, 'MapIterationFailed', { mapIterationFailedEventDetails: iteration });
      } else {
        aside(line, 'MapIterationAborted', { mapIterationAbortedEventDetails: iteration });
      }
    }
    endVisit(line, inner);
  }
  outer.inner = [];
}

function endVisit(line: Lane, lane: Lane): void {
  const visit = lane.visit;
  if (!visit || visit.failed) {
    return;
  }
  endLanes(line, lane);
  if (visit.mapRun?.status === 'RUNNING') {
    aside(line, 'MapRunAborted');
    visit.mapRun.abort(lane.run.clock.date());
  }
  if (ABORTABLE.includes(visit.state.type)) {
    aside(line, `${visit.state.type}StateAborted`);
  }
}
