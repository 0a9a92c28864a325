import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/simulator/engine';
import { begin, find, type Given, LAMBDA, outputOf, run, single, succeed, types } from './run';

const value = (expression: string, given: Given = {}) =>
  outputOf({ QueryLanguage: 'JSONata', Output: `{% ${expression} %}` }, given);
const failure = async (state: object, given: Given = {}) => {
  const { execution } = await run(single({ QueryLanguage: 'JSONata', ...state }), given);
  return { error: execution.error, cause: execution.cause, execution };
};

describe('a JSONata expression', () => {
  test('sees input, context and variables', async () => {
    const context = "$states.context.Execution.Name & ' ' & $states.context.State.Name";
    expect(await value(`$states.input.a & ' ' & ${context}`, { input: { a: 'x' } })).toBe('x run State');
  });

  test('sees the result of a task, in Output and Assign', async () => {
    const { execution } = await run(
      single({ QueryLanguage: 'JSONata', Type: 'Task', Resource: LAMBDA, Output: '{% $states.result.b %}' }),
      { answer: () => succeed({ b: [1] }) },
    );
    expect(execution.output).toEqual([1]);
  });

  test('may stand at any depth of a field, and is text where anything surrounds it', async () => {
    const Output = { a: ['{% 1 + 1 %}', { b: '{% $states.input %}' }], c: ' {% 1 %}', d: 'x{% 1 %}' };
    expect(await outputOf({ QueryLanguage: 'JSONata', Output }, { input: 3 })).toEqual({
      a: [2, { b: 3 }],
      c: ' {% 1 %}',
      d: 'x{% 1 %}',
    });
  });

  test.each(['{% 1', '1 %}', '{%}', '{ % 1 % }', ' {% 1 %}', '{% 1 %} '])('is none: %s', async (Output) => {
    expect(await outputOf({ QueryLanguage: 'JSONata', Output })).toBe(Output);
  });

  test('keeps null and texts that stand beside expressions', async () => {
    const Output = { a: null, b: 'text', c: [1, null, '{% 1 %}'], d: {}, e: [], f: '{% null %}' };
    expect(await outputOf({ QueryLanguage: 'JSONata', Output })).toEqual({ ...Output, c: [1, null, 1], f: null });
    expect(await outputOf({ QueryLanguage: 'JSONata', Output: { a: [null] } })).toEqual({ a: [null] });
  });

  test('is named by its place where it is in an array', async () => {
    const { cause } = await failure({ Output: { a: [1, [{ b: '{% $x %}' }]] } });
    expect(cause).toContain("specified for the field 'Output/a[1][0]/b' returned nothing (undefined).");
  });

  test('drops undefined fields of an object', async () => {
    expect(await value("{ 'a': 1, 'b': $states.input.nothing }")).toEqual({ a: 1 });
  });

  test('fails with States.QueryEvaluationError where it gives undefined, and the history tells where', async () => {
    const { error, cause, execution } = await failure({ Output: { a: { b: '{% $nothing %}' } } });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toBe(
      "An error occurred while executing the state 'State' (entered at the event id #2). The JSONata expression " +
        "'$nothing' specified for the field 'Output/a/b' returned nothing (undefined).",
    );
    expect(find(execution, 'EvaluationFailed').evaluationFailedEventDetails).toEqual({
      error,
      cause,
      location: 'Output/a/b',
      state: 'State',
    });
  });

  test('fails with States.QueryEvaluationError where it throws', async () => {
    const { error, cause } = await failure({ Output: "{% 1 + 'a' %}" });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain('threw an error during evaluation');
  });

  test('fails with States.QueryEvaluationError where it gives a function, at any depth', async () => {
    expect((await failure({ Output: '{% [{ "f": $sum }] %}' })).cause).toContain('unsupported result type');
    expect((await failure({ Output: '{% function($x) { $x } %}' })).cause).toContain('unsupported result type');
  });

  test('fails with States.QueryEvaluationError where a Condition is no boolean', async () => {
    const { execution } = await run({
      QueryLanguage: 'JSONata',
      StartAt: 'Choice',
      States: {
        Choice: { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'End' }] },
        End: { Type: 'Succeed' },
      },
    });
    expect(execution.cause).toContain("Expected 'boolean', but was 'string' for value: \"yes\"");
  });

  test('fails with States.QueryEvaluationError where a timeout is no positive integer', async () => {
    for (const seconds of ["'1'", '1.5', '0', '-1']) {
      const state = { Type: 'Task', Resource: LAMBDA, TimeoutSeconds: `{% ${seconds} %}` };
      expect((await failure(state)).error).toBe('States.QueryEvaluationError');
    }
  });

  test('gives a text for what is no number in JSON', async () => {
    expect(await value("{ 'a': [1 / 0], 'b': -1 / 0 }")).toEqual({ a: ['Infinity'], b: '-Infinity' });
  });

  test('fails with States.QueryEvaluationError, with the code of what it throws', async () => {
    const reason = async (expression: string) =>
      (await failure({ Output: `{% ${expression} %}` })).cause?.split('threw an error during evaluation')[1];
    expect(await reason("1 + 'a'")).toBe('. T2002: The right side of the "+" operator must evaluate to a number');
    expect(await reason("$error('mine')")).toBe('. D3137: mine');
    expect(await reason('$eval("1")')).toBe('. T1006: Attempted to invoke a non-function');
    expect(await reason('$nothing(1)')).toBe('. T1006: Attempted to invoke a non-function');
    expect(await reason("$sum('a')")).toBe('. T0412: Argument 1 of function "sum" must be an array of "numbers"');
    for (const seed of ["'a'", 'null', '{}']) {
      expect(await reason(`$random(${seed})`)).toBe(
        '. T0410: Argument 1 of function "random" does not match function signature',
      );
    }
    expect(await reason('$range(1, 2, 0)')).toBe(': the step of a range must not be 0');
  });

  test('keeps an array that it passes through an array, of one item too', async () => {
    const input = { one: [1], none: [], nested: [[2]] };
    expect(await value('$states.input', { input })).toEqual(input);
    expect(await value('[$states.input.one[0]]', { input })).toEqual([1]);
  });

  test('leaves the values alone that it is given', async () => {
    const { execution } = await run(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Assign: { list: '{% $states.input.list[n > 1] %}' }, Next: 'B' },
          B: { Type: 'Pass', Output: '{% $append($list, $list) %}', Assign: { x: '{% $count($list) %}' }, Next: 'C' },
          C: { Type: 'Pass', Output: '{% [$list, $states.input, $x] %}', End: true },
        },
      },
      { input: { list: [{ n: 1 }, { n: 2 }] } },
    );
    expect(execution.output).toEqual([{ n: 2 }, { n: 2 }, { n: 2 }, 1]);
  });

  test('fails, and lets the process live, where it recurses without end', async () => {
    const { error } = await failure({ Output: '{% ($f := function($n) { 1 + $f($n + 1) }; $f(0)) %}' });
    expect(error).toBe('States.QueryEvaluationError');
  });

  test('has virtual time', async () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Wait',
      States: {
        Wait: { Type: 'Wait', Seconds: 86_400, Next: 'Now' },
        Now: { Type: 'Pass', Output: "{% [$now(), $millis(), $now('[Y]-[M01]-[D01]')] %}", End: true },
      },
    };
    const { execution } = await run(definition);
    expect(execution.output).toEqual(['2026-01-02T00:00:00.000Z', Date.parse('2026-01-02T00:00:00Z'), '2026-01-02']);
  });

  test('may use variables of its own', async () => {
    expect(await value('($input := $states.input; $input.a + $input.b)', { input: { a: 1, b: 2 } })).toBe(3);
  });

  test('runs side by side with the same expression elsewhere', async () => {
    const given = { input: [1, 2, 3] };
    const ItemProcessor = {
      StartAt: 'S',
      States: { S: { Type: 'Pass', Output: '{% $states.input * 10 %}', End: true } },
    };
    expect(
      await outputOf({ QueryLanguage: 'JSONata', Type: 'Map', ItemProcessor: jsonata(ItemProcessor) }, given),
    ).toEqual([10, 20, 30]);
  });
});

