import { describe, expect, test } from 'vitest';
import { JavaRandom } from '../../../src/simulator/engine/query/java-random';

/** Numbers that Java itself gives. */
describe('JavaRandom', () => {
  const integers = (seed: number, bound: number, count: number) => {
    const random = new JavaRandom(seed);
    return Array.from({ length: count }, () => random.nextInt(bound));
  };

  test.each([
    ['a small bound', 42, 10, [0, 3, 8, 4, 0, 5, 5, 8, 9, 3]],
    ['a power of two', 42, 16, [11, 0, 10, 0, 4]],
    [
      'a bound for which many bits are thrown away',
      1,
      2 ** 30 + 1,
      [215764588, 880641847, 874970313, 446064254, 77814904],
    ],
  ])('gives integers below %s', (_, seed, bound, expected) => {
    expect(integers(seed, bound, expected.length)).toEqual(expected);
  });

  test('gives numbers from 0 to 1', () => {
    const random = new JavaRandom(0);
    expect([random.nextDouble(), random.nextDouble()]).toEqual([0.730967787376657, 0.24053641567148587]);
  });

  test('leaves out the fraction of a seed', () => {
    expect(integers(42.9, 10, 3)).toEqual([0, 3, 8]);
    expect(integers(-7, 100, 1)).toEqual([62]);
    expect(integers(-7.9, 100, 1)).toEqual([62]);
  });
});
