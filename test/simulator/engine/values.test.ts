import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/simulator/engine';
import { LAMBDA, run, single } from './run';

const graph = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };
const ENTERED = "An error occurred while executing the state 'State' (entered at the event id #2). ";

/** What a state fails with because of a value that it is given. */
async function failureOf(state: object, input: Json) {
  const { execution } = await run(single(state), { input });
  return [execution.error, execution.cause];
}

describe('a value from a path', () => {
  const wait = { Type: 'Wait', SecondsPath: '$.v' };
  const until = { Type: 'Wait', TimestampPath: '$.v' };
  const task = { Type: 'Task', Resource: LAMBDA, TimeoutSecondsPath: '$.v' };
  const map = { Type: 'Map', ItemProcessor: graph, ItemsPath: '$.items', MaxConcurrencyPath: '$.v' };
  const distributed = {
    Type: 'Map',
    ItemsPath: '$.items',
    ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...graph },
  };
  const count = { ...distributed, ToleratedFailureCountPath: '$.v' };
  const percentage = { ...distributed, ToleratedFailurePercentagePath: '$.v' };
  const timestamp = 'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format';

  test.each<[string, object, Json, string]>([
    ['a text', wait, 'x', 'The SecondsPath parameter cannot be parsed as a long value: $.v == x'],
    ['an empty text', wait, ' ', 'The SecondsPath parameter cannot be parsed as a long value: $.v ==  '],
    ['half a second', wait, 1.5, 'The SecondsPath parameter cannot be parsed as a long value: $.v == 1.5'],
    ['half a second as a text', wait, '1.5', 'The SecondsPath parameter cannot be parsed as a long value: $.v == 1.5'],
    ['an object', wait, {}, 'The SecondsPath parameter cannot be parsed as a long value: $.v == {}'],
    ['null', wait, null, 'The SecondsPath parameter cannot be parsed as a long value: $.v == null'],
    ['a negative time', wait, -1, 'The SecondsPath parameter references a negative value: $.v == -1'],
    ['a negative text', wait, '-1', 'The SecondsPath parameter references a negative value: $.v == -1'],
    ['a day that is none', until, '2026-02-30T00:00:00Z', `${timestamp} string: $.v == 2026-02-30T00:00:00Z`],
    ['a number', until, 5, `${timestamp} string: $.v == 5`],
    [
      'a timeout that is a text',
      task,
      'x',
      'The TimeoutSecondsPath field refers to value "x" which is not a valid integer: $.v',
    ],
    [
      'a timeout that is blank',
      task,
      ' ',
      'The TimeoutSecondsPath field refers to value " " which is not a valid integer: $.v',
    ],
    [
      'half a timeout',
      task,
      1.5,
      'The TimeoutSecondsPath field refers to value "1.5" which is not a valid integer: $.v',
    ],
    [
      'a timeout of an object',
      task,
      {},
      'The TimeoutSecondsPath field refers to value "{}" which is not a valid integer: $.v',
    ],
    ['no timeout', task, 0, 'The TimeoutSecondsPath field must be a positive integer, but was: 0'],
    ['a negative concurrency', map, -1, 'MaxConcurrency cannot be negative.'],
    ['a negative tolerance', count, -1, 'ToleratedFailureCount cannot be negative.'],
    [
      'half a failure',
      count,
      0.5,
      'The ToleratedFailureCountPath field refers to value "0.5" which is not a valid integer: $.v',
    ],
    ['a negative percentage', percentage, -1, 'ToleratedFailurePercentage must be between 0 and 100.'],
    ['too large a percentage', percentage, '100.5', 'ToleratedFailurePercentage must be between 0 and 100.'],
    [
      'a blank percentage',
      percentage,
      ' ',
      'The ToleratedFailurePercentagePath field refers to value " " which is not a valid float: $.v',
    ],
    [
      'a percentage of null',
      percentage,
      null,
      'The ToleratedFailurePercentagePath field refers to value "null" which is not a valid float: $.v',
    ],
    ['items that are none', { ...map, ItemsPath: '$.v' }, 1, 'Reference path "$.v" must point to array.'],
    [
      'an error that is no text',
      { Type: 'Fail', ErrorPath: '$.v', End: undefined },
      1,
      'The ErrorPath parameter does not reference a string: $.v',
    ],
  ])('fails with States.Runtime where it is %s', async (_, state, v, problem) => {
    const fails = 'Type' in state && state.Type === 'Fail';
    const definition = fails
      ? { StartAt: 'State', States: { State: { Type: 'Fail', ErrorPath: '$.v' } } }
      : single(state);
    const { execution } = await run(definition, { input: { v, items: [] } });
    expect([execution.error, execution.cause]).toEqual(['States.Runtime', ENTERED + problem]);
  });

  test.each<[object, Json]>([
    [wait, 2],
    [wait, '2'],
    [wait, ' 2 '],
    [wait, 0],
    [wait, '0'],
    [task, '5'],
    [map, '0'],
    [map, 1],
    [count, '0'],
    [percentage, 0],
    [percentage, 100],
    [percentage, '99.5'],
  ])('is taken: %j of %j', async (state, v) => {
    expect((await run(single(state), { input: { v, items: [] } })).execution.status).toBe('SUCCEEDED');
  });

  test('is as long as it says', async () => {
    expect((await run(single(wait), { input: { v: '7' } })).seconds).toBe(7);
    expect((await run(single(wait), { input: { v: 0 } })).seconds).toBe(0);
  });
});

