/** Something the simulator cannot or will not do. It ends the run; no Retry or Catch of a workflow sees it. */
export class SimulatorFault extends Error {
  override readonly name = 'SimulatorFault';
}
