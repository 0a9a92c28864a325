import type { Field, MapState, ParallelState, State, WaitState } from '../definition';
import type { Flow, QueryLanguage } from '../flow';
import { constant } from '../query/expression';
import { isJsonata } from '../query/jsonata';
import { valueExpression, waitExpression } from '../query/jsonpath-expression';
import { parseTimestamp } from '../query/timestamp';
import { parseChoices } from './choice';
import { typedField } from './fields';
import { type FlowField, parseFlow } from './flow';
import { languageOf, parseGraph, type Surroundings } from './machine';
import { parseMap } from './map';
import type { Reader } from './reader';
import { parseRecovery } from './recovery';
import { parseTask } from './task';

/** What the parser of a type of state gets. */
export interface StateSource {
  readonly reader: Reader;
  readonly name: string;
  readonly language: QueryLanguage;
  readonly flow: Flow;
  readonly surroundings: Surroundings;
  /** What holds inside the state's own branches or processor. */
  readonly inner: Surroundings;
}

const WORKING: readonly FlowField[] = ['input', 'payload', 'resultSelector', 'resultPath', 'output', 'assign'];

/** Which fields data goes through, by the type of state. */
const FLOW_FIELDS: { readonly [type: string]: readonly FlowField[] } = {
  Pass: ['input', 'payload', 'resultPath', 'output', 'assign'],
  Succeed: ['input', 'output'],
  Fail: [],
  Wait: ['input', 'output', 'assign'],
  Choice: ['input', 'output', 'assign'],
  Task: WORKING,
  Parallel: WORKING,
  // A Map's Parameters are the old name of its ItemSelector.
  Map: WORKING.filter((field) => field !== 'payload'),
};

/** The states whose Assign and Output have a result. */
const WITH_RESULT = ['Pass', 'Task', 'Parallel', 'Map'];

/** Parses a state; undefined if it has no type. */
export function parseState(reader: Reader, name: string, around: Surroundings, inner: Surroundings): State | undefined {
  const type = reader.string('Type', true);
  if (!Object.hasOwn(FLOW_FIELDS, type)) {
    reader.error('Type', `must be one of ${Object.keys(FLOW_FIELDS).join(', ')}`);
    return undefined;
  }
  const language = languageOf(reader, around.language);
  if (around.language === 'JSONata' && language === 'JSONPath') {
    reader.error('QueryLanguage', "can't be JSONPath where the state machine's is JSONata");
  }
  // A Pass in JSONata has no Arguments.
  const fields = FLOW_FIELDS[type].filter(
    (field) => !(type === 'Pass' && language === 'JSONata' && field === 'payload'),
  );
  const flow = parseFlow(reader, language, fields, around.outerVariables, WITH_RESULT.includes(type) ? ['result'] : []);
  const common = {
    name,
    flow,
    entered: `${type}StateEntered`,
    exited: `${type}StateExited`,
    ...transition(reader, type),
  };
  const source = { reader, name, language, flow, surroundings: around, inner };
  const state = { ...common, type, ...fieldsOf(type as State['type'], source) } as State;
  reader.finish();
  return state;
}

function fieldsOf(type: State['type'], source: StateSource): object {
  const { reader, language } = source;
  switch (type) {
    case 'Pass':
      return language === 'JSONPath' ? { result: reader.value('Result') } : {};
    case 'Succeed':
      return {};
    case 'Fail':
      return {
        // These alone may be made by a function.
        error: typedField(reader, 'Error', 'string', language, valueExpression),
        cause: typedField(reader, 'Cause', 'string', language, valueExpression),
      };
    case 'Wait':
      return parseWait(source);
    case 'Choice':
      return parseChoices(source);
    case 'Task':
      return parseTask(source);
    case 'Parallel':
      return parseParallel(source);
    case 'Map':
      return parseMap(source) satisfies Partial<MapState>;
  }
}

function transition(reader: Reader, type: string): { next?: string } {
  if (type === 'Choice' || type === 'Succeed' || type === 'Fail') {
    return {};
  }
  const next = reader.string('Next');
  const end = reader.boolean('End');
  if ((next !== undefined) === (end === true)) {
    reader.error('Next', next === undefined ? 'is missing, and so is End' : "and End can't both be there");
  }
  return { next };
}

function parseWait({ reader, language }: StateSource): Partial<WaitState> {
  const fields = [
    typedField(reader, 'Seconds', 'integer', language, waitExpression),
    typedField(reader, 'Timestamp', 'string', language, waitExpression),
  ].filter((field): field is Field => field !== undefined);
  if (fields.length !== 1) {
    reader.error('Seconds', 'or Timestamp must say how long to wait, one of them');
  }
  const timestamp = reader.object.Timestamp;
  if (
    typeof timestamp === 'string' &&
    !(language === 'JSONata' && isJsonata(timestamp)) &&
    parseTimestamp(timestamp) === undefined
  ) {
    reader.error('Timestamp', `must be an ISO 8601 date-time with an offset, but is ${timestamp}`);
  }
  return { until: fields[0] ?? { name: 'Seconds', expression: constant(0) } };
}

function parseParallel(source: StateSource): Partial<ParallelState> {
  const { reader, inner } = source;
  const branches = (reader.array('Branches', true) ?? []).flatMap((json, index) => {
    const branch = reader.innerOf(`Branches[${index}]`, json);
    const graph = branch && parseGraph(branch, inner);
    branch?.finish();
    return graph ? [graph] : [];
  });
  if (branches.length === 0) {
    reader.error('Branches', 'must have a branch');
  }
  return { branches, ...parseRecovery(source) };
}
