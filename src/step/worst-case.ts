import { Duration } from 'aws-cdk-lib';
import type { StepConfig, WorstCaseTerm } from './bind';
import type { RetryPolicy } from './retry';

/** The sum of some terms in seconds; undefined where one of them is unknown. */
export function sumOf(terms: WorstCaseTerm[]): number | undefined {
  return terms.reduce<number | undefined>(
    (sum, { duration }) => (sum === undefined || duration === undefined ? undefined : sum + duration.toSeconds()),
    0,
  );
}

/** The term of a step that takes one of several ways, or all of them at the same time. */
export function longestOf(name: string, configs: StepConfig[]): WorstCaseTerm {
  const ways = configs.map((config) => config.worstCase);
  const unknown = ways.flat().filter((term) => term.duration === undefined);
  if (unknown.length > 0) return { description: unknown.map((term) => term.description).join('; ') };
  const sums = ways.map((terms) => sumOf(terms) ?? 0);
  const longest = Math.max(...sums);
  const path = ways[sums.indexOf(longest)].map((term) => term.description).join(', ');
  return {
    description: `${name}: the longest of ${ways.length} is (${path}) = ${longest} s`,
    duration: Duration.seconds(longest),
  };
}

/** The terms of a step that as a whole is tried again. */
export function repeated(
  name: string,
  terms: WorstCaseTerm[],
  { attempts, backoffSeconds }: RetryPolicy,
): WorstCaseTerm[] {
  const once = sumOf(terms);
  if (once === undefined) return terms;
  const seconds = attempts * once + backoffSeconds;
  const parts = terms.map((term) => term.description).join(', ');
  return [
    {
      description: `${name}: ${attempts} attempts x (${parts}) + ${backoffSeconds} s backoff = ${seconds} s`,
      duration: Duration.seconds(seconds),
    },
  ];
}
