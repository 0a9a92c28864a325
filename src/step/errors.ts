import type { IConstruct } from 'constructs';
import { invalid } from './names';

/** Errors that leave open what has happened, by their nature. */
const UNKNOWN_OUTCOME = ['Lambda.Unknown', 'Sandbox.Timedout'];

/** Checks the names that a user gives for business errors: each has to say that nothing has happened. */
export function checkBusinessErrors(
  scope: IConstruct,
  state: string,
  errors: string[] = [],
  retryOn: string[] = [],
): void {
  const both = errors.filter((error) => retryOn.includes(error));
  if (both.length > 0) {
    throw invalid(
      scope,
      `'${state}' has ${both.join(', ')} both in businessErrors, which are never retried, and in retryOn; choose one`,
    );
  }
  const wrong = errors.filter(
    (error) => error === '' || error.startsWith('States.') || UNKNOWN_OUTCOME.includes(error),
  );
  if (wrong.length > 0) {
    throw invalid(
      scope,
      `'${state}' has ${wrong.map((error) => `'${error}'`).join(', ')} in businessErrors; name errors of its own, after which it has certainly done nothing`,
    );
  }
}
