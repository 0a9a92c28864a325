import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/simulator/engine';
import { parseJsonPath } from '../../../src/simulator/engine/query/jsonpath';
import { outputOf, run, single } from './run';

const store: Json = {
  book: [
    { title: 'A', price: 8.95, tags: ['x', 'y'] },
    { title: 'B', price: 12.99, isbn: '1' },
    { title: "C's", price: 22.99, isbn: null },
  ],
  'odd name': { 'a.b': 1 },
  none: null,
};

describe('a JSONPath', () => {
  const cases: [string, Json][] = [
    ['$', store],
    ['$.book[0].title', 'A'],
    ["$['book'][1]['title']", 'B'],
    ['$["odd name"]["a.b"]', 1],
    ['$.book[-1].title', "C's"],
    ['$.none', null],
    ['$.book.length()', 3],
    ['$.book[0].title.length()', 1],
    ['$.book[*].price.max()', 22.99],
    ['$.book[*].price.min()', 8.95],
    ['$.book[0:2].price.sum()', 21.939999999999998],
    ['$.book[0:2].price.avg()', 10.969999999999999],
    ['$.book[0].keys()', ['title', 'price', 'tags']],
    ['$.book[*].title', ['A', 'B', "C's"]],
    ['$.book.*.price', [8.95, 12.99, 22.99]],
    ['$..title', ['A', 'B', "C's"]],
    ['$..tags[0]', ['x']],
    ['$.book[0:2].title', ['A', 'B']],
    ['$.book[1:].title', ['B', "C's"]],
    ['$.book[:1].title', ['A']],
    ['$.book[-2:].title', ['B', "C's"]],
    ['$.book[::2].title', ['A', "C's"]],
    ['$.book[0,2].title', ['A', "C's"]],
    ["$.book[0]['title','price']", [{ title: 'A', price: 8.95 }]],
    ['$.book[?(@.price < 13)].title', ['A', 'B']],
    ['$.book[?(@.price >= 12.99 && @.isbn)].title', ['B', "C's"]],
    ['$.book[?(@.isbn == null)].title', ["C's"]],
    ["$.book[?(@.title == 'A' || @.isbn == '1')].title", ['A', 'B']],
    ["$.book[?(@.title == 'C\\'s')].price", [22.99]],
    ["$.book[?(!(@.title == 'A'))].title", ['B', "C's"]],
    ["$.book[?(@.title in ['A', 'B'])].title", ['A', 'B']],
    ['$.book[?(@.title =~ /c.*/i)].title', ["C's"]],
    ['$.book[?(@.tags[1] == "y")].title', ['A']],
    ['$.nothing[*].title', []],
  ];
  test('gives the standard deviation of a whole population', () => {
    expect(parseJsonPath('$.n.stddev()').select({ n: [2, 4, 4, 4, 5, 5, 7, 9] })).toBe(2);
  });

  test('finds nothing where a function has no numbers', () => {
    expect(parseJsonPath('$.book.max()').select(store)).toBeUndefined();
  });

  test.each(cases)('%s', (path, expected) => {
    expect(parseJsonPath(path).select(store)).toEqual(expected);
  });

  test.each(['$.nothing', '$.book[9]', '$.book.title', '$.none.x', '$.toString'])('finds nothing: %s', (path) => {
    expect(parseJsonPath(path).select(store)).toBeUndefined();
  });

  test.each(['book', '$.', '$.a[', '$.a[x]', '$[]', '$.a.first()', '$.a[?(@.x ==)]', '$.a b'])(
    'fails where it is not understood: %s',
    (path) => {
      expect(() => parseJsonPath(path)).toThrow('not');
    },
  );
});

describe('the JSONPath fields of a state', () => {
  test('read the context object and variables as well', async () => {
    const Parameters = { 'a.$': '$$.Execution.Input.n', 'b.$': '$v.w[0]', 'c.$': '$.n' };
    const { execution } = await run(
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Assign: { v: { w: [9] } }, Next: 'B' },
          B: { Type: 'Pass', Parameters, End: true },
        },
      },
      { input: { n: 4 } },
    );
    expect(execution.output).toEqual({ a: 4, b: 9, c: 4 });
  });

  test('InputPath and OutputPath null stand for an empty object', async () => {
    expect(await outputOf({ InputPath: null }, { input: 1 })).toEqual({});
    expect(await outputOf({ OutputPath: null }, { input: 1 })).toEqual({});
  });

  test('ResultPath puts a result where there was nothing, or into an array', async () => {
    expect(await outputOf({ Result: 1, ResultPath: '$.a.b' }, { input: { c: 2 } })).toEqual({ a: { b: 1 }, c: 2 });
    expect(await outputOf({ Result: 1, ResultPath: '$.a[1]' }, { input: { a: [0, 0] } })).toEqual({ a: [0, 1] });
  });

  test('evaluate templates inside arrays', async () => {
    const Parameters = { list: [{ 'x.$': '$.x' }, '$.x', [{ 'y.$': '$.x' }]] };
    expect(await outputOf({ Parameters }, { input: { x: 1 } })).toEqual({ list: [{ x: 1 }, '$.x', [{ y: 1 }]] });
  });

  test('do not change the input that they work on', async () => {
    const input = { a: { b: 1 } };
    await outputOf({ Result: 2, ResultPath: '$.a.b' }, { input });
    expect(input).toEqual({ a: { b: 1 } });
  });

  test('fails with States.Runtime where a parameter’s path finds nothing', async () => {
    const { execution } = await run(single({ Parameters: { 'x.$': '$.y' } }), { input: { z: 1 } });
    expect(execution.error).toBe('States.Runtime');
    expect(execution.cause).toBe(
      "An error occurred while executing the state 'State' (entered at the event id #2). The JSONPath '$.y' " +
        "specified for the field 'x.$' could not be found in the input '{\"z\":1}'",
    );
  });
});
