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
  'odd name': { 'a.b': 1, "it's": 2, 'a\\b': 3, '"': 4, ']': 5, '[': 6 },
  none: null,
  many: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  mixed: [1, '1', true, null, [1], { a: 1 }, 'b', 0.5],
  text: 'abc',
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
    ["$.['odd name'].['a.b']", 1],
    ['$.book.[0].["title"]', 'A'],
    ['$.book.[1:].title', ['B', "C's"]],
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
    ["$.book[0]['title','price']", { title: 'A', price: 8.95 }],
    [
      "$.book[0:2]['title','price']",
      [
        { title: 'A', price: 8.95 },
        { title: 'B', price: 12.99 },
      ],
    ],
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
    ["$['odd name']['it\\'s']", 2],
    ["$['odd name']['a\\\\b']", 3],
    ["$['odd name']['a\\b']", 3],
    ['$["odd name"]["\\""]', 4],
    ["$['odd name'][']']", 5],
    ['$["odd name"]["["]', 6],
    ["$[ 'odd name' ][ 'a.b' ]", 1],
    ['$.many[ 10 ]', 10],
    ['$.many[-13]', 0],
    ['$.many[10,-1]', [10, 12]],
    ['$.many[ 0 , 11 , 12 ]', [0, 11, 12]],
    ['$.many[0,99]', [0]],
    ['$.many[10:12]', [10, 11]],
    ['$.many[-3:-1]', [10, 11]],
    ['$.many[0:13:12]', [0, 12]],
    ['$.many[ 0 : 4 : 2 ]', [0, 2]],
    ['$.many[::0]', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['$.text[0:1]', []],
    ['$.text[*]', []],
    ['$.none[*]', []],
    ['$.text[?(@)]', []],
    ["$.book[0]['title','nothing']", { title: 'A' }],
    ["$.book[0]['nothing','none']", {}],
    ["$.text['a','b']", 'nothing'],
    ["$.none['a','b']", 'nothing'],
    ["$.many['a','b']", 'nothing'],
    ["$.book[0][?(@.title == 'A')].price", [8.95]],
    ["$.book[0][?(@.title == 'B')].price", []],
    ['$..book[0].title', ['A']],
    ["$..['isbn']", ['1', null]],
    ['$..*.isbn', ['1', null]],
    ['$.mixed.length()', 8],
    ['$.mixed.length( )', 8],
    ['$.book[0].length()', 3],
    ['$.book[0].title.keys()', 'nothing'],
    ['$.many.keys()', 'nothing'],
    ['$.none.keys()', 'nothing'],
    ['$.none.length()', 'nothing'],
    ['$.many[0].length()', 'nothing'],
    ['$.nothing.length()', 'nothing'],
    ['$.many.max()', 'nothing'],
    ['$.many.min()', 'nothing'],
    ['$.many.sum()', 'nothing'],
    ['$.many.avg()', 'nothing'],
    ['$.many.stddev()', 'nothing'],
    ['$.text.x', 'nothing'],
    ['$.many[13]', 'nothing'],
    ['$.many[-14]', 'nothing'],
    ['$.book[0].title[0]', 'nothing'],
    ['$.mixed[?(@ == 1)]', [1]],
    ["$.mixed[?(@ == '1')]", ['1']],
    ['$.mixed[?(@ == true)]', [true]],
    ['$.mixed[?(@ == null)]', [null]],
    ['$.mixed[?(@ == [1])]', [[1]]],
    ['$.mixed[?(@ != 1)]', ['1', true, null, [1], { a: 1 }, 'b', 0.5]],
    ['$.mixed[?(@.a != 2)]', [{ a: 1 }]],
    ['$.mixed[?(@ < 1)]', [0.5]],
    ['$.mixed[?(@ <= 1)]', [1, 0.5]],
    ['$.mixed[?(@ > 0.5)]', [1]],
    ['$.mixed[?(@ >= 0.5)]', [1, 0.5]],
    ["$.mixed[?(@ > '1')]", ['b']],
    ["$.mixed[?(@ >= '1')]", ['1', 'b']],
    ["$.mixed[?(@ < 'b')]", ['1']],
    ['$.mixed[?(@ < true)]', []],
    ["$.mixed[?(@ in [1, 'b', null])]", [1, null, 'b']],
    ["$.mixed[?(@.a in ['x'])]", []],
    ["$.mixed[?(@ in 'b')]", []],
    ["$.mixed[?(@ nin [1, 'b', null])]", ['1', true, [1], { a: 1 }, 0.5]],
    ["$.mixed[?(@.a nin ['x'])]", [{ a: 1 }]],
    ["$.mixed[?(@ nin 'b')]", []],
    ['$.mixed[?(@ =~ /B/i)]', ['b']],
    ['$.mixed[?(@ =~ /B/)]', []],
    ['$.mixed[?(@ =~ 1)]', []],
    ['$.book[?(@.title =~ /[A-B]/)].title', ['A', 'B']],
    ['$.mixed[?( @.a )]', [{ a: 1 }]],
    ['$.mixed[?(!@.a && !(@ == 1))]', ['1', true, null, [1], 'b', 0.5]],
    ['$.mixed[?(@ == 1 || @ == 0.5 && @ == 1)]', [1]],
    ['$.mixed[?(1 == @)]', [1]],
    ['$.book[?(@[\'title\'] == "A")].price', [8.95]],
    ['$.mixed[?(@ == -1e0)]', []],
  ];
  test.each(cases)('%s', (path, expected) => {
    const found = parseJsonPath(path).select(store);
    expect(found === undefined ? 'nothing' : found).toEqual(expected);
  });

  test.each([
    ['$.a.b[0]', true],
    ["$['a']['b']", true],
    ['$.a.length()', true],
    ['$.a[*].length()', true],
    ['$.a[*]', false],
    ['$.*', false],
    ['$..a', false],
    ['$.a[0,1]', false],
    ['$.a[0:1]', false],
    ["$['a','b']", true],
    ["$[*]['a','b']", false],
    ['$.a[?(@.b)]', false],
  ])('%s names one place: %s', (path, definite) => {
    expect(parseJsonPath(path).definite).toBe(definite);
  });

  test.each([
    ['$.nothing', "No results for path: $['nothing']"],
    ['$.nothing.x', "Missing property in path $['nothing']"],
    ['$.book[0].nothing.x', "Missing property in path $['book'][0]['nothing']"],
    ["$['odd name'].x", "No results for path: $['odd name']['x']"],
    ['$.book[9].title', "No results for path: $['book'][9]['title']"],
    ['$.text.x.y', "No results for path: $['text']['x']['y']"],
    ['$.none.x.y', "No results for path: $['none']['x']['y']"],
    ['$.nothing.x.length()', "Missing property in path $['nothing']"],
  ])('%s: %s', (path, problem) => {
    expect(parseJsonPath(path).missing(store)).toBe(problem);
  });

  test.each([
    ["$['a', 'b'].v", "$['a', 'b']"],
    ["$.list[*]['a','b'][0].v", "$['a','b']"],
    ["$['a','b'].length()", undefined],
    ["$['a','b']", undefined],
  ])('%s has several names before its end: %s', (path, names) => {
    const problem = names && `Multi properties can only be used as path leafs: ${names}`;
    expect(parseJsonPath(path).problem).toBe(problem);
  });

  test.each(['$.nothing', '$.book[9]', '$.book.title', '$.none.x', '$.toString'])('finds nothing: %s', (path) => {
    expect(parseJsonPath(path).select(store)).toBeUndefined();
  });

  test.each([
    ['book', "'book' is not a path: a path begins with $"],
    ['', "'' is not a path: a path begins with $"],
    ['$.', "'$.' is not a path that is understood, at character 3"],
    ['$..', "'$..' is not a path that is understood, at character 4"],
    ['$.a[', "'$.a[' is not a path that is understood, at character 4"],
    ['$.a[x]', "'$.a[x]' is not a path that is understood, at character 7"],
    ['$.a[1x]', "'$.a[1x]' is not a path that is understood, at character 8"],
    ['$.a[x1]', "'$.a[x1]' is not a path that is understood, at character 8"],
    ['$.a[x1,2]', "'$.a[x1,2]' is not a path that is understood, at character 10"],
    ['$.a[1,2x]', "'$.a[1,2x]' is not a path that is understood, at character 10"],
    ['$.a[x1:2]', "'$.a[x1:2]' is not a path that is understood, at character 10"],
    ['$.a[1:2x]', "'$.a[1:2x]' is not a path that is understood, at character 10"],
    ['$.a[1:2:-1]', "'$.a[1:2:-1]' is not a path that is understood, at character 12"],
    ["$.a['b'c]", "'$.a['b'c]' is not a path that is understood, at character 10"],
    ['$[]', "'$[]' is not a path that is understood, at character 4"],
    ['$a', "'$a' is not a path that is understood, at character 2"],
    ['$.a.first()', "'$.a.first()' is not a path that is understood, at character 5"],
    ['$.a.length()b', "'$.a.length()b' is not a path that is understood, at character 5"],
    ['$.a.length(1)', "'$.a.length(1)' is not a path that is understood, at character 5"],
    ['$.a b', "'$.a b' is not a path that is understood, at character 4"],
    ['$.a?', "'$.a?' is not a path that is understood, at character 4"],
    ['$.a[?(@.x ==)]', "the filter '(@.x ==)' is not one that is understood"],
    ['$.a[?(@.x]', "the filter '(@.x' is not one that is understood"],
    ['$.a[?(@.x))]', "the filter '(@.x))' is not one that is understood"],
    ['$.a[?(@.x == $.y)]', "the filter '(@.x == $.y)' is not one that is understood"],
    ['$.a[?(@.x # 1)]', "the filter '(@.x # 1)' is not one that is understood"],
    ['$.a[?]', "the filter '' is not one that is understood"],
    ['$.a[?(== 1)]', "the filter '(== 1)' is not one that is understood"],
  ])('fails where it is not understood: %s', (path, problem) => {
    expect(() => parseJsonPath(path)).toThrow(new Error(problem));
  });
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

  test.each([
    ["$['a b']", {}, { 'a b': 1 }],
    ['$["a\\"b"]', {}, { 'a"b': 1 }],
    ["$['it\\'s']", {}, { "it's": 1 }],
    ['$.a[0].b', { a: [{ c: 2 }] }, { a: [{ c: 2, b: 1 }] }],
    ['$', { a: 1 }, 1],
  ])('ResultPath %s puts 1 into %j', async (ResultPath, input, expected) => {
    const { execution } = await run(single({ Result: 1, ResultPath }), { input });
    expect(execution.output).toEqual(expected);
  });

  test.each([
    ['$.a[2]', { a: [0, 0] }],
    ['$.a[0]', { a: {} }],
    ['$.a[0]', {}],
    ['$.a.b', { a: 1 }],
    ['$.a.b', { a: [] }],
    ['$.a.b', { a: null }],
  ])('fails with States.ResultPathMatchFailure where ResultPath %s has no place in %j', async (ResultPath, input) => {
    const { execution } = await run(single({ Result: 1, ResultPath }), { input });
    expect(execution.error).toBe('States.ResultPathMatchFailure');
    expect(execution.cause).toBe(
      "An error occurred while executing the state 'State' (entered at the event id #2). " +
        `Unable to apply ReferencePath ${ResultPath} to input ${JSON.stringify(input)}`,
    );
  });

  test.each(['a', '$a', '$.', '$.a[*]', '$..a', '$.a[-1]', "$['a','b']", '', '$.a()'])(
    'fails in the definition where ResultPath is no reference path: %s',
    async (ResultPath) => {
      await expect(run(single({ ResultPath }))).rejects.toThrow(`'${ResultPath}' is not a reference path`);
    },
  );

  test('fails with States.Runtime, and says of which place, where InputPath or OutputPath finds nothing', async () => {
    const cause = async (state: object) => (await run(single(state), { input: { a: {} } })).execution.cause;
    const start = "An error occurred while executing the state 'State' (entered at the event id #2). Invalid path ";
    expect(await cause({ InputPath: '$.a.b' })).toBe(`${start}'$.a.b' : No results for path: $['a']['b']`);
    expect(await cause({ OutputPath: '$.b.c' })).toBe(`${start}'$.b.c' : Missing property in path $['b']`);
    expect(await cause({ InputPath: '$$.x.y' })).toBe(`${start}'$$.x.y' : Missing property in path $['x']`);
    expect(await cause({ InputPath: '$v.x' })).toBe(`${start}'$v.x' : No results for path: $['x']`);
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
