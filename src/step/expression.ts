import { Token, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { ItemPlace } from './bind';
import { invalid } from './names';

/** A JSONata expression as the Amazon States Language marks one. */
export function jsonata(expression: string): string {
  return `{% ${expression} %}`;
}

/** A string literal of JSONata. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** An object constructor of JSONata: a field whose value is undefined drops out. */
export function object(fields: { readonly [name: string]: string }): string {
  return `{ ${Object.entries(fields)
    .map(([name, value]) => `${quote(name)}: ${value}`)
    .join(', ')} }`;
}

/** Marks each value as a JSONata expression. */
export function marked(fields: { readonly [name: string]: string }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(fields).map(([name, expression]) => [name, jsonata(expression)]));
}

/**
 * The name of a variable of ours in a scope. AWS forbids an inner scope's variable that has an outer one's name,
 * so each depth has its own.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export function variable(name: 'results' | 'saga' | 'child' | 'failures', depth: number): string {
  return depth === 0 ? name : `${name}${depth + 1}`;
}

/** What a user's expression, or a function's event, stands in. */
export interface Surroundings {
  readonly depth: number;
  readonly item?: ItemPlace;
  readonly withoutResultOf?: string;
  /** What it can say besides `$input`, `$results` and `$states`: JSONata by the word. */
  readonly eventFields?: { readonly [word: string]: string };
}

/** The results of all the steps so far that a step can see, the inner ones over the outer ones. */
export function resultsInSight({ depth, item, withoutResultOf }: Surroundings): string {
  const scopes = Array.from({ length: depth + 1 }, (_, outer) => `$${variable('results', outer)}`);
  const visible = item ? [item.results, ...scopes.slice(item.hiddenScopes)] : scopes;
  const results = `$merge([{}, ${visible.join(', ')}])`;
  if (withoutResultOf === undefined) return results;
  return `$merge([{}, $sift(${results}, function($v, $k) { $k != ${quote(withoutResultOf)} })])`;
}

/**
 * Gives the expressions in a value of the user's their words (`$input`, `$results`, …), by binding them inside each
 * expression that says one: a variable of the workflow would cost a state.
 */
export function withVocabulary(value: unknown, surroundings: Surroundings): unknown {
  if (typeof value === 'string') return bindWords(value, surroundings);
  if (Array.isArray(value)) return value.map((item) => withVocabulary(item, surroundings));
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withVocabulary(item, surroundings)]));
  }
  return value;
}

function bindWords(text: string, surroundings: Surroundings): string {
  const expression = expressionIn(text);
  if (expression === undefined) return text;
  const words = { input: inputOf(surroundings), results: resultsInSight(surroundings), ...surroundings.eventFields };
  const bindings = Object.entries(words)
    // A word that is called, as $error(…), is JSONata's own function.
    .filter(([word]) => new RegExp(`\\$${word}\\b(?!\\s*\\()`).test(expression))
    .map(([word, meaning]) => `$${word} := ${meaning}`);
  return bindings.length === 0 ? text : jsonata(`(${[...bindings, expression].join('; ')})`);
}

/** The JSONata of a step's input. */
export function inputOf({ item }: Pick<Surroundings, 'item'>): string {
  return item?.input ?? '$states.input';
}

/** One JSONata expression for a value of the user's, with the expressions in it. */
export function expressionOf(scope: IConstruct, value: unknown, surroundings: Surroundings): string {
  const inner = (item: unknown) => expressionOf(scope, item, surroundings);
  if (typeof value === 'string') return expressionIn(bindWords(value, surroundings)) ?? quote(value);
  if (Array.isArray(value)) return `[${value.map((item) => element(item, inner(item))).join(', ')}]`;
  if (isPlainObject(value)) {
    return object(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)])));
  }
  if (typeof value === 'number' && Token.isUnresolved(value)) return Tokenization.stringifyNumber(value);
  if (Token.isUnresolved(value)) {
    throw invalid(
      scope,
      'a token that is neither a text nor a number stands in an input, which has to be one expression',
    );
  }
  return JSON.stringify(value);
}

/** JSONata would lay the items of an array that an expression gives beside the other elements. */
function element(item: unknown, expression: string): string {
  if (typeof item !== 'string' || expressionIn(item) === undefined) return expression;
  return `($item := ${expression}; $type($item) = "array" ? [[$item]] : $item)`;
}

/** The JSONata of a step's result: what came back, or what the user's expression makes of it. */
export function resultOf(response: string, output: string | undefined, surroundings: Surroundings): string {
  if (output === undefined) return response;
  const eventFields = { ...surroundings.eventFields, result: response };
  return expressionIn(bindWords(output, { ...surroundings, eventFields })) ?? quote(output);
}

/** What is between the marks of an expression; undefined for a text that is none. */
export function expressionIn(text: string): string | undefined {
  return /^\{%([\s\S]*)%\}$/.exec(text)?.[1].trim();
}

/** Whether a value is an object of fields, and no token of CDK's. */
export function isPlainObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
}
