import { expect, test } from 'vitest';
import { ItemList } from '../../../src/simulator/engine/map-run/item-list';

test('items of several places have one numbering, in any order in which they are asked for', () => {
  const list = new ItemList();
  list.add(['a', 'b'], 'one');
  list.add([], 'none');
  list.add({ k: 'c', l: 'd' }, 'two');
  list.add(['e', 'f', 'g'], 'three', 6);
  expect(list.length).toBe(6);
  const places = [5, 0, 3, 1, 2, 4].map((index) => list.item(index));
  expect(places).toEqual([
    { index: 5, value: 'f', key: undefined, source: 'three' },
    { index: 0, value: 'a', key: undefined, source: 'one' },
    { index: 3, value: 'd', key: 'l', source: 'two' },
    { index: 1, value: 'b', key: undefined, source: 'one' },
    { index: 2, value: 'c', key: 'k', source: 'two' },
    { index: 4, value: 'e', key: undefined, source: 'three' },
  ]);
  expect([list.input(2), list.input(4)]).toEqual([{ Key: 'k', Value: 'c' }, 'e']);
});

test('what is added beyond the most is left out', () => {
  const list = new ItemList();
  list.add([1, 2], 'one', 2);
  list.add([3], 'two', 2);
  expect(list.length).toBe(2);
});
