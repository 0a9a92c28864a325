import jsonata from 'jsonata';
import { contextObject } from '../context';
import { queryProblem } from '../errors';
import type { Json } from '../json';
import { pointerStep } from '../json-pointer';
import { BoundedRegExp } from './bounded-regexp';
import { type Complain, constant, type Evaluation, type Expression } from './expression';
import { extend, functionsOf, MAX_SEQUENCE } from './jsonata-functions';
import { reasonOf } from './jsonata-problem';
import { missingMembers, type StatesMember, unsupportedReferences } from './jsonata-references';

/** What keeps an expression that runs away from taking the process with it. AWS was seen to have the depth and length. */
const BOUNDS = {
  timeout: 5_000,
  stack: 100,
  sequence: MAX_SEQUENCE,
  RegexEngine: BoundedRegExp as unknown as RegExpConstructor,
};

/** Whether a string is an expression: `{% … %}`, without anything around it. */
export function isJsonata(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4;
}

/** Makes an expression of a field's value, in which each string `{% … %}`, at any depth, is one. */
export function jsonataExpression(
  value: Json,
  field: string,
  complain: Complain,
  offered: readonly StatesMember[] = [],
): Expression {
  const evaluate = compile(value, { name: field, pointer: '', offered }, complain);
  if (!evaluate) {
    return constant(value);
  }
  return {
    source: typeof value === 'string' ? expressionText(value) : JSON.stringify(value),
    evaluate: (at) => evaluate(bindingsOf(at)),
  };
}

type Evaluate = (bindings: { [name: string]: unknown }) => Promise<Json>;

/** Where a value is in its field: as AWS's messages say it, and as a JSON pointer. */
interface Place {
  readonly name: string;
  readonly pointer: string;
  /** What of `$states` the field has, beside input and context. */
  readonly offered: readonly StatesMember[];
}

function compile(value: Json, place: Place, complain: Complain): Evaluate | undefined {
  if (typeof value === 'string') {
    return isJsonata(value) ? compileText(expressionText(value), place, complain) : undefined;
  }
  if (value === null || typeof value !== 'object') {
    return undefined;
  }
  const inner = (key: string, item: Json, name: string) => ({
    key,
    item,
    evaluate: compile(item, { ...place, name, pointer: place.pointer + pointerStep(key) }, complain),
  });
  const parts = Array.isArray(value)
    ? value.map((item, index) => inner(String(index), item, `${place.name}[${index}]`))
    : Object.entries(value).map(([key, item]) => inner(key, item, `${place.name}/${key}`));
  if (!parts.some((part) => part.evaluate)) {
    return undefined;
  }
  return async (bindings) => {
    const result = (Array.isArray(value) ? [] : {}) as { [key: string]: Json };
    for (const { key, item, evaluate } of parts) {
      result[key] = evaluate ? await evaluate(bindings) : item;
    }
    return result;
  };
}

function compileText(text: string, place: Place, complain: Complain): Evaluate | undefined {
  const { name: location, pointer } = place;
  const expression = parse(text, (problem) => complain(pointer, text, problem, 'INVALID_JSONATA_EXPRESSION'));
  if (!expression) {
    return undefined;
  }
  const tree = expression.ast();
  const problems = [
    ...unsupportedReferences(tree).map((name) => `Reference to '${name}' at the top level is not supported.`),
    ...missingMembers(tree, place.offered).map((name) => `$states.${name} is not available in this field.`),
  ];
  for (const problem of problems) {
    complain(pointer, text, problem, 'UNSUPPORTED_JSONATA_EXPRESSION');
  }
  const about = `The JSONata expression '${text}' specified for the field '${location}'`;
  return async (bindings) => {
    let result: unknown;
    try {
      result = await expression.evaluate(undefined, bindings);
    } catch (error) {
      throw queryProblem(`${about} threw an error during evaluation${reasonOf(error)}`, location);
    }
    if (result === undefined) {
      throw queryProblem(`${about} returned nothing (undefined).`, location);
    }
    return toJson(result, () => queryProblem(`${about} returned an unsupported result type.`, location));
  };
}

function parse(text: string, complain: (problem: string) => void): jsonata.Expression | undefined {
  try {
    const expression = jsonata(text, BOUNDS as jsonata.JsonataOptions);
    extend(expression);
    return expression;
  } catch (error) {
    complain((error as Error).message);
    return undefined;
  }
}

/** The expression between `{%` and `%}`. */
export function expressionText(value: string): string {
  return value.slice(2, -2).trim();
}

function bindingsOf(at: Evaluation): { [name: string]: unknown } {
  const { lane, input, result, errorOutput, item } = at;
  return {
    ...functionsOf(lane.run),
    ...lane.variables.all(),
    states: { input, result, errorOutput, context: contextObject(lane, item ?? lane.item) },
  };
}

/** Plain data: JSONata marks the arrays that it makes, and its functions are objects. */
function toJson(value: unknown, unsupported: () => Error): Json {
  if (typeof value === 'number') {
    // AWS: a text stands for what is no number in JSON.
    return Number.isFinite(value) ? value : String(value);
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  if (typeof value !== 'object' || '_jsonata_function' in value || '_jsonata_lambda' in value) {
    throw unsupported();
  }
  if (Array.isArray(value)) {
    return value.map((item) => toJson(item, unsupported));
  }
  const result: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) {
      result[key] = toJson(item, unsupported);
    }
  }
  return result;
}