describe('a value from an expression', () => {
  const jsonata = (state: object) => ({ QueryLanguage: 'JSONata', ...state });
  const map = (fields: object) => jsonata({ Type: 'Map', ItemProcessor: graph, ...fields });
  const V = '{% $states.input %}';
  const type = (field: string, expected: string, was: string, value: string) =>
    `The JSONata expression '$states.input' specified for the field '${field}' returned an unexpected result type. ` +
    `Expected '${expected}', but was '${was}' for value: ${value}`;
  const wait = jsonata({ Type: 'Wait', Seconds: V });
  const until = jsonata({ Type: 'Wait', Timestamp: V });
  const task = (fields: object) => jsonata({ Type: 'Task', Resource: LAMBDA, ...fields });
  const date = 'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ';

  test.each<[string, object, Json, string]>([
    ['a wait of a text', wait, '1', type('Seconds', 'integer', 'string', '"1"')],
    ['half a second', wait, 1.5, type('Seconds', 'integer', 'number', '1.5')],
    ['a negative time', wait, -1, 'The Seconds field must be between 0 and 99999999, but was: -1'],
    ['too long a time', wait, 100_000_000, 'The Seconds field must be between 0 and 99999999, but was: 100000000'],
    ['a date that is none', until, 'tomorrow', `${date}tomorrow`],
    ['a date that is a number', until, 5, `${date}5`],
    ['a timeout of a text', task({ TimeoutSeconds: V }), '1', type('TimeoutSeconds', 'number', 'string', '"1"')],
    ['a timeout of null', task({ TimeoutSeconds: V }), null, type('TimeoutSeconds', 'number', 'null', 'null')],
    ['a timeout of an array', task({ TimeoutSeconds: V }), [1], type('TimeoutSeconds', 'number', 'array', '[1]')],
    ['half a timeout', task({ TimeoutSeconds: V }), 1.5, type('TimeoutSeconds', 'integer', 'number', '1.5')],
    ['no timeout', task({ TimeoutSeconds: V }), 0, 'The TimeoutSeconds field must be a positive integer, but was: 0'],
    [
      'no heartbeat',
      task({ HeartbeatSeconds: V }),
      0,
      'The HeartbeatSeconds field must be a positive integer, but was: 0',
    ],
    ['Arguments of an array', task({ Arguments: V }), [], type('Arguments', 'object', 'array', '[]')],
    ['Arguments of null', task({ Arguments: V }), null, type('Arguments', 'object', 'null', 'null')],
    ['Arguments of a text', task({ Arguments: V }), 'a', type('Arguments', 'object', 'string', '"a"')],
    ['Credentials of null', task({ Credentials: V }), null, type('Credentials/RoleArn', 'string', 'null', 'null')],
    [
      'a role that is no text',
      task({ Credentials: V }),
      { RoleArn: 1 },
      type('Credentials/RoleArn', 'string', 'number', '1'),
    ],
    ['no role', task({ Credentials: V }), {}, type('Credentials/RoleArn', 'string', 'null', 'null')],
    ['Items of an object', map({ Items: V }), {}, type('Items', 'array', 'object', '{}')],
    ['no Items', map({}), {}, 'Map state input must be an array but was: {}'],
    ['a negative concurrency', map({ Items: [], MaxConcurrency: V }), -1, 'MaxConcurrency cannot be negative.'],
  ])('fails with States.QueryEvaluationError where it is %s', async (_, state, input, problem) => {
    expect(await failureOf(state, input)).toEqual(['States.QueryEvaluationError', ENTERED + problem]);
  });

  test.each<[object, Json]>([
    [wait, 0],
    [wait, 99_999_999 / 9],
    [task({ TimeoutSeconds: V }), 1],
    [task({ Arguments: V }), {}],
    [jsonata({ Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f', Arguments: V }), [1]],
    [task({}), [1]],
    [map({ Items: V }), []],
    [map({ Items: [], MaxConcurrency: V }), 0],
  ])('is taken: %j of %j', async (state, input) => {
    expect((await run(single(state), { input })).execution.status).toBe('SUCCEEDED');
  });

  test('may be the longest wait', async () => {
    const { execution, seconds } = await run(single(wait), { input: 31_000_000 });
    expect([execution.status, seconds]).toEqual(['SUCCEEDED', 31_000_000]);
  });

  test('is named by its own expression where it is a role', async () => {
    const { execution } = await run(single(task({ Credentials: { RoleArn: '{% 5 %}' } })));
    expect(execution.cause).toContain("The JSONata expression '5' specified for the field 'Credentials/RoleArn'");
  });

  test('gives the role that makes the call', async () => {
    const { requests } = await run(single(task({ Credentials: { RoleArn: '{% $states.input.role %}' } })), {
      input: { role: 'arn:r' },
    });
    expect(requests[0].roleArn).toBe('arn:r');
  });
});

describe('a task token', () => {
  test.each([
    [LAMBDA, false],
    [`${LAMBDA}.waitForTaskToken`, true],
    ['arn:aws:states:::states:startExecution.sync', true],
    ['arn:aws:states:::states:startExecution.sync:2', true],
    ['arn:aws:states:eu-west-1:123456789012:activity:a', true],
  ])('of %s is there: %s', async (Resource, expected) => {
    const { requests } = await run(single({ Type: 'Task', Resource }));
    expect('taskToken' in requests[0]).toBe(expected);
  });
});
