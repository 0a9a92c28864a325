import type { PassState } from '../definition';
import type { Computation } from '../fiber';
import { type Outcome, putOut, takeIn } from '../flow';
import type { Json } from '../json';
import type { Lane } from '../lane';

/** Passes its input on, or a result that the definition says. */
export function* runPass(lane: Lane, state: PassState, raw: Json): Computation<Outcome> {
  const { payload } = yield* takeIn(state.flow, lane, raw);
  return yield* putOut(state.flow, lane, raw, state.result === undefined ? payload : state.result, state.next);
}
