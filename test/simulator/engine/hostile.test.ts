import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkDefinition, type Json, SimulatorFault } from '../../../src/simulator/engine';
import type { Lane } from '../../../src/simulator/engine/lane';
import { located } from '../../../src/simulator/engine/located';
import { distributed, run, single } from './run';

/** A machine that is busy may take its time. */
const PATIENCE = { timeout: 60_000 };

const STACK =
  'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.';
const MEMORY = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';

const evaluated = async (expression: string, input: Json = {}) =>
  (await run(single({ QueryLanguage: 'JSONata', Output: `{% ${expression} %}` }), { input })).execution;

const pass = { Type: 'Pass', End: true };

/** A graph of one state that is inside so many others. */
function nested(levels: number, around: (graph: object) => object): object {
  let graph: object = { StartAt: 'S', States: { S: pass } };
  for (let level = 0; level < levels; level++) {
    graph = { StartAt: `S${level}`, States: { [`S${level}`]: { ...around(graph), End: true } } };
  }
  return graph;
}

const parallel = (graph: object) => ({ Type: 'Parallel', Branches: [graph] });
const map = (graph: object) => ({ Type: 'Map', ItemProcessor: graph });

/** An array in an array, and so on. */
function deep(levels: number): Json {
  let value: Json = 1;
  for (let level = 0; level < levels; level++) {
    value = [value];
  }
  return value;
}

describe('a JSONata expression that runs away', PATIENCE, () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each([
    ['recurses without end', '($f := function($n) { 1 + $f($n + 1) }; $f(0))', STACK],
    ['makes a giant range', '[1..1000000000]', MEMORY],
    ['makes a giant $range', '$range(1, 1000000000, 1)', MEMORY],
    ['pads a text to a giant one', "$pad('x', 1000000000)", MEMORY],
    [
      'doubles a text again and again',
      "($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f('xxxxxxxx', 40))",
      MEMORY,
    ],
    [
      'doubles an array again and again',
      '($f := function($a, $n) { $n = 0 ? $a : $f($append($a, $a), $n - 1) }; $f([1..4], 40))',
      MEMORY,
    ],
  ])('fails with States.QueryEvaluationError where it %s', async (_, expression, problem) => {
    const { status, error, cause } = await evaluated(expression);
    expect([status, error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
    expect(cause).toContain(`threw an error during evaluation: ${problem}`);
  });

  test('fails with States.QueryEvaluationError where it loops without end', async () => {
    let now = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => now++);
    const { error, cause } = await evaluated('($f := function($n) { $f($n + 1) }; $f(0))');
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain('threw an error during evaluation: Expression evaluation timeout: Check for infinite loop');
  });

  test('fails with States.QueryEvaluationError where its regular expression backtracks without end', async () => {
    const { error, cause } = await evaluated('$match($states.input, /^(a+)+$/)', `${'a'.repeat(60)}!`);
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain('The regular expression /^(a+)+$/g takes too long');
  });

  test('takes as many items as AWS, and nests as deep, and no more', async () => {
    expect((await evaluated('$count([1..873782])')).output).toBe(873_782);
    expect((await evaluated('$count([1..873783])')).cause).toContain(MEMORY);
    expect((await evaluated('$count($range(1, 873782, 1))')).output).toBe(873_782);
    expect((await evaluated('$count($range(1, 873783, 1))')).cause).toContain(MEMORY);
    expect((await evaluated(`1${' + 1'.repeat(98)}`)).output).toBe(99);
    expect((await evaluated(`1${' + 1'.repeat(199)}`)).cause).toContain(STACK);
  });

  test('finds each match of a regular expression in a long text', async () => {
    const text = 'ab '.repeat(1_000);
    expect((await evaluated('$count($match($states.input, /\\w+/))', text)).output).toBe(1_000);
    expect((await evaluated("$replace($states.input, /b+ /, '')", text)).output).toBe('a'.repeat(1_000));
  });
});

describe('JSONPath that runs away', PATIENCE, () => {
  test('fails with States.Runtime where the regular expression of a filter backtracks without end', async () => {
    const { execution } = await run(single({ InputPath: '$[?(@ =~ /(a+)+b/)]' }), { input: ['a'.repeat(60)] });
    expect(execution.error).toBe('States.Runtime');
    expect(execution.cause).toContain('The regular expression /^(?:(a+)+b)$/ takes too long');
  });

  test('StringMatches takes many wildcards at once', async () => {
    const choice = { Type: 'Choice', Choices: [{ Variable: '$', StringMatches: '*a'.repeat(40), Next: 'Yes' }] };
    const States = { Choice: { ...choice, Default: 'No' }, Yes: { Type: 'Succeed' }, No: { Type: 'Succeed' } };
    const visited = async (input: string) =>
      (await run({ StartAt: 'Choice', States }, { input })).execution.history.at(-2)?.stateExitedEventDetails?.name;
    expect(await visited('a'.repeat(100_000))).toBe('Yes');
    expect(await visited(`${'a'.repeat(100_000)}b`)).toBe('No');
  });
});

