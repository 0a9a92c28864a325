import type { SucceedState } from '../definition';
import type { Computation } from '../fiber';
import { type Outcome, putOut, takeIn } from '../flow';
import type { Json } from '../json';
import type { Lane } from '../lane';

/** Ends its graph with success. */
export function* runSucceed(lane: Lane, state: SucceedState, raw: Json): Computation<Outcome> {
  const { payload } = yield* takeIn(state.flow, lane, raw);
  return yield* putOut(state.flow, lane, raw, payload);
}
