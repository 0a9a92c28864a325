import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/simulator/engine';
import { find, run } from './run';

/** Whether a rule holds for an input. */
async function holds(rule: object, input: Json): Promise<boolean> {
  const { execution } = await run(
    {
      StartAt: 'Choice',
      States: {
        Choice: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Pass', Result: true, End: true },
        No: { Type: 'Pass', Result: false, End: true },
      },
    },
    { input },
  );
  if (execution.status !== 'SUCCEEDED') {
    throw new Error(`${execution.error}: ${execution.cause}`);
  }
  return execution.output as boolean;
}

const T1 = '2026-01-01T00:00:00Z';
const T2 = '2026-01-01T02:00:00+01:00';

describe('Choice', () => {
  const comparisons: [string, Json, Json, boolean][] = [
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 1, '1', false],
    ['StringLessThan', 'a', 'b', true],
    ['StringLessThan', 'b', 'b', false],
    ['StringGreaterThan', 'b', 'a', true],
    ['StringLessThanEquals', 'b', 'b', true],
    ['StringGreaterThanEquals', 'a', 'b', false],
    ['NumericEquals', 1, 1.0, true],
    ['NumericEquals', '1', 1, false],
    ['NumericLessThan', 1, 2, true],
    ['NumericGreaterThan', 2, 2, false],
    ['NumericLessThanEquals', 2, 2, true],
    ['NumericGreaterThanEquals', 3, 2, true],
    ['BooleanEquals', false, false, true],
    ['BooleanEquals', null, false, false],
    ['TimestampEquals', T1, '2026-01-01T01:00:00+01:00', true],
    ['TimestampLessThan', T1, T2, true],
    ['TimestampGreaterThan', T1, T2, false],
    ['TimestampLessThanEquals', T1, T1, true],
    ['TimestampGreaterThanEquals', T2, T1, true],
    ['TimestampEquals', 'yesterday', T1, false],
    ['NumericLessThanEquals', 3, 2, false],
    ['StringLessThanEquals', 'b', 'a', false],
    ['TimestampLessThanEquals', T2, T1, false],
    ['NumericGreaterThanEquals', 1, 2, false],
  ];
  test.each(comparisons)('%s: %j with %j is %s', async (operator, value, operand, expected) => {
    expect(await holds({ Variable: '$.v', [operator]: operand }, { v: value })).toBe(expected);
    expect(await holds({ Variable: '$.v', [`${operator}Path`]: '$.w' }, { v: value, w: operand })).toBe(expected);
  });

  test.each<[string, Json]>([
    ['NumericEquals', 'x'],
    ['StringEquals', 1],
    ['TimestampEquals', 'yesterday'],
    ['BooleanEquals', null],
    ['NumericLessThanEquals', null],
  ])('%sPath is false for two values that are not of its type: %j', async (operator, value) => {
    expect(await holds({ Variable: '$.v', [`${operator}Path`]: '$.v' }, { v: value })).toBe(false);
  });

  test('StringMatches is false for what is no text', async () => {
    expect(await holds({ Variable: '$', StringMatches: '*' }, 1)).toBe(false);
    expect(await holds({ Variable: '$', StringMatches: '*' }, ['a'])).toBe(false);
  });

  const checks: [string, Json, boolean][] = [
    ['IsNull', null, true],
    ['IsNull', 0, false],
    ['IsNumeric', 0, true],
    ['IsNumeric', '0', false],
    ['IsString', '', true],
    ['IsBoolean', false, true],
    ['IsTimestamp', T1, true],
    ['IsTimestamp', '2026-01-01', false],
    ['IsTimestamp', 1, false],
    ['IsTimestamp', '2026-01-31T00:00Z', true],
    ['IsTimestamp', '2026-01-32T00:00:00Z', false],
    ['IsTimestamp', '2026-02-29T00:00:00Z', false],
    ['IsTimestamp', '2024-02-29T00:00:00Z', true],
    ['IsTimestamp', '2026-13-01T00:00:00Z', false],
    ['IsTimestamp', '2026-01-01T24:01:00Z', false],
    ['IsTimestamp', '2026-01-01T00:00:00.123456789Z', true],
    ['IsTimestamp', '2026-01-01T00:00:00.1234567890Z', false],
    ['IsTimestamp', '2026-01-01t00:00:00z', false],
    ['IsTimestamp', '2026-01-01T00:00:00', false],
    ['IsTimestamp', ' 2026-01-01T00:00:00Z', false],
    ['IsTimestamp', '2026-01-01T00:00:00Z ', false],
    ['IsNumeric', null, false],
    ['IsBoolean', 'true', false],
    ['IsString', null, false],
    ['IsPresent', null, true],
  ];
  test.each(checks)('%s of %j is %s', async (check, value, expected) => {
    expect(await holds({ Variable: '$.v', [check]: true }, { v: value })).toBe(expected);
    expect(await holds({ Variable: '$.v', [check]: false }, { v: value })).toBe(!expected);
  });

  const patterns: [string, string, boolean][] = [
    ['log-*.txt', 'log-1.txt', true],
    ['*', '', true],
    ['log-*.txt', 'log-1xtxt', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a\\\\*', 'a\\x', true],
    ['(a|b)', 'a', false],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'acb', false],
    ['a*b*c', 'ac', false],
    ['a*b*b*c', 'abc', false],
    ['a*bc*c', 'abc', false],
    ['*b*', 'abc', true],
    ['*b*', 'b', true],
    ['*b*', 'ac', false],
    ['ab*ba', 'aba', false],
    ['ab*ba', 'abba', true],
    ['a*', 'ba', false],
    ['*a', 'ab', false],
    ['a**b', 'ab', true],
    ['aa*', 'a', false],
    ['x\\a*', 'x\\a1', true],
    ['xx\\*yy', 'xx*yy', true],
    ['xx\\*yy', 'xx\\*yy', false],
    ['\\\\*', '\\', true],
    ['', '', true],
    ['', 'a', false],
  ];
  test.each(patterns)('StringMatches %s: %s is %s', async (pattern, value, expected) => {
    expect(await holds({ Variable: '$', StringMatches: pattern }, value)).toBe(expected);
  });

  test('And, Or and Not combine tests', async () => {
    const big = { Variable: '$', NumericGreaterThan: 10 };
    const small = { Variable: '$', NumericLessThan: 20 };
    expect(await holds({ And: [big, small] }, 15)).toBe(true);
    expect(await holds({ And: [big, small] }, 25)).toBe(false);
    expect(await holds({ Or: [{ Not: big }, { Not: small }] }, 25)).toBe(true);
    expect(await holds({ Not: { Or: [big, small] } }, 15)).toBe(false);
  });

  test('And looks no further than it must', async () => {
    const absent = { Variable: '$.v', IsPresent: true };
    expect(await holds({ And: [absent, { Variable: '$.v', NumericEquals: 1 }] }, {})).toBe(false);
  });

  test('fails with States.Runtime where a variable is not there, unless IsPresent asks', async () => {
    expect(await holds({ Variable: '$.v', IsPresent: false }, {})).toBe(true);
    await expect(holds({ Variable: '$.v', IsNull: true }, {})).rejects.toThrow(
      "States.Runtime: An error occurred while executing the state 'Choice' (entered at the event id #2). " +
        "Invalid path '$.v': The choice state's condition path references an invalid value.",
    );
  });

  test('takes the first rule that holds', async () => {
    const rule = (result: string) => ({ Variable: '$', IsNumeric: true, Next: result });
    const { execution } = await run(
      {
        StartAt: 'Choice',
        States: {
          Choice: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'C' }, rule('A'), rule('B')] },
          ...Object.fromEntries(['A', 'B', 'C'].map((name) => [name, { Type: 'Pass', Result: name, End: true }])),
        },
      },
      { input: 1 },
    );
    expect(execution.output).toBe('A');
  });

  test('takes the first condition that holds, in JSONata, and does not evaluate the others', async () => {
    const { execution } = await run({
      QueryLanguage: 'JSONata',
      StartAt: 'Choice',
      States: {
        Choice: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% false %}', Next: 'B' },
            { Condition: '{% 1 = 1 %}', Next: 'A', Output: 'first', Assign: { v: 1 } },
            { Condition: '{% $nothing %}', Next: 'B' },
          ],
          Output: 'default',
        },
        A: { Type: 'Pass', Output: '{% [$states.input, $v] %}', End: true },
        B: { Type: 'Succeed' },
      },
    });
    expect(execution.output).toEqual(['first', 1]);
  });

  test('fails with States.NoChoiceMatched where nothing holds and there is no Default', async () => {
    const { execution } = await run({
      StartAt: 'Choice',
      States: {
        Choice: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'End' }] },
        End: { Type: 'Succeed' },
      },
    });
    expect(execution.error).toBe('States.NoChoiceMatched');
  });

  test('goes to its Default with the state’s own Output and Assign', async () => {
    const { execution } = await run({
      QueryLanguage: 'JSONata',
      StartAt: 'Choice',
      States: {
        Choice: {
          Type: 'Choice',
          Choices: [{ Condition: false, Next: 'End', Output: 'rule' }],
          Output: 'default',
          Assign: { v: 2 },
          Default: 'End',
        },
        End: { Type: 'Pass', Output: '{% [$states.input, $v] %}', End: true },
      },
    });
    expect(execution.output).toEqual(['default', 2]);
  });

  test.each([
    [{ Condition: '{% $nothing %}' }, 'Choices[1]/Condition', 'returned nothing (undefined)'],
    [{ Condition: "{% 'yes' %}" }, 'Choices[1]/Condition', 'returned an unexpected result type'],
    [{ Condition: true, Output: { v: '{% $nothing %}' } }, 'Choices[1]/Output/v', 'returned nothing (undefined)'],
    [{ Condition: true, Assign: { x: '{% $nothing %}' } }, 'Choices[1]/Assign/x', 'returned nothing (undefined)'],
  ])('fails with the place of the rule whose field cannot be evaluated: %j', async (rule, location, problem) => {
    const { execution } = await run({
      QueryLanguage: 'JSONata',
      StartAt: 'Choice',
      States: {
        Choice: {
          Type: 'Choice',
          Choices: [
            { Condition: false, Next: 'End' },
            { ...rule, Next: 'End' },
          ],
        },
        End: { Type: 'Succeed' },
      },
    });
    expect(execution.cause).toContain(`specified for the field '${location}' ${problem}`);
    expect(find(execution, 'EvaluationFailed').evaluationFailedEventDetails?.location).toBe(location);
  });
});
