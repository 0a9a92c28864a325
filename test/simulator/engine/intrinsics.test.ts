import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/simulator/engine';
import { outputOf, run, single } from './run';

const input = {
  list: [1, 2, 3, 3],
  text: 'a,b;c',
  n: 2,
  one: { a: 1, b: { x: 1 } },
  two: { b: { y: 2 } },
  quoted: "it's",
  'te,x)t': 7,
  objects: [{ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }, [1, 2], [2, 1], null, 'a'],
  template: 'C:\\dir\\\\ \\{} {}',
  nothing: null,
  long: 'x'.repeat(10_001),
  longest: 'x'.repeat(10_000),
};
const value = async (call: string) => ((await outputOf({ Parameters: { 'v.$': call } }, { input })) as { v: Json }).v;

describe('the intrinsic functions', () => {
  const cases: [string, Json][] = [
    ["States.Array(1, 'two', null, true, $.n, States.Array())", [1, 'two', null, true, 2, []]],
    ['States.ArrayPartition($.list, 3)', [[1, 2, 3], [3]]],
    ['States.ArrayContains($.list, 3)', true],
    ["States.ArrayContains($.list, '3')", false],
    ['States.ArrayContains(States.Array($.one), $.one)', true],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayRange(3, 1, -1)', [3, 2, 1]],
    ['States.ArrayGetItem($.list, 1)', 2],
    ['States.ArrayLength($.list)', 4],
    ['States.ArrayUnique($.list)', [1, 2, 3]],
    ["States.Base64Encode('Dätä')", 'RMOkdMOk'],
    ["States.Base64Decode('RMOkdMOk')", 'Dätä'],
    ["States.Hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['States.JsonMerge($.one, $.two, false)', { a: 1, b: { y: 2 } }],
    ['States.MathAdd(1.4, -3)', -2],
    ["States.StringSplit($.text, ',;')", ['a', 'b', 'c']],
    ["States.Format('{} and {}', $.quoted, $.list)", "it's and [1,2,3,3]"],
    ['States.StringToJson(\'{"a": [1]}\')', { a: [1] }],
    ['States.JsonToString($.one)', '{"a":1,"b":{"x":1}}'],
    ["States.ArrayLength(States.StringSplit(States.Format('{}-{}', 1, 2), '-'))", 2],
    ['States.ArrayGetItem($.list[?(@ == 2)], 0)', 2],
    ['States.ArrayGetItem($.list, 0)', 1],
    ['States.ArrayPartition($.list, 4)', [[1, 2, 3, 3]]],
    [
      'States.ArrayPartition($.list, 1.6)',
      [
        [1, 2],
        [3, 3],
      ],
    ],
    ['States.ArrayPartition(States.Array(), 2)', []],
    ['States.ArrayRange(5, 1, 1)', []],
    ['States.ArrayRange(1.4, 3.6, 0.6)', [1, 2, 3, 4]],
    // Each item stays where it is first.
    ['States.ArrayUnique(States.Array(2, 1, 2, 3, 1))', [2, 1, 3]],
    ["States.ArrayUnique(States.Array(1, '1', true, null, null))", [1, '1', true, null]],
    ['States.ArrayLength(States.ArrayUnique($.objects))', 5],
    ['States.ArrayContains(States.Array($.objects[1]), $.objects[0])', true],
    ['States.ArrayContains($.objects, $.nothing)', true],
    ['States.ArrayContains($.objects, States.Array(1, 2))', true],
    ['States.ArrayContains($.objects, States.Array(1, 3))', false],
    ["States.StringSplit(',a,,b,', ',')", ['a', 'b']],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ['This', 'is', 'a', 'test', 'string']],
    ["States.StringToJson('')", null],
    ["States.StringToJson(' ')", null],
    ['States.StringToJson(\'""\')', ''],
    ["States.Hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'],
    ["States.Hash('abc', 'SHA-1')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    [
      "States.Hash('abc', 'SHA-384')",
      'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    ],
    ["States.Hash($.one, 'MD5')", createHash('md5').update('{"a":1,"b":{"x":1}}').digest('hex')],
    ['States.ArrayLength(States.Array(States.Base64Encode($.longest)))', 1],
    ['States.MathAdd(2.5, 0)', 3],
    ["States.Format('{}{}', null, true)", 'nulltrue'],
    ["States.Format('\\\\ \\' \\{{}\\}', 1)", "\\ ' {1}"],
    ["States.Array('\\\\ \\' \\{ \\}')", ["\\ ' { }"]],
    ["States.Array('a\nb')", ['a\nb']],
    ["States.Array( $['text'] , -1.5e+3 , 1E2,false)", ['a,b;c', -1500, 100, false]],
    ["States.Array($['te,x)t'], $.list[?(@ == ')')])", [7, []]],
    ['States.Array($["one"]["b"])', [{ x: 1 }]],
    ['States.Array ( 1 )', [1]],
    ['States.Format($.template, 1)', 'C:\\dir\\ {} 1'],
    ['States.Format($.quoted)', "it's"],
  ];
  test.each(cases)('%s', async (call, expected) => {
    expect(await value(call)).toEqual(expected);
  });

  test('States.Format leaves braces that are escaped', async () => {
    expect(await value("States.Format('\\{\\} {}', 1)")).toBe('{} 1');
  });

  test('States.MathRandom gives an integer from its start up to, not including, its end', async () => {
    const values = new Set<Json>();
    for (let seed = 0; seed < 40; seed++) {
      values.add(await value(`States.MathRandom(3, 6, ${seed})`));
    }
    expect([...values].sort()).toEqual([3, 4, 5]);
    expect(await value('States.MathRandom(1, 1000, 5)')).toBe(await value('States.MathRandom(1, 1000, 5)'));
  });

  test('States.MathRandom without a seed takes the execution’s own random numbers', async () => {
    const drawn = (random: number) =>
      outputOf({ Parameters: { 'v.$': 'States.MathRandom(10, 20)' } }, { random: () => random });
    expect([await drawn(0), await drawn(0.55), await drawn(0.999)]).toEqual([{ v: 10 }, { v: 15 }, { v: 19 }]);
  });

  test('States.UUID gives a UUID of version 4', async () => {
    expect(await value('States.UUID()')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test.each([
    ['States.ArrayGetItem($.list, 4)', 'the index 4 is outside of the array, which has 4 items'],
    ['States.ArrayGetItem($.list, -1)', 'the index -1 is outside of the array, which has 4 items'],
    ["States.ArrayGetItem($.list, '0')", '"0" is not a number'],
    ['States.ArrayRange(1, 9, 0)', 'the step of a range must not be 0'],
    ['States.ArrayRange(1, 1001, 1)', 'a range must not have more than 1000 elements'],
    ['States.ArrayPartition($.list, 0)', '0 is not a positive number'],
    ['States.ArrayPartition($.list, -2)', '-2 is not a positive number'],
    ['States.ArrayLength($.text)', '"a,b;c" is not an array'],
    ["States.Hash('a', 'SHA-2')", 'the algorithm must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512'],
    ["States.Hash('a', 1)", '1 is not a string'],
    ["States.Hash($.long, 'MD5')", '"xxxxxxxxxxxxxxxxxxxx…" is not at most 10000 characters long'],
    ['States.Base64Encode($.long)', '"xxxxxxxxxxxxxxxxxxxx…" is not at most 10000 characters long'],
    ['States.Base64Decode($.long)', '"xxxxxxxxxxxxxxxxxxxx…" is not at most 10000 characters long'],
    ['States.Base64Encode(1)', '1 is not a string'],
    [
      'States.JsonMerge($.one, $.two, true)',
      'only the shallow merging mode is supported: the third argument must be false',
    ],
    ['States.JsonMerge($.list, $.two, false)', '[1,2,3,3] is not an object'],
    ['States.JsonMerge($.nothing, $.two, false)', 'null is not an object'],
    ["States.JsonMerge('a', $.two, false)", '"a" is not an object'],
    ["States.MathAdd('a', 1)", '"a" is not a number'],
    ['States.MathRandom(2, 2)', 'the end of the range must be greater than its start'],
    ['States.StringSplit(1, 2)', '1 is not a string'],
    ["States.Format('{} {}', 1)", 'the template has 2 times {}, but 1 values are given'],
    ["States.Format('{}', 1, 2)", 'the template has 1 times {}, but 2 values are given'],
    ["States.Format('a\\d', 1)", "the backslash before 'd' escapes nothing"],
    ["States.Array('a\\d')", "the backslash before 'd' escapes nothing"],
    ['States.Format($.list)', '[1,2,3,3] is not a string'],
  ])('fails with States.IntrinsicFailure: %s', async (call, problem) => {
    const { execution } = await run(single({ Parameters: { 'v.$': call } }), { input });
    expect(execution.error).toBe('States.IntrinsicFailure');
    expect(execution.cause).toBe(
      "An error occurred while executing the state 'State' (entered at the event id #2). " +
        `The function '${call}' had the following error: ${problem}`,
    );
  });

  test('fails with States.IntrinsicFailure where a text is no JSON', async () => {
    const { execution } = await run(single({ Parameters: { 'v.$': "States.StringToJson('{')" } }), { input });
    expect(execution.error).toBe('States.IntrinsicFailure');
  });

  test('fails with States.Runtime where the path of an argument finds nothing', async () => {
    const call = 'States.Array(1, States.ArrayLength($.x))';
    const { execution } = await run(single({ Parameters: { 'v.$': call } }), { input: {} });
    expect(execution.error).toBe('States.Runtime');
    expect(execution.cause).toBe(
      "An error occurred while executing the state 'State' (entered at the event id #2). " +
        "The function 'States.ArrayLength($.x)' had the following error: " +
        "The JsonPath argument for the field '$.x' could not be found in the input '{}'",
    );
  });

  test('a path with a space before it that finds nothing is named by its field', async () => {
    const { execution } = await run(single({ Parameters: { 'v.$': ' $.x' } }), { input: {} });
    expect([execution.error, execution.cause]).toEqual([
      'States.Runtime',
      "An error occurred while executing the state 'State' (entered at the event id #2). " +
        "The JSONPath '$.x' specified for the field 'v.$' could not be found in the input '{}'",
    ]);
  });

  test('names only the function that failed', async () => {
    const call = 'States.Array(1, States.MathAdd($.text, 1), 2)';
    const { execution } = await run(single({ Parameters: { 'v.$': call } }), { input });
    expect(execution.cause).toContain("The function 'States.MathAdd($.text, 1)' had the following error");
  });

  test('a range may have 1000 elements', async () => {
    expect(await value('States.ArrayLength(States.ArrayRange(1, 1000, 1))')).toBe(1000);
  });

  test.each([
    'States.Nothing()',
    "States.Format('{}', )",
    'States.UUID(1)',
    "States.Array('a",
    'States.Array(a)',
    'States.Array(1',
    'States.Array(1 2)',
    'States.Array(1)x',
    'States.Array(x1)',
    'States.Array(1.)',
    'States.Array(01)',
    'States.Array(1e)',
    'States.ArrayLength()',
    'xStates.Array()',
    '1x',
  ])('fails in the definition: %s', async (call) => {
    await expect(run(single({ Parameters: { 'v.$': call } }))).rejects.toThrow("Pass 'State': Parameters");
  });
});
