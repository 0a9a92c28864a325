import type { Definition, ExecutionType } from './definition';
import { SimulatorFault } from './fault';
import type { JsonObject } from './json';
import { type Finding, Findings } from './parse/findings';
import { parseMachine } from './parse/machine';

/**
 * Checks a definition (or its JSON text) and makes it ready to run. Throws one Error that lists all that is wrong with
 * it; or a SimulatorFault that lists what the simulator doesn't support.
 */
export function parseDefinition(json: unknown, type: ExecutionType = 'STANDARD'): Definition {
  const findings = new Findings();
  const definition = parsed(json, type, findings);
  if (!definition || findings.errors.length > 0) {
    throw new Error(`The definition is invalid:\n${findings.errors.map(line).join('\n')}`);
  }
  if (findings.unsupported.length > 0) {
    throw new SimulatorFault(findings.unsupported.join('\n'));
  }
  return definition;
}

/** All that is wrong with a definition (or its JSON text), as AWS's ValidateStateMachineDefinition reports it. */
export function checkDefinition(json: unknown, type: ExecutionType = 'STANDARD'): readonly Finding[] {
  const findings = new Findings();
  parsed(json, type, findings);
  return findings.errors;
}

function parsed(json: unknown, type: ExecutionType, findings: Findings): Definition | undefined {
  const object = objectOf(json, findings);
  try {
    return object && parseMachine(object, type, findings);
  } catch (error) {
    // The call stack is full.
    if (error instanceof RangeError) {
      findings.add('SCHEMA_VALIDATION_FAILED', '', 'State machine: is nested too deeply');
      return undefined;
    }
    throw error;
  }
}

function objectOf(json: unknown, findings: Findings): JsonObject | undefined {
  let value = json;
  if (typeof json === 'string') {
    try {
      value = JSON.parse(json);
    } catch (error) {
      findings.add('INVALID_JSON_DESCRIPTION', '', `A definition must be JSON: ${(error as Error).message}`);
      return undefined;
    }
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    findings.add('INVALID_JSON_DESCRIPTION', '', 'A definition must be a JSON object');
    return undefined;
  }
  return value as JsonObject;
}

function line({ code, location, message }: Finding): string {
  return `- ${message} (${code} at ${location || '/'})`;
}
