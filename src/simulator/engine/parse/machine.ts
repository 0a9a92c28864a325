import type { Definition, ExecutionType, State, StateGraph } from '../definition';
import type { QueryLanguage } from '../flow';
import type { Json, JsonObject } from '../json';
import type { FindingCode, Findings } from './findings';
import { checkTargets, pointerToState } from './graph';
import { Reader } from './reader';
import { parseState } from './states';

/** The variables that are assigned around a graph. */
export interface OuterVariables {
  has(name: string): boolean;
}

/** What holds for all the states of a graph. */
export interface Surroundings {
  readonly language: QueryLanguage;
  readonly outerVariables: OuterVariables;
  /** The names of all states so far, anywhere in the definition. */
  readonly names: Set<string>;
  /** The labels of all Distributed Maps so far. */
  readonly labels: Set<string>;
  /** The type of the executions that run the graph. */
  readonly type: ExecutionType;
}

/** Parses a whole definition. */
export function parseMachine(json: JsonObject, type: ExecutionType, findings: Findings): Definition {
  const reader = new Reader(json, 'State machine', findings);
  const version = reader.string('Version');
  if (version !== undefined && version !== '1.0') {
    reader.error('Version', 'must be 1.0');
  }
  const surroundings = {
    language: languageOf(reader, 'JSONPath'),
    outerVariables: new Set<string>(),
    names: new Set<string>(),
    labels: new Set<string>(),
    type,
  };
  const timeoutSeconds = reader.number('TimeoutSeconds', 1, 99_999_999);
  const graph = parseGraph(reader, surroundings);
  reader.finish();
  return { ...graph, timeoutSeconds };
}

/** Parses StartAt and States of a machine, a branch or a processor. */
export function parseGraph(reader: Reader, surroundings: Surroundings): StateGraph {
  const startAt = reader.string('StartAt', true);
  const source = reader.inner('States', true)?.object ?? {};
  const states = new Map<string, State>();
  if (reader.has('States') && Object.keys(source).length === 0) {
    reader.error('States', 'must have a state');
  }
  const assigned = assignedIn(source);
  for (const [name, json] of Object.entries(source)) {
    checkName(name, reader, surroundings.names);
    const state = stateReader(reader, name, json);
    const outerVariables = {
      has: (variable: string) => surroundings.outerVariables.has(variable) || assigned(variable, name),
    };
    const inner = { ...surroundings, outerVariables };
    const parsed = state && parseState(state, name, surroundings, inner);
    if (parsed) {
      states.set(name, parsed);
    }
  }
  const graph = { startAt, states };
  checkTargets(graph, Object.keys(source), reader);
  return graph;
}

/** The query language that an object says, or the one that holds around it. */
export function languageOf(reader: Reader, otherwise: QueryLanguage): QueryLanguage {
  const language = reader.string('QueryLanguage');
  if (language === undefined || language === 'JSONPath' || language === 'JSONata') {
    return language ?? otherwise;
  }
  reader.error('QueryLanguage', 'must be JSONPath or JSONata');
  return otherwise;
}

function stateReader(reader: Reader, name: string, json: Json): Reader | undefined {
  const location = pointerToState(reader, name);
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    reader.findings.add('SCHEMA_VALIDATION_FAILED', location, `${reader.what}: State '${name}' must be an object`);
    return undefined;
  }
  return new Reader(
    json,
    `${typeof json.Type === 'string' ? json.Type : 'State'} '${name}'`,
    reader.findings,
    location,
  );
}

function checkName(name: string, reader: Reader, names: Set<string>): void {
  const complain = (code: FindingCode, problem: string) =>
    reader.findings.add(code, pointerToState(reader, name), `${reader.what}: State '${name}' ${problem}`);
  if (name.length > 80) {
    complain('SCHEMA_VALIDATION_FAILED', `has a name of ${name.length} characters, 80 are allowed`);
  }
  if (names.has(name)) {
    complain('DUPLICATE_STATE_NAME', 'has a name that another state has too');
  }
  names.add(name);
}

/**
 * Tells of a variable whether the states of a graph assign it, around what is inside one of them. That state's own
 * Catch doesn't count: AWS lets it assign what the inside assigns too.
 */
function assignedIn(states: JsonObject): (variable: string, inside: string) => boolean {
  const assigned = new Set<string>();
  const caught = new Map<string, Set<string>>();
  for (const [name, state] of Object.entries(states)) {
    const { Assign, Catch, Choices } = (state ?? {}) as { [field: string]: unknown };
    for (const variable of [{ Assign }, ...listOf(Choices)].flatMap(variablesOf)) {
      assigned.add(variable);
    }
    for (const variable of listOf(Catch).flatMap(variablesOf)) {
      caught.set(variable, (caught.get(variable) ?? new Set()).add(name));
    }
  }
  return (variable, inside) => {
    const catching = caught.get(variable);
    return assigned.has(variable) || (catching !== undefined && catching.size > (catching.has(inside) ? 1 : 0));
  };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The names of the variables that a state, a rule or a catcher assigns. */
function variablesOf(holder: unknown): string[] {
  const assign = (holder as { Assign?: unknown } | null)?.Assign;
  return assign !== null && typeof assign === 'object' ? Object.keys(assign).map(variableName) : [];
}

/** The name of the variable that a field of Assign assigns. */
export function variableName(field: string): string {
  return field.endsWith('.$') ? field.slice(0, -2) : field;
}
