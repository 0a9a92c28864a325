import * as fs from 'node:fs';
import { SimulatorFault } from '../engine/fault';
import type { Resource, Resources } from './resource';

type Substitutions = { readonly [name: string]: unknown };

/** The definition of a state machine as an object, from wherever its template has it, with its substitutions made. */
export function stateMachineDefinition(machine: Resource, resources: Resources): unknown {
  const { Definition, DefinitionString, DefinitionS3Location, DefinitionSubstitutions } = machine.properties;
  const substitutions = (DefinitionSubstitutions ?? {}) as Substitutions;
  const given = [Definition, DefinitionString, DefinitionS3Location].filter((source) => source !== undefined);
  if (given.length !== 1) {
    throw new SimulatorFault(`${machine.stackName}.${machine.logicalId} needs exactly one definition.`);
  }
  if (Definition !== undefined) {
    return substituteAll(Definition, substitutions);
  }
  return parse(machine, substitute(String(DefinitionString ?? readAsset(machine, resources)), substitutions));
}

function readAsset(machine: Resource, resources: Resources): string {
  const { Bucket, Key } = machine.properties.DefinitionS3Location as { Bucket: string; Key: string };
  const file = resources.assetPath(Bucket, Key);
  if (!file) {
    throw new SimulatorFault(
      `${machine.stackName}.${machine.logicalId}: DefinitionS3Location s3://${Bucket}/${Key} is not in the assembly.`,
    );
  }
  return fs.readFileSync(file, 'utf8');
}

function parse(machine: Resource, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SimulatorFault(`${machine.stackName}.${machine.logicalId}: the definition is not JSON: ${error}`);
  }
}

function substitute(text: string, substitutions: Substitutions): string {
  return text.replace(/\$\{([^}]*)\}/g, (placeholder, name) =>
    Object.hasOwn(substitutions, name) ? String(substitutions[name]) : placeholder,
  );
}

function substituteAll(value: unknown, substitutions: Substitutions): unknown {
  if (typeof value === 'string') {
    return substitute(value, substitutions);
  }
  if (Array.isArray(value)) {
    return value.map((item) => substituteAll(item, substitutions));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substituteAll(item, substitutions)]));
  }
  return value;
}
