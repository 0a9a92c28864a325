import { SimulatorFault } from '../engine/fault';

/** A value that is computed when it is first asked for, and once. One that needs itself is a fault. */
export function lazy<T>(what: string, compute: () => T): () => T {
  let known: { value: T } | undefined;
  let busy = false;
  return () => {
    if (known) {
      return known.value;
    }
    if (busy) {
      throw new SimulatorFault(`${what} depends on itself.`);
    }
    busy = true;
    try {
      known = { value: compute() };
      return known.value;
    } finally {
      busy = false;
    }
  };
}
