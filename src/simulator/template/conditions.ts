import { SimulatorFault } from '../engine/fault';
import { argumentsOf, resolve, type Scope } from './intrinsics';

/** Evaluates what a template's `Conditions` say, e.g. `{ 'Fn::Equals': […] }`. */
export function evaluateCondition(expression: unknown, scope: Scope, at: string): boolean {
  const entries = Object.entries((expression ?? {}) as object);
  if (typeof expression !== 'object' || entries.length !== 1) {
    throw new SimulatorFault(`${at}: ${JSON.stringify(expression)} is not a condition.`);
  }
  const [[name, value]] = entries as [[string, unknown]];
  const every = () => argumentsOf(value, at, name).map((part) => evaluateCondition(part, scope, `${at}.${name}`));
  switch (name) {
    case 'Condition':
      return scope.condition(String(value), at);
    case 'Fn::And':
      return every().every(Boolean);
    case 'Fn::Or':
      return every().some(Boolean);
    case 'Fn::Not':
      return !every()[0];
    case 'Fn::Equals': {
      const [left, right] = argumentsOf(value, at, name, 2).map((side) => resolve(side, scope, `${at}.${name}`));
      return JSON.stringify(left) === JSON.stringify(right);
    }
    default:
      throw new SimulatorFault(`${at}: ${name} is not supported in a condition.`);
  }
}
