import { runtimeProblem, StateProblem } from '../errors';
import type { Json } from '../json';
import { pointerStep } from '../json-pointer';
import { type Complain, constant, type Evaluation, type Expression } from './expression';
import { type IntrinsicNode, parseIntrinsic } from './intrinsic-parser';
import { templateOf, unescaped } from './intrinsic-text';
import { INTRINSICS } from './intrinsics';
import { type AslPath, parsePath } from './paths';

/** Makes an expression of a field that holds a path, or null, which stands for an empty object. */
export function pathExpression(text: string | null): Expression {
  if (text === null) {
    return constant({});
  }
  const path = parsePath(text);
  return { source: text, evaluate: (at) => orElse(path.find(at), () => noResults(path, at)) };
}

/** Makes an expression of the path in a Wait, which AWS has words of its own for. */
export function waitExpression(text: string, field: string): Expression {
  const path = parsePath(text);
  return { source: text, evaluate: (at) => orElse(path.find(at), () => noValue(path, field)) };
}

/** Makes an expression of a field that holds a path or an intrinsic function. */
export function valueExpression(text: string, field: string): Expression {
  if (text.startsWith('$')) {
    const path = parsePath(text);
    return {
      source: text,
      evaluate: (at) => {
        if (path.ofInput && at.input === null) {
          throw runtimeProblem('Unable to apply Path transformation to null or empty input.');
        }
        return orElse(path.find(at), () => notFound(path, field, at));
      },
    };
  }
  const node = checked(parseIntrinsic(text));
  return { source: text, evaluate: (at) => evaluateNode(node, at, (path) => notFound(path, field, at)) };
}

/** Makes an expression of a payload template, in which the fields that end in `.$` are paths or intrinsic functions. */
export function templateExpression(template: Json, complain: Complain): Expression {
  const evaluate = compile(template, '', complain);
  return evaluate ? { source: JSON.stringify(template), evaluate } : constant(template);
}

type Evaluate = (at: Evaluation) => Json;

/** Undefined where there is nothing to evaluate. */
function compile(template: Json, pointer: string, complain: Complain): Evaluate | undefined {
  if (template === null || typeof template !== 'object') {
    return undefined;
  }
  if (Array.isArray(template)) {
    const items = template.map((item, index) => compile(item, pointer + pointerStep(index), complain));
    return items.some(Boolean) ? (at) => items.map((item, index) => (item ? item(at) : template[index])) : undefined;
  }
  const fields = Object.entries(template).map(([key, value]) =>
    compileField(key, value, pointer + pointerStep(key), complain),
  );
  if (!fields.some((field) => field.evaluate)) {
    return undefined;
  }
  return (at) => Object.fromEntries(fields.map(({ key, value, evaluate }) => [key, evaluate ? evaluate(at) : value]));
}

interface TemplateField {
  readonly key: string;
  readonly value: Json;
  readonly evaluate?: Evaluate;
}

function compileField(key: string, value: Json, pointer: string, complain: Complain): TemplateField {
  if (!key.endsWith('.$')) {
    return { key, value, evaluate: compile(value, pointer, complain) };
  }
  const name = key.slice(0, -2);
  if (typeof value !== 'string') {
    complain(pointer, JSON.stringify(value), `the value of '${key}' must be a path or an intrinsic function`);
    return { key: name, value };
  }
  try {
    const expression = valueExpression(value, key);
    return { key: name, value, evaluate: (at) => expression.evaluate(at) as Json };
  } catch (error) {
    complain(pointer, value, (error as Error).message);
    return { key: name, value };
  }
}

function checked(node: IntrinsicNode): IntrinsicNode {
  if (node.kind === 'call') {
    const declaration = INTRINSICS[node.name];
    if (!declaration) {
      throw new Error(`there is no intrinsic function '${node.name}'`);
    }
    if (node.args.length < declaration.least || node.args.length > declaration.most) {
      throw new Error(`'${node.text}' has ${node.args.length} arguments, which ${node.name} does not take`);
    }
    node.args.forEach(checked);
  }
  return node;
}

type Call = IntrinsicNode & { kind: 'call' };

/** @param missing what becomes of a path that finds nothing */
function evaluateNode(node: IntrinsicNode, at: Evaluation, missing: (path: AslPath) => never): Json {
  switch (node.kind) {
    case 'value':
      return node.value;
    case 'text':
      return unescaped(node.raw);
    case 'path':
      return orElse(node.path.find(at), () => missing(node.path));
    case 'call':
      return call(node, at);
  }
}

function call(node: Call, at: Evaluation): Json {
  const missing = (path: AslPath) => noArgument(path, node, at);
  try {
    const args = node.args.map((arg, index) =>
      node.name === 'States.Format' && index === 0 && arg.kind === 'text'
        ? templateOf(arg.raw)
        : evaluateNode(arg, at, missing),
    );
    return INTRINSICS[node.name].call(args, at.lane.run.random);
  } catch (error) {
    if (error instanceof StateProblem) {
      throw error;
    }
    throw new StateProblem('States.IntrinsicFailure', functionProblem(node, (error as Error).message));
  }
}

function functionProblem({ text }: Call, problem: string): string {
  return `The function '${text}' had the following error: ${problem}`;
}

/** What a path has found, which may be null. */
function orElse(found: Json | undefined, otherwise: () => never): Json {
  return found === undefined ? otherwise() : found;
}

function notFound(path: AslPath, field: string, at: Evaluation): never {
  throw runtimeProblem(
    `The JSONPath '${path.text}' specified for the field '${field}' could not be found in the input ` +
      `'${JSON.stringify(at.input)}'`,
  );
}

function noArgument(path: AslPath, of: Call, at: Evaluation): never {
  const input = JSON.stringify(at.input);
  const problem = `The JsonPath argument for the field '${path.text}' could not be found in the input '${input}'`;
  throw runtimeProblem(functionProblem(of, problem));
}

function noValue(path: AslPath, field: string): never {
  throw runtimeProblem(`The ${field} parameter does not reference an input value: ${path.text}`);
}

function noResults(path: AslPath, at: Evaluation): never {
  throw runtimeProblem(`Invalid path '${path.text}' : ${path.missing(at)}`);
}
