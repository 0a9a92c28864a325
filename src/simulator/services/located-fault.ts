import { SimulatorFault } from '../engine/fault';

/** An error, said to be that of a state where it is a fault of the simulator. */
export function locatedFault(error: unknown, where: string): unknown {
  return error instanceof SimulatorFault ? new SimulatorFault(`${where}: ${error.message}`, { cause: error }) : error;
}