describe('a large definition', PATIENCE, () => {
  test('may have 10,000 states, all of which assign variables', async () => {
    const count = 10_000;
    const States = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `S${index}`,
        {
          Type: 'Pass',
          Assign: { [`v${index}`]: 1 },
          ...(index + 1 < count ? { Next: `S${index + 1}` } : { End: true }),
        },
      ]),
    );
    const { execution } = await run({ StartAt: 'S0', States });
    expect([execution.status, execution.history.length]).toEqual(['SUCCEEDED', 2 * count + 2]);
  });

  test('may be 1 MiB long', async () => {
    const Parameters = Object.fromEntries(
      Array.from({ length: 30_000 }, (_, index) => [`p${index}.$`, '$.some.path[0]']),
    );
    expect(checkDefinition(JSON.stringify(single({ Parameters, Comment: 'x'.repeat(300_000) })))).toEqual([]);
    expect(checkDefinition(single({ InputPath: `$${'.a'.repeat(250_000)}` }))).toEqual([]);
  });

  test('may have 500 levels of Parallel', async () => {
    const { execution } = await run(nested(500, parallel));
    expect([execution.status, execution.history.length]).toEqual(['SUCCEEDED', 4 * 500 + 4]);
  });

  test('may have 500 levels of Map', async () => {
    const { execution } = await run(nested(500, map), { input: deep(500) });
    expect([execution.status, execution.output]).toEqual(['SUCCEEDED', deep(500)]);
  });

  const negated = (levels: number): object =>
    Array.from({ length: levels }).reduce<object>((rule) => ({ Not: rule }), { Variable: '$', IsNull: true });
  test.each([
    ['states', nested(5_000, parallel)],
    ['data', single({ Parameters: { 'a.$': '$', b: deep(50_000) } })],
    [
      'rules',
      {
        StartAt: 'A',
        States: { A: { Type: 'Choice', Choices: [{ ...negated(50_000), Next: 'B' }] }, B: { Type: 'Succeed' } },
      },
    ],
  ])('is invalid where its %s are nested too deeply', (_, definition) => {
    expect(checkDefinition(definition)).toEqual([
      { code: 'SCHEMA_VALIDATION_FAILED', location: '', message: 'State machine: is nested too deeply' },
    ]);
  });

  test.each([
    ['intrinsic functions', { Parameters: { 'a.$': 'States.Array('.repeat(50_000) } }],
    ['parentheses of JSONata', { QueryLanguage: 'JSONata', Output: `{% ${'('.repeat(100_000)} %}` }],
    ['parentheses of a filter', { InputPath: `$[?${'('.repeat(100_000)}]` }],
    ['brackets', { InputPath: `$${'['.repeat(500_000)}` }],
  ])('is invalid where an expression has too many %s', (_, state) => {
    expect(checkDefinition(single(state)).map(({ location }) => location)).toHaveLength(1);
  });

  test.each(['constructor', 'toString', '__proto__'])('fails where a Type or an operator is called %s', (name) => {
    expect(checkDefinition(single({ Type: name }))[0].message).toContain('Type must be one of Pass, Succeed');
    const rule = JSON.parse(`{ "Variable": "$", "${name}": true, "Next": "B" }`) as object;
    const States = { A: { Type: 'Choice', Choices: [rule] }, B: { Type: 'Succeed' } };
    expect(checkDefinition({ StartAt: 'A', States })[0].message).toContain(
      'must be compared by one operator, but there are 0',
    );
  });
});

describe('large data', PATIENCE, () => {
  test('fails at the 25,000th event where an inline Map has nearly a million items', async () => {
    const ItemProcessor = { StartAt: 'Item', States: { Item: pass } };
    const state = { QueryLanguage: 'JSONata', Type: 'Map', Items: '{% [1..873782] %}', ItemProcessor };
    const { execution } = await run(single(state));
    expect([execution.status, execution.error, execution.history.length]).toEqual(['FAILED', 'States.Runtime', 25_000]);
  });

  test('fails with a fault that names the state before a Distributed Map has filled the heap', async () => {
    const program = ['--max-old-space-size=150', '--import', 'tsx', join(__dirname, 'small-heap.ts'), '300000'];
    const { stdout } = await promisify(execFile)(process.execPath, program);
    expect(stdout).toMatch(
      /^SimulatorFault: The state 'State' has too much data for the simulator: \d+ of its 300000 child executions have begun,/,
    );
  });

  test('fails with a fault that names the state where its JSON text is longer than a text may be', () => {
    const lane = { current: { state: { name: 'Each' } } } as Lane;
    expect(located(lane, new RangeError('Invalid string length'))).toEqual(
      new SimulatorFault("The state 'Each' has data of which the JSON text is too long for the simulator"),
    );
  });

  test('keeps little more than its history of a child execution that has ended', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const used = () => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const count = 20_000;
    const input = Array.from({ length: count }, (_, index) => index);
    const bytesOfAChild = async () => {
      const before = used();
      const { execution } = await run(distributed({}, 'EXPRESS'), { input });
      const bytes = (used() - before) / count;
      expect(execution.mapRuns[0].executions[count - 1].history).toHaveLength(4);
      return bytes;
    };
    await bytesOfAChild();
    // What is left of other tests may come or go in the middle of one.
    const bytes = [await bytesOfAChild(), await bytesOfAChild(), await bytesOfAChild()].sort((a, b) => a - b);
    expect(bytes[1]).toBeLessThan(3_500);
  });

  test.each([
    ['JSONPath', { Parameters: { 'a.$': 'States.StringToJson($)' } }],
    ['JSONata', { QueryLanguage: 'JSONata', Output: '{% $parse($states.input) %}' }],
  ])('fails with a fault that names the state where %s nests it too deeply', async (_, state) => {
    const input = '['.repeat(100_000) + ']'.repeat(100_000);
    await expect(run(single(state), { input })).rejects.toThrow(
      "The state 'State' has data nested too deeply for the simulator",
    );
  });

  test('keeps a field that is called __proto__', async () => {
    const Parameters = JSON.parse('{ "__proto__": { "x": 1 }, "a.$": "$" }') as object;
    const { execution } = await run(single({ Parameters }), { input: 1 });
    expect(JSON.stringify(execution.output)).toBe('{"__proto__":{"x":1},"a":1}');
  });
});
