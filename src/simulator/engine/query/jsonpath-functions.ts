import type { Json } from '../json';

/** A function at the end of a path: what it makes of what the path finds; undefined where it can't. */
type PathFunction = (value: Json) => Json | undefined;

/** The functions that a path may end in: `$.prices.max()`. */
export const PATH_FUNCTIONS: { readonly [name: string]: PathFunction } = {
  length: (value) => (typeof value === 'string' || Array.isArray(value) ? value.length : keysOf(value)?.length),
  keys: keysOf,
  min: (value) => ofNumbers(value, (numbers) => numbers.reduce((a, b) => Math.min(a, b))),
  max: (value) => ofNumbers(value, (numbers) => numbers.reduce((a, b) => Math.max(a, b))),
  sum: (value) => ofNumbers(value, sum),
  avg: (value) => ofNumbers(value, average),
  stddev: (value) => ofNumbers(value, deviation),
};

function keysOf(value: Json): string[] | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : undefined;
}

/** Calculates with the numbers of an array that has some. */
function ofNumbers(value: Json, calculate: (numbers: readonly number[]) => number): number | undefined {
  const numbers = Array.isArray(value) ? value.filter((item) => typeof item === 'number') : [];
  return numbers.length > 0 ? calculate(numbers) : undefined;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b);
}

function average(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

/** Of the whole population, not of a sample of it. */
function deviation(numbers: readonly number[]): number {
  const mean = average(numbers);
  return Math.sqrt(average(numbers.map((number) => (number - mean) ** 2)));
}
