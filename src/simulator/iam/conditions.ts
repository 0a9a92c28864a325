import { SimulatorFault } from '../engine/fault';
import type { Context } from './context';
import { arnLike, exactText, like, type Pattern, parsePattern, type Variables } from './pattern';
import type { Condition } from './policy';

/** Whether a value of the request is what a pattern of the policy says. */
type Comparison = (value: string, pattern: Pattern) => boolean;

const equal: Comparison = (value, pattern) => value === exactText(pattern);
const numeric = (compare: (value: number, limit: number) => boolean): Comparison => {
  return (value, pattern) => compare(Number(value), Number(exactText(pattern)));
};
const date = (compare: (value: number, limit: number) => boolean): Comparison => {
  return (value, pattern) => compare(instant(value), instant(exactText(pattern)));
};

/** The operators that something must be; `negations` are those that it must not be. */
const COMPARISONS: { readonly [operator: string]: Comparison } = {
  StringEquals: equal,
  StringEqualsIgnoreCase: (value, pattern) => value.toLowerCase() === exactText(pattern)?.toLowerCase(),
  StringLike: (value, pattern) => like(pattern, value),
  ArnEquals: (value, pattern) => arnLike(pattern, value),
  ArnLike: (value, pattern) => arnLike(pattern, value),
  Bool: (value, pattern) => value.toLowerCase() === exactText(pattern)?.toLowerCase(),
  NumericEquals: numeric((value, limit) => value === limit),
  NumericLessThan: numeric((value, limit) => value < limit),
  NumericLessThanEquals: numeric((value, limit) => value <= limit),
  NumericGreaterThan: numeric((value, limit) => value > limit),
  NumericGreaterThanEquals: numeric((value, limit) => value >= limit),
  DateEquals: date((value, limit) => value === limit),
  DateLessThan: date((value, limit) => value < limit),
  DateLessThanEquals: date((value, limit) => value <= limit),
  DateGreaterThan: date((value, limit) => value > limit),
  DateGreaterThanEquals: date((value, limit) => value >= limit),
};

const NEGATIONS: { readonly [operator: string]: string } = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** Whether a request meets one condition of a statement. */
export function meets(condition: Condition, context: Context, variables: Variables | undefined): boolean {
  const values = context.get(condition.key);
  const [, set, name, ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/.exec(condition.operator) ?? [];
  if (name === 'Null') {
    return condition.values.some((expected) => (expected.toLowerCase() === 'true') === (values === undefined));
  }
  const negated = Object.hasOwn(NEGATIONS, name);
  const compare = COMPARISONS[negated ? NEGATIONS[name] : name];
  if (!compare) {
    throw new SimulatorFault(`the condition operator ${condition.operator} is not supported.`);
  }
  const patterns = condition.values.map((value) => parsePattern(value, variables));
  const test = (value: string): boolean => patterns.some((pattern) => compare(value, pattern)) !== negated;
  if (set === 'ForAllValues') {
    return (values ?? []).every(test);
  }
  if (values === undefined || values.length === 0) {
    return Boolean(ifExists) || (negated && !set);
  }
  if (!set && values.length > 1) {
    throw new SimulatorFault(`${condition.key} has several values: ${name} needs ForAnyValue or ForAllValues.`);
  }
  return values.some(test);
}

/** A date as a number: ISO 8601, or seconds since 1970. */
function instant(text: string | undefined): number {
  return /^\d+$/.test(text ?? '') ? Number(text) * 1000 : Date.parse(text ?? '');
}
