import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const MAX_STATE_NAME = 80;

/** An error that says where in the app something is wrong. */
export function invalid(scope: IConstruct, message: string): Error {
  return new Error(`${scope.node.path}: ${message}`);
}

/** Checks the name of a state, which is made of the user's names. */
export function stateName(scope: IConstruct, name: string): string {
  if (name.length > MAX_STATE_NAME) {
    throw invalid(
      scope,
      `the state name '${name}' has ${name.length} characters, Step Functions allows ${MAX_STATE_NAME}; shorten the names of its steps`,
    );
  }
  return name;
}

/** The construct id of a step, apart from the ids of what else its flow creates. */
export function stepId(name: string): string {
  return `Step ${name}`;
}

/**
 * Checks the names that a user gave to the steps of one flow.
 *
 * @param taken the names of the flow's own states
 */
export function checkStepNames(scope: IConstruct, flow: string, names: string[], taken: string[] = []): void {
  if (names.length === 0) throw invalid(scope, `${flow} has no steps; give it at least one`);
  for (const [index, name] of names.entries()) {
    const given = `step ${index + 1} of ${flow}`;
    if (Token.isUnresolved(name)) {
      throw invalid(
        scope,
        `the name of ${given} is a token; state names are made of it, so it must be known at synthesis`,
      );
    }
    if (name.trim() === '')
      throw invalid(scope, `the name of ${given} is empty; give a name of 1 to ${MAX_STATE_NAME} characters`);
    if (/[.#/]/.test(name)) {
      throw invalid(
        scope,
        `the name of ${given}, '${name}', has one of . # / in it, which separate names in those of states and in idempotency keys; leave them out`,
      );
    }
    if (/\p{Cc}/u.test(name)) {
      throw invalid(scope, `the name of ${given}, ${JSON.stringify(name)}, has control characters; use visible ones`);
    }
    if (taken.includes(name)) {
      throw invalid(scope, `the name of ${given}, '${name}', is that of a state of ${flow} itself; give another one`);
    }
    // As a key of the definition JavaScript would lose it.
    if (name === '__proto__') throw invalid(scope, `the name of ${given} is '__proto__'; give another one`);
    const first = names.indexOf(name);
    if (first !== index) {
      throw invalid(
        scope,
        `steps ${first + 1} and ${index + 1} of ${flow} are both named '${name}'; give each a name of its own`,
      );
    }
  }
}
