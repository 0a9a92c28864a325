import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { WorstCaseTerm } from '../step/bind';
import { invalid } from '../step/names';
import { sumOf } from '../step/worst-case';

/** For the states themselves, which the sum doesn't count. */
const MARGIN_SECONDS = 60;

/** The timeout of a workflow: longer than its worst path, or an error that has the arithmetic. */
export function workflowTimeout(scope: Construct, terms: WorstCaseTerm[], given?: Duration): Duration {
  const seconds = sumOf(terms);
  if (seconds === undefined) {
    const unknown = terms.filter((term) => term.duration === undefined);
    if (given !== undefined) return given;
    throw invalid(
      scope,
      `how long it may take isn't known, because of ${unknown.map((term) => term.description).join('; ')}; give a timeout that is longer than its worst path`,
    );
  }
  if (given === undefined) return Duration.seconds(seconds + MARGIN_SECONDS);
  if (given.isUnresolved() || given.toMilliseconds() / 1000 > seconds) return given;
  throw invalid(
    scope,
    [
      `the timeout, ${given.toMilliseconds() / 1000} s, is not longer than the worst path, ${seconds} s; give more, or shorten the steps' timeouts and retries:`,
      ...terms.map((term) => `  ${term.description}`),
    ].join('\n'),
  );
}
