import { SimulatorFault } from '../engine/fault';

/** A fault for what a call names and no template has: what is there in AWS nobody knows here. */
export function notInTemplates(what: string): SimulatorFault {
  return new SimulatorFault(`${what} is not in the synthesized templates (imported?)`);
}
