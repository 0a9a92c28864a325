import type { Simulator } from './simulator';

/**
 * Throws where the role of a state machine lacks a permission that a call so far needed, has one that no call used, or has
 * one for all resources; log delivery and X-Ray, which AWS uses by itself, left out. To be called when every path was run.
 */
export function expectLeastPrivilege(sim: Simulator): void {
  const findings = sim.privilegeFindings();
  if (findings.length > 0) {
    throw new Error(
      `the state machines' roles don't have least privilege:\n${findings.map((it) => `- ${it}`).join('\n')}`,
    );
  }
}
