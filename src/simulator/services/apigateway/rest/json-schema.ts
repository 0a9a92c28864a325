import { isDeepStrictEqual } from 'node:util';
import { SimulatorFault } from '../../../engine/fault';

/** A JSON schema, draft 4, as models of API Gateway are written. */
export type Schema = { readonly [keyword: string]: unknown };

/** What is wrong with a value, as texts; `at` is its place. */
type Check = (value: never, argument: never, schema: Schema, at: string) => readonly string[];

const ANNOTATIONS = ['$schema', 'id', '$id', 'title', 'description', 'default', 'example', 'definitions', 'format'];

/** Those keywords that the values of one type must meet. */
const CHECKS: { readonly [keyword: string]: { readonly of?: string; readonly check: Check } } = {
  type: { check: (value: unknown, type: string | string[], _schema, at) => checkType(value, [type].flat(), at) },
  enum: {
    check: (value: unknown, values: unknown[], _schema, at) =>
      when(!values.some((one) => isDeepStrictEqual(one, value)), `${at}: not one of ${JSON.stringify(values)}`),
  },
  minLength: {
    of: 'string',
    check: (value: string, n: number, _s, at) => when([...value].length < n, `${at}: too short`),
  },
  maxLength: {
    of: 'string',
    check: (value: string, n: number, _s, at) => when([...value].length > n, `${at}: too long`),
  },
  pattern: {
    of: 'string',
    check: (value: string, pattern: string, _s, at) => when(!new RegExp(pattern).test(value), `${at}: not ${pattern}`),
  },
  minimum: {
    of: 'number',
    check: (value: number, n: number, { exclusiveMinimum }, at) =>
      when(exclusiveMinimum === true ? value <= n : value < n, `${at}: too small`),
  },
  maximum: {
    of: 'number',
    check: (value: number, n: number, { exclusiveMaximum }, at) =>
      when(exclusiveMaximum === true ? value >= n : value > n, `${at}: too large`),
  },
  exclusiveMinimum: { check: () => [] },
  exclusiveMaximum: { check: () => [] },
  multipleOf: {
    of: 'number',
    check: (value: number, n: number, _s, at) => when(!Number.isInteger(value / n), `${at}: not a multiple of ${n}`),
  },
  minItems: { of: 'array', check: (value: unknown[], n: number, _s, at) => when(value.length < n, `${at}: too few`) },
  maxItems: { of: 'array', check: (value: unknown[], n: number, _s, at) => when(value.length > n, `${at}: too many`) },
  uniqueItems: {
    of: 'array',
    check: (value: unknown[], unique: boolean, _s, at) =>
      when(
        unique && value.some((a, i) => value.slice(i + 1).some((b) => isDeepStrictEqual(a, b))),
        `${at}: not unique`,
      ),
  },
  items: {
    of: 'array',
    check: (value: unknown[], items: Schema, _s, at) => value.flatMap((item, i) => problems(item, items, `${at}/${i}`)),
  },
  required: {
    of: 'object',
    check: (value: object, names: string[], _s, at) =>
      names.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}: has no ${name}`),
  },
  properties: {
    of: 'object',
    check: (value: { [name: string]: unknown }, properties: { [name: string]: Schema }, _s, at) =>
      Object.entries(properties).flatMap(([name, schema]) =>
        Object.hasOwn(value, name) ? problems(value[name], schema, `${at}/${name}`) : [],
      ),
  },
  additionalProperties: {
    of: 'object',
    check: (value: { [name: string]: unknown }, allowed: boolean | Schema, { properties = {} }, at) =>
      Object.keys(value)
        .filter((name) => !Object.hasOwn(properties as object, name))
        .flatMap((name) => {
          if (typeof allowed === 'boolean') return when(!allowed, `${at}: may not have ${name}`);
          return problems(value[name], allowed, `${at}/${name}`);
        }),
  },
  minProperties: {
    of: 'object',
    check: (value: object, n: number, _s, at) => when(Object.keys(value).length < n, `${at}: too few properties`),
  },
  maxProperties: {
    of: 'object',
    check: (value: object, n: number, _s, at) => when(Object.keys(value).length > n, `${at}: too many properties`),
  },
};

/** What is wrong with a value by a schema; nothing where it is valid. Throws for keywords that it doesn't have. */
export function problems(value: unknown, schema: Schema, at = ''): readonly string[] {
  const kind = typeOf(value);
  return Object.entries(schema).flatMap(([keyword, argument]) => {
    if (ANNOTATIONS.includes(keyword)) return [];
    const known = CHECKS[keyword];
    if (!known) throw new SimulatorFault(`The JSON schema's keyword ${keyword}, at '${at}', is not supported`);
    const applies = known.of === undefined || known.of === (kind === 'integer' ? 'number' : kind);
    return applies ? known.check(value as never, argument as never, schema, at) : [];
  });
}

function checkType(value: unknown, types: readonly string[], at: string): readonly string[] {
  const kind = typeOf(value);
  const is = types.includes(kind) || (kind === 'integer' && types.includes('number'));
  return when(!is, `${at}: is ${kind}, and not ${types.join(' or ')}`);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function when(is: boolean, problem: string): readonly string[] {
  return is ? [problem] : [];
}
