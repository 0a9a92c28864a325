import type { MapState } from '../definition';
import type { Computation } from '../fiber';
import type { Evaluation } from '../query/expression';
import { integerOf, numberOf } from '../states/fields';
import { fieldProblem } from '../states/map-fields';
import type { DistributedMap } from './distributed';

/** How many items may fail before the map run does; none, if it doesn't say. */
export interface Tolerance {
  readonly count?: number;
  readonly percentage?: number;
}

/** The tolerance that a Distributed Map says. */
export function* toleranceOf(state: MapState, map: DistributedMap, at: Evaluation): Computation<Tolerance> {
  const count = map.toleratedFailureCount && (yield* integerOf(map.toleratedFailureCount, at));
  if (count !== undefined && count < 0) {
    throw fieldProblem(state, 'ToleratedFailureCount', 'ToleratedFailureCount cannot be negative.');
  }
  const percentage = map.toleratedFailurePercentage && (yield* numberOf(map.toleratedFailurePercentage, at));
  if (percentage !== undefined && (percentage < 0 || percentage > 100)) {
    throw fieldProblem(state, 'ToleratedFailurePercentage', 'ToleratedFailurePercentage must be between 0 and 100.');
  }
  return { count, percentage };
}

/** Whether so many failed items are too many. Where both thresholds are said, either may be exceeded. */
export function exceeds(failed: number, total: number, { count, percentage }: Tolerance): boolean {
  if (count === undefined && percentage === undefined) {
    return failed > 0;
  }
  return failed > (count ?? Infinity) || (percentage !== undefined && failed * 100 > percentage * total);
}
