import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './names';

/** What a state waits for, and how long it takes itself. */
export interface Awaited {
  readonly path: string;
  readonly timeout: Duration;
  /** For the way there and back. */
  readonly margin: Duration;
}

/** The timeout of a state: longer than that of what it waits for, which would else still run when it is given up. */
export function stateTimeout(scope: IConstruct, state: string, awaited: Awaited, given?: Duration): Duration {
  const { path, timeout: own, margin } = awaited;
  if (given === undefined) {
    if (own.isUnresolved())
      throw invalid(scope, `the timeout of ${path} isn't known at synthesis; give one for '${state}'`);
    return own.plus(margin);
  }
  if (given.isUnresolved() || given.toMilliseconds() % 1000 !== 0) {
    throw invalid(scope, `the timeout of '${state}' must be known at synthesis, in whole seconds`);
  }
  if (!own.isUnresolved() && given.toSeconds() <= own.toSeconds()) {
    throw invalid(
      scope,
      `the timeout of '${state}', ${given.toSeconds()} s, is not longer than that of ${path}, ${own.toSeconds()} s; give more: it would still run when the state has given it up`,
    );
  }
  return given;
}
