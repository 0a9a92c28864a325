import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { WorstCaseTerm } from '../step/bind';
import { invalid } from '../step/names';
import { sumOf } from '../step/worst-case';

/** For the states themselves, which the sum doesn't count. */
const MARGIN_SECONDS = 60;

/** The most that an execution may take. */
export interface ExecutionLimit {
  readonly seconds: number;
  readonly what: string;
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const STANDARD_LIMIT: ExecutionLimit = {
  seconds: 365 * 24 * 60 * 60,
  what: 'the year that an execution may take',
};
export const EXPRESS_LIMIT: ExecutionLimit = {
  seconds: 5 * 60,
  what: 'the 300 s that an execution of an Express workflow may take',
};

/** The timeout of a workflow: longer than its worst path, or an error that has the arithmetic. */
export function workflowTimeout(
  scope: Construct,
  limit: ExecutionLimit,
  terms: WorstCaseTerm[],
  given?: Duration,
): Duration {
  const unknown = terms.filter((term) => term.duration === undefined);
  const known = sumOf(terms.filter((term) => term.duration !== undefined)) ?? 0;
  if (given === undefined && unknown.length > 0) {
    throw invalid(
      scope,
      `how long it may take isn't known, because of ${unknown.map((term) => term.description).join('; ')}; give a timeout that is longer than its worst path`,
    );
  }
  if (known >= limit.seconds) {
    throw invalid(
      scope,
      [
        `the worst path, ${known} s, is not shorter than ${limit.what}; shorten the steps' timeouts and retries:`,
        ...sum(terms),
      ].join('\n'),
    );
  }
  if (given === undefined) return Duration.seconds(Math.min(known + MARGIN_SECONDS, limit.seconds));
  if (!given.isUnresolved() && given.toMilliseconds() / 1000 > limit.seconds) {
    throw invalid(scope, `the timeout, ${given.toMilliseconds() / 1000} s, is longer than ${limit.what}`);
  }
  if (given.isUnresolved() || given.toMilliseconds() / 1000 > known) return given;
  throw invalid(
    scope,
    [
      `the timeout, ${given.toMilliseconds() / 1000} s, is not longer than the worst path, ${known} s${unknown.length > 0 ? ' and what is not known' : ''}; give more, or shorten the steps' timeouts and retries:`,
      ...sum(terms),
    ].join('\n'),
  );
}

function sum(terms: WorstCaseTerm[]): string[] {
  return terms.map((term) => `  ${term.description}`);
}
