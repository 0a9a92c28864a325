import { Duration } from 'aws-cdk-lib';
import type { StepConfig, WorstCaseTerm } from './bind';

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
