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
  ];
  test.each(cases)('%s', async (call, expected) => {
    expect(await value(call)).toEqual(expected);
  });

  test('States.Format leaves braces that are escaped', async () => {
    expect(await value("States.Format('\\{\\} {}', 1)")).toBe('{} 1');
  });

  test('States.MathRandom gives an integer from its start up to, not including, its end', async () => {
    for (let seed = 0; seed < 20; seed++) {
      expect([3, 4]).toContain(await value(`States.MathRandom(3, 5, ${seed})`));
    }
    expect(await value('States.MathRandom(1, 1000, 5)')).toBe(await value('States.MathRandom(1, 1000, 5)'));
  });

  test('States.UUID gives a UUID of version 4', async () => {
    expect(await value('States.UUID()')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test.each([
    'States.ArrayGetItem($.list, 9)',
    'States.ArrayRange(1, 9, 0)',
    'States.ArrayRange(1, 5000, 1)',
    'States.ArrayPartition($.list, 0)',
    'States.ArrayLength($.text)',
    "States.Hash('a', 'SHA-2')",
    'States.JsonMerge($.one, $.two, true)',
    "States.MathAdd('a', 1)",
    "States.StringToJson('{')",
    "States.Format('{} {}', 1)",
  ])('fails with States.IntrinsicFailure: %s', async (call) => {
    const { execution } = await run(single({ Parameters: { 'v.$': call } }), { input });
    expect(execution.error).toBe('States.IntrinsicFailure');
  });

  test.each(['States.Nothing()', "States.Format('{}', )", 'States.UUID(1)', "States.Array('a", 'States.Array(a)'])(
    'fails in the definition: %s',
    async (call) => {
      await expect(run(single({ Parameters: { 'v.$': call } }))).rejects.toThrow("Pass 'State': Parameters");
    },
  );
});