function jsonata(graph: { States: { [name: string]: object } }): object {
  const states = Object.entries(graph.States).map(([name, state]) => [name, { ...state, QueryLanguage: 'JSONata' }]);
  return { ...graph, States: Object.fromEntries(states) };
}

describe('the functions that AWS adds', () => {
  const cases: [string, Json][] = [
    ['$partition([1,2,3,4], 3)', [[1, 2, 3], [4]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$range(2, 1, 1)', []],
    ['$range(1, 5, 2.9)', [1, 3, 5]],
    ['$partition([1,2,3], 2.9)', [[1, 2], [3]]],
    ['$random(42)', 0.7275636800328681],
    ["$hash('input', 'SHA-1')", '140f86aae51ab9e1cda9b4254fe98a74eb54c1a1'],
    ["$hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$exists($partition($nothing, 2))', false],
    ['$exists($range($nothing, 2, 1))', false],
    ["$exists($hash($nothing, 'MD5'))", false],
    ['$exists($parse($nothing))', false],
    ["$hash('abc', 'SHA-1')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ["$hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'],
    ['$parse(\'{"a": [1]}\')', { a: [1] }],
    ['$random(7) = $random(7)', true],
    ['$random() != $random()', true],
    ['$length($uuid())', 36],
    ["$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/).match != ''", true],
  ];
  test.each(cases)('%s', async (expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });

  test.each([
    ["$hash('abc', 'SHA-2')", 'The algorithm of $hash must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512'],
    ['$partition([1], 0)', 'The size of the parts that $partition makes must be a positive number'],
    ['$partition([1], -1)', 'The size of the parts that $partition makes must be a positive number'],
    ['$range(1, 2, 0)', 'the step of a range must not be 0'],
    ["$parse('{')", ''],
  ])('fails with States.QueryEvaluationError: %s', async (expression, problem) => {
    const { error, cause } = await failure({ Output: `{% ${expression} %}` });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(`The JSONata expression '${expression}' specified for the field 'Output' threw an error `);
    expect(cause).toContain(`during evaluation: ${problem}`);
  });

  test('$shuffle and $random take the execution’s own random numbers', async () => {
    const random = () => 0.4;
    expect(await value('$shuffle([1..5])', { random })).toEqual([5, 1, 4, 2, 3]);
    expect(await value('$exists($shuffle($nothing))', { random })).toBe(false);
    expect(await value('$random()', { random })).toBe(0.4);
    expect(await value('$shuffle($states.input)', { random, input: [1, 2] })).toEqual([2, 1]);
  });

  test('$shuffle leaves the array alone that it is given', async () => {
    expect(await value('[$shuffle($states.input), $states.input]', { random: () => 0, input: [1, 2] })).toEqual([
      2, 1, 1, 2,
    ]);
  });

  test('fails where $eval is used, which AWS takes away', async () => {
    expect((await failure({ Output: "{% $eval('1') %}" })).error).toBe('States.QueryEvaluationError');
  });
});

describe('a JSONata state', () => {
  test('passes its input on without Output, a Task its result', async () => {
    expect(await outputOf({ QueryLanguage: 'JSONata' }, { input: 1 })).toBe(1);
    const task = { QueryLanguage: 'JSONata', Type: 'Task', Resource: LAMBDA };
    expect(await outputOf(task, { input: 1, answer: () => succeed(2) })).toBe(2);
  });

  test('gives a Task its input without Arguments', async () => {
    const { clock, requests } = begin(single({ QueryLanguage: 'JSONata', Type: 'Task', Resource: LAMBDA }), {
      input: 5,
    });
    await clock.settle();
    expect(requests[0].input).toBe(5);
  });

  test('gives the branches of a Parallel its Arguments', async () => {
    const branch = { StartAt: 'B', States: { B: { Type: 'Pass', End: true } } };
    const state = {
      Type: 'Parallel',
      Arguments: { a: '{% 1 %}' },
      Branches: [branch],
      Output: '{% $states.result[0] %}',
    };
    expect(await outputOf({ QueryLanguage: 'JSONata', ...state })).toEqual({ a: 1 });
  });

  test('stands beside JSONPath states', async () => {
    const { execution } = await run({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Parameters: { 'n.$': '$$.State.Name' }, Next: 'B' },
        B: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input.n %}', End: true },
      },
    });
    expect(execution.output).toBe('A');
    expect(types(execution)).not.toContain('EvaluationFailed');
  });
});
