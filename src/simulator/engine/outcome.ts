import { dataLimitExceeded } from './errors';
import type { Outcome } from './flow';
import type { JsonObject } from './json';
import type { Lane } from './lane';
import { byteLength, checkPayload, PAYLOAD_BYTES } from './limits';

/** Throws States.DataLimitExceeded if a state's output, or what it assigns, is more than AWS takes. */
export function checkOutcome(lane: Lane, what: string, { output, assigned }: Outcome): void {
  checkPayload(lane.text(output), what);
  if (!assigned) {
    return;
  }
  const texts = variableTexts(assigned);
  for (const [name, text] of Object.entries(texts)) {
    checkPayload(text, name);
  }
  if (Object.values(texts).reduce((sum, text) => sum + byteLength(text), 0) > PAYLOAD_BYTES) {
    throw dataLimitExceeded(what);
  }
  lane.variables.check(texts, what);
}

/** The JSON texts of variables, by their names. */
export function variableTexts(variables: JsonObject): { [name: string]: string } {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]));
}
