import { describe, expect, test } from 'vitest';
import { Grouped } from '../../src/simulator/grouped';

const grouped = () => {
  const records = new Grouped<{ readonly of?: string; readonly n: number }>((record) => record.of);
  for (const [n, of] of ['a', 'b', undefined, 'a'].entries()) records.add({ of, n });
  return records;
};

describe('Grouped', () => {
  test('has all records in the order in which they came, those that belong to nothing too', () => {
    expect(grouped().all.map(({ n }) => n)).toEqual([0, 1, 2, 3]);
  });

  test('has those that belong together, in their order', () => {
    const records = grouped();
    expect(records.of('a').map(({ n }) => n)).toEqual([0, 3]);
    expect(records.of('c')).toEqual([]);
  });

  test('gives those so far, to which later ones are not added', () => {
    const records = grouped();
    const soFar = records.of('a');
    records.add({ of: 'a', n: 4 });
    expect(soFar).toHaveLength(2);
  });
});
