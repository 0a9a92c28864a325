import jsonata from 'jsonata';
import type { Run } from '../lane';
import { uuid } from '../random';
import { HASH_ALGORITHMS, hash } from './hash';
import { partition, range } from './intrinsics';
import { JavaRandom } from './java-random';
import { memoryLimitExceeded } from './jsonata-problem';

/** How many items a sequence may have. AWS was seen to take so many and no more. */
export const MAX_SEQUENCE = 873_782;
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

type Functions = { readonly [name: string]: unknown };

const known = new WeakMap<Run, Functions>();

/** The functions that depend on virtual time, or on the execution's own source of random numbers. */
export function functionsOf(run: Run): Functions {
  let functions = known.get(run);
  if (!functions) {
    functions = makeFunctions(run);
    known.set(run, functions);
  }
  return functions;
}

function makeFunctions(run: Run): Functions {
  return {
    now: (picture?: string, timezone?: string) =>
      format.evaluate(undefined, { ms: run.clock.now(), picture, timezone }),
    millis: () => run.clock.now(),
    uuid: () => uuid(run.random),
    random: (seed?: unknown) => (seed === undefined ? run.random() : new JavaRandom(seedOf(seed)).nextDouble()),
    shuffle: (items?: unknown[]) => items && shuffle(items, run.random),
  };
}

function seedOf(seed: unknown): number {
  if (typeof seed !== 'number') {
    throw { code: 'T0410', index: 1, token: 'random' };
  }
  return seed;
}

function partitionOf(items: unknown[] | undefined, size: number): unknown[][] | undefined {
  const whole = Math.trunc(size);
  if (!(whole > 0)) {
    throw new Error('The size of the parts that $partition makes must be a positive number');
  }
  return items && partition([...items], whole);
}

function rangeOf(from: number | undefined, to: number, by: number): number[] | undefined {
  if (from === undefined) {
    return undefined;
  }
  const [first, last, step] = [from, to, by].map(Math.trunc);
  if (step !== 0 && (last - first) / step >= MAX_SEQUENCE) {
    throw memoryLimitExceeded();
  }
  return range(first, last, step, MAX_SEQUENCE);
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
