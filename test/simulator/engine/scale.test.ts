import { describe, expect, test } from 'vitest';
import { Clock } from '../../../src/simulator/engine';
import { parseJsonPath } from '../../../src/simulator/engine/query/jsonpath';

/** More than a function takes arguments. */
const MANY = 200_000;

describe('a JSONPath', () => {
  const items = Array.from({ length: MANY }, (_, index) => index % 10);

  test.each(['$[*]', '$[?(@ >= 0)]'])('%s finds any number of items', (path) => {
    expect(parseJsonPath(path).select(items)).toHaveLength(MANY);
  });
});

describe('Clock', () => {
  test('resumes any number of pieces of work in one go, in the order in which they were begun', async () => {
    const clock = new Clock(0);
    const resumed: number[] = [];
    clock.enqueue(() => {
      for (let index = 0; index < MANY; index++) {
        clock.await(Promise.resolve(), () => resumed.push(index));
      }
    });
    await clock.settle();
    expect(resumed).toHaveLength(MANY);
    expect(resumed.every((index, at) => index === at)).toBe(true);
  });
});
