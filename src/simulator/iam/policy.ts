import { SimulatorFault } from '../engine/fault';

/** Where a statement is written. */
export interface StatementRef {
  /** The logical id of the policy; `<role>/<name>` for one inside a role; the ARN of one that AWS manages. */
  readonly policy: string;
  readonly stackName?: string;
  /** Its place in the policy's list, from 0. */
  readonly index: number;
  readonly sid?: string;
}

/** A list of patterns, of which one must match, or, negated, none. */
export interface Patterns {
  readonly patterns: readonly string[];
  readonly negated: boolean;
}

/** The principals by kind, e.g. `{ Service: ['states.amazonaws.com'] }`. */
export type Principals = { readonly [kind: string]: readonly string[] };

/** One line of a `Condition` block: an operator, a key, and the values. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** A statement of a policy, in one form however it was written. */
export interface Statement {
  readonly ref: StatementRef;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Patterns;
  /** Left out where a policy stands on the resource it speaks of, e.g. a role's trust. */
  readonly resources?: Patterns;
  /** Left out where a policy stands on the principal that it speaks of. */
  readonly principals?: { readonly principals: Principals; readonly negated: boolean };
  readonly conditions: readonly Condition[];
  /** Whether `${…}` stands for a value of the request; in policies of the language's first version it doesn't. */
  readonly hasVariables: boolean;
}

type Element = { readonly [name: string]: unknown };

const ELEMENTS = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
];

/** The statements of a policy document. */
export function parsePolicy(document: unknown, policy: string, stackName?: string): Statement[] {
  const { Statement: statements, Version } = ((typeof document === 'string' ? JSON.parse(document) : document) ??
    {}) as Element;
  return listOf(statements).map((statement, index) =>
    parseStatement(statement as Element, { policy, stackName, index }, Version === '2012-10-17'),
  );
}

/** A statement's place, for messages. */
export function describeStatement({ stackName, policy, sid, index }: StatementRef): string {
  return `Policy ${stackName ? `${stackName}.` : ''}${policy}, statement ${sid ?? index}`;
}

function parseStatement(statement: Element, place: StatementRef, hasVariables: boolean): Statement {
  const ref = statement.Sid === undefined ? place : { ...place, sid: String(statement.Sid) };
  const unknown = Object.keys(statement).find((name) => !ELEMENTS.includes(name));
  if (unknown) {
    throw new SimulatorFault(`${describeStatement(ref)}: the element ${unknown} is not supported.`);
  }
  const actions = patternsOf(statement, 'Action');
  if ((statement.Effect !== 'Allow' && statement.Effect !== 'Deny') || !actions) {
    throw new SimulatorFault(`${describeStatement(ref)} needs an Effect, Allow or Deny, and an Action.`);
  }
  return {
    ref,
    effect: statement.Effect,
    actions,
    resources: patternsOf(statement, 'Resource'),
    principals: principalsOf(statement),
    conditions: conditionsOf(statement),
    hasVariables,
  };
}

function patternsOf(statement: Element, name: 'Action' | 'Resource'): Patterns | undefined {
  const negated = statement[name] === undefined;
  const patterns = negated ? statement[`Not${name}`] : statement[name];
  return patterns === undefined ? undefined : { patterns: textsOf(patterns), negated };
}

function principalsOf(statement: Element): Statement['principals'] {
  const negated = statement.Principal === undefined;
  const written = negated ? statement.NotPrincipal : statement.Principal;
  if (written === undefined) {
    return undefined;
  }
  const kinds = written === '*' ? { AWS: '*' } : (written as Element);
  const principals = Object.fromEntries(Object.entries(kinds).map(([kind, names]) => [kind, textsOf(names)]));
  return { principals, negated };
}

function conditionsOf(statement: Element): Condition[] {
  return Object.entries((statement.Condition ?? {}) as Element).flatMap(([operator, keys]) =>
    Object.entries(keys as Element).map(([key, values]) => ({ operator, key, values: textsOf(values) })),
  );
}

function textsOf(value: unknown): string[] {
  return listOf(value).map(String);
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
