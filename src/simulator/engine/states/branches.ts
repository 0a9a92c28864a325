import { SimulatorFault } from '../fault';
import type { Json } from '../json';
import type { Lane } from '../lane';

/** What the branches or iterations of a state have given, in their order. */
export function resultsOf(lanes: readonly Lane[]): Json[] {
  return lanes.map(({ result }) => {
    if (!result) {
      throw new SimulatorFault('A branch has not ended, but its state has');
    }
    return result.value;
  });
}
