import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SimulatorFault } from './fault';

/** The part of Node's heap above which garbage is collected, and the part that may be in use after that. */
const FULL = 0.85;
const TOLERATED = 0.75;

/** What of the limit V8 keeps for what is new, and what is old can't have. */
const FOR_NEW = 48 * 2 ** 20;

let collectGarbage: (() => void) | undefined;

/** Throws a fault, while there is room for one, where so little of Node's heap is left that the process would end. */
export function checkHeap(state: string, what: string): void {
  if (used() <= FULL) {
    return;
  }
  collectGarbage ??= garbageCollector();
  collectGarbage();
  if (used() > TOLERATED) {
    const megabytes = Math.round(getHeapStatistics().heap_size_limit / 2 ** 20);
    throw new SimulatorFault(
      `The state '${state}' has too much data for the simulator: ${what}, and the heap of Node, of ${megabytes} MB, ` +
        'is nearly full. Give it fewer items, or Node a larger heap (--max-old-space-size)',
    );
  }
}

function used(): number {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  return used_heap_size / (heap_size_limit - FOR_NEW);
}

/** Node hides it, unless it is told otherwise when it starts. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
