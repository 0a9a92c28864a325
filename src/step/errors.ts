import type { IConstruct } from 'constructs';
import { invalid } from './names';

/** Errors that leave open what has happened, by their nature. */
const UNKNOWN_OUTCOME = ['Lambda.Unknown', 'Sandbox.Timedout'];

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html */
const MAX_ERROR = 256;

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
  const unfit = [...errors, ...retryOn].filter((error) => error.length === 0 || error.length > MAX_ERROR);
  if (unfit.length > 0) {
    throw invalid(
      scope,
      `'${state}' names an error of ${unfit[0].length} characters, which no error of Step Functions has; give 1 to ${MAX_ERROR}`,
    );
  }
  const wrong = errors.filter((error) => error.startsWith('States.') || UNKNOWN_OUTCOME.includes(error));
  if (wrong.length > 0) {
    throw invalid(
      scope,
      `'${state}' has ${wrong.map((error) => `'${error}'`).join(', ')} in businessErrors; name errors of its own, after which it has certainly done nothing`,
    );
  }
}
