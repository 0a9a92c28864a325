import jsonata from 'jsonata';
import { contextObject } from '../context';
import { queryProblem } from '../errors';
import type { Json } from '../json';
import { pointerStep } from '../json-pointer';
import { type Complain, constant, type Evaluation, type Expression } from './expression';
import { extend, functionsOf } from './jsonata-functions';

/** What keeps an expression that runs away from taking the process with it. The timeout is in real milliseconds. */
const BOUNDS = { timeout: 5_000, stack: 1_000, sequence: 10_000_000 };

/** Whether a string is an expression: `{% … %}`, without anything around it. */
export function isJsonata(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4;
}

/** Makes an expression of a field's value, in which each string `{% … %}`, at any depth, is one. */
export function jsonataExpression(value: Json, field: string, complain: Complain): Expression {
  const evaluate = compile(value, { name: field, pointer: '' }, complain);
  if (!evaluate) {
    return constant(value);
  }
  return {
    source: typeof value === 'string' ? textOf(value) : JSON.stringify(value),
    evaluate: (at) => evaluate(bindingsOf(at)),
  };
}

type Evaluate = (bindings: { [name: string]: unknown }) => Promise<Json>;

/** Where a value is in its field: as AWS's messages say it, and as a JSON pointer. */
interface Place {
  readonly name: string;
  readonly pointer: string;
}

function compile(value: Json, place: Place, complain: Complain): Evaluate | undefined {
  if (typeof value === 'string') {
    return isJsonata(value) ? compileText(textOf(value), place, complain) : undefined;
  }
  if (value === null || typeof value !== 'object') {
    return undefined;
  }
  const inner = (key: string, item: Json, name: string) => ({
    key,
    item,
    evaluate: compile(item, { name, pointer: place.pointer + pointerStep(key) }, complain),
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

function compileText(text: string, { name: location, pointer }: Place, complain: Complain): Evaluate | undefined {
  const expression = parse(text, (problem) => complain(pointer, text, problem));
  if (!expression) {
    return undefined;
  }
  const about = `The JSONata expression '${text}' specified for the field '${location}'`;
  return async (bindings) => {
    let result: unknown;
    try {
      result = await expression.evaluate(undefined, bindings);
    } catch (error) {
      throw queryProblem(`${about} threw an error during evaluation: ${(error as Error).message}`, location);
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

function textOf(value: string): string {
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
  if (value === null || typeof value === 'string' || Number.isFinite(value) || typeof value === 'boolean') {
    return value as Json;
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
