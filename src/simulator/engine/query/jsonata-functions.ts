import jsonata from 'jsonata';
import type { Run } from '../lane';
import { seededRandom, uuid } from '../random';
import { HASH_ALGORITHMS, hash } from './hash';
import { partition, range } from './intrinsics';

const MAX_RANGE = 10_000_000;
const format = jsonata('$fromMillis($ms, $picture, $timezone)');

/** Adds the functions that AWS adds to JSONata, and takes away the one that it takes away. */
export function extend(expression: jsonata.Expression): void {
  expression.assign('eval', undefined);
  expression.registerFunction('partition', partitionOf, '<a-n:a<a>>');
  expression.registerFunction('range', rangeOf, '<n-nn:a<n>>');
  expression.registerFunction('hash', hashOf, '<s-s:s>');
  expression.registerFunction(
    'parse',
    (text?: string) => (text === undefined ? undefined : JSON.parse(text)),
    '<s-:x>',
  );
}

/** The functions that depend on virtual time, or on the execution's own source of random numbers. */
export function functionsOf(run: Run): { [name: string]: unknown } {
  return {
    now: (picture?: string, timezone?: string) =>
      format.evaluate(undefined, { ms: run.clock.now(), picture, timezone }),
    millis: () => run.clock.now(),
    uuid: () => uuid(run.random),
    random: (seed?: number) => (seed === undefined ? run.random : seededRandom(seed))(),
    shuffle: (items?: unknown[]) => items && shuffle(items, run.random),
  };
}

function partitionOf(items: unknown[] | undefined, size: number): unknown[][] | undefined {
  if (!(Math.floor(size) > 0)) {
    throw new Error('The size of the parts that $partition makes must be a positive number');
  }
  return items && partition([...items], Math.floor(size));
}

function rangeOf(from: number | undefined, to: number, by: number): number[] | undefined {
  return from === undefined ? undefined : range(from, to, by, MAX_RANGE);
}

function hashOf(text: string | undefined, algorithm: string): string | undefined {
  if (!HASH_ALGORITHMS.includes(algorithm)) {
    throw new Error(`The algorithm of $hash must be one of ${HASH_ALGORITHMS.join(', ')}`);
  }
  return text === undefined ? undefined : hash(text, algorithm);
}

function shuffle(items: readonly unknown[], random: () => number): unknown[] {
  const shuffled = [...items];
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [shuffled[at], shuffled[other]] = [shuffled[other], shuffled[at]];
  }
  return shuffled;
}
