import { describe, expect, test } from 'vitest';
import { parseDefinition, SimulatorFault } from '../../../src/simulator/engine';
import { distributed, LAMBDA, single, TOKEN } from './run';

const pass = { Type: 'Pass', End: true };
const message = (definition: unknown, type?: 'EXPRESS') => {
  try {
    parseDefinition(definition, type);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing is wrong';
};

describe('parseDefinition', () => {
  test('fails with all that is wrong at once', () => {
    const definition = {
      StartAt: 'Missing',
      States: {
        A: { Type: 'Pass', Next: 'Gone' },
        B: { Type: 'Dream' },
        C: { Type: 'Wait', End: true },
      },
    };
    expect(message(definition).split('\n').slice(1)).toEqual([
      "- Dream 'B': Type must be one of Pass, Succeed, Fail, Wait, Choice, Task, Parallel, Map (SCHEMA_VALIDATION_FAILED at /States/B/Type)",
      "- Wait 'C': Seconds or Timestamp must say how long to wait, one of them (SCHEMA_VALIDATION_FAILED at /States/C/Seconds)",
      "- State machine: StartAt: there is no state 'Missing' in the same States (MISSING_TRANSITION_TARGET at /StartAt)",
      "- Pass 'A': Next: there is no state 'Gone' in the same States (MISSING_TRANSITION_TARGET at /States/A/Next)",
      "- Pass 'A': no state leads here (MISSING_TRANSITION_TARGET at /States/A)",
      "- Wait 'C': no state leads here (MISSING_TRANSITION_TARGET at /States/C)",
    ]);
  });

  const wrong: [string, object, string][] = [
    ['an unknown field', single({ Retries: [] }), "Pass 'State': Retries does not belong here"],
    ['an unknown field of the machine', { ...single({}), Timeout: 5 }, 'State machine: Timeout does not belong here'],
    ['a JSONPath field in JSONata', single({ QueryLanguage: 'JSONata', InputPath: '$' }), 'InputPath does not belong'],
    ['a JSONata field in JSONPath', single({ Output: 1 }), 'Output does not belong'],
    ['a field of another type of state', single({ Retry: [] }), 'Retry does not belong'],
    ['Next and End', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B', End: true }, B: pass } }, 'both'],
    ['neither Next nor End', { StartAt: 'A', States: { A: { Type: 'Pass' } } }, 'Next is missing, and so is End'],
    ['End on a Succeed', { StartAt: 'A', States: { A: { Type: 'Succeed', End: true } } }, 'End does not belong'],
    ['no StartAt', { States: { A: pass } }, 'StartAt is missing'],
    ['no States', { StartAt: 'A' }, 'States is missing'],
    ['a name that is too long', { StartAt: 'x'.repeat(81), States: { ['x'.repeat(81)]: pass } }, '81 characters'],
    ['a bad path', single({ InputPath: '$.a[' }), "InputPath can't be understood"],
    ['a bad expression', single({ QueryLanguage: 'JSONata', Output: '{% 1 + %}' }), "Output can't be understood"],
    ['a bad reference path', single({ ResultPath: '$.a[*]' }), "ResultPath can't be understood"],
    ['a variable called states', single({ Assign: { states: 1 } }), "can't assign 'states'"],
    ['a variable with a bad name', single({ Assign: { 'a-b': 1 } }), "can't assign 'a-b'"],
    ['a language that is unknown', single({ QueryLanguage: 'SQL' }), 'QueryLanguage must be JSONPath or JSONata'],
    [
      'JSONPath in a JSONata machine',
      single({ QueryLanguage: 'JSONPath' }, { QueryLanguage: 'JSONata' }),
      "QueryLanguage can't be JSONPath",
    ],
    ['no Resource', single({ Type: 'Task' }), 'Resource is missing'],
    ['a Resource that is no ARN', single({ Type: 'Task', Resource: 'my-function' }), 'is not the ARN'],
    ['a timeout of 0', single({ Type: 'Task', Resource: LAMBDA, TimeoutSeconds: 0 }), 'TimeoutSeconds must be greater'],
    [
      'a heartbeat as long as the timeout',
      single({ Type: 'Task', Resource: TOKEN, TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
      'HeartbeatSeconds must be smaller than TimeoutSeconds',
    ],
    [
      'two ways to say a timeout',
      single({ Type: 'Task', Resource: LAMBDA, TimeoutSeconds: 5, TimeoutSecondsPath: '$' }),
      "TimeoutSeconds and TimeoutSecondsPath can't both be there",
    ],
    [
      'States.ALL that is not last',
      single({ Type: 'Task', Resource: LAMBDA, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }),
      'Retry[0] has States.ALL, which must stand alone, and last',
    ],
    [
      'MaxDelaySeconds below IntervalSeconds',
      single({
        Type: 'Task',
        Resource: LAMBDA,
        Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 5, MaxDelaySeconds: 5 }],
      }),
      'MaxDelaySeconds must be greater than IntervalSeconds',
    ],
    [
      'a Catch that leads nowhere',
      single({ Type: 'Task', Resource: LAMBDA, Catch: [{ ErrorEquals: ['A'], Next: 'Gone' }] }),
      "Task 'State': Catch: there is no state 'Gone'",
    ],
    [
      'a timestamp without an offset',
      single({ Type: 'Wait', Timestamp: '2026-01-01T00:00:00' }),
      'Timestamp must be an ISO',
    ],
    [
      'a wait of half a second',
      single({ Type: 'Wait', Seconds: 0.5 }),
      'Seconds must be an integer from 0 to 99999999',
    ],
    ['a Parallel without branches', single({ Type: 'Parallel', Branches: [] }), 'Branches must have a branch'],
    ['a Map without processor', single({ Type: 'Map' }), 'ItemProcessor is missing'],
    [
      'a comparison with two operators',
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, IsString: true, Next: 'B' }] },
          B: pass,
        },
      },
      'must be compared by one operator, but there are 2',
    ],
    [
      'an operand of the wrong type',
      {
        StartAt: 'A',
        States: { A: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: '1', Next: 'B' }] }, B: pass },
      },
      'NumericEquals can\'t compare with "1"',
    ],
  ];
  test.each(wrong)('fails for %s', (_, definition, expected) => {
    expect(message(definition)).toContain(expected);
  });

  test('fails where a name is there twice, in whatever depth', () => {
    const branch = { StartAt: 'State', States: { State: pass } };
    expect(message(single({ Type: 'Parallel', Branches: [branch] }))).toContain(
      "'State' has a name that another state has",
    );
  });

  test('fails where a state leads into another branch', () => {
    const branch = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'State' } } };
    expect(message(single({ Type: 'Parallel', Branches: [branch] }))).toContain("there is no state 'State'");
  });

  test('fails where an inner scope assigns a variable of an outer one', () => {
    const branch = { StartAt: 'In', States: { In: { ...pass, Assign: { v: 1 } } } };
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { v: 1 }, Next: 'B' },
        B: { Type: 'Parallel', Branches: [branch], End: true },
      },
    };
    expect(message(definition)).toContain(
      "Pass 'In': Assign can't assign 'v': a variable around this scope has that name",
    );
  });

  test('lets the scopes beside one another, and a Catch, assign the same variable', () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: { ...pass, Assign: { v: 1 } } } });
    const definition = {
      StartAt: 'A',
      States: {
        A: {
          Type: 'Parallel',
          Branches: [branch('B'), branch('C')],
          Catch: [{ ErrorEquals: ['States.ALL'], Assign: { v: 2 }, Next: 'D' }],
          Next: 'D',
        },
        D: pass,
      },
    };
    expect(message(definition)).toBe('nothing is wrong');
  });

  test('fails where an Express workflow would wait for a token', () => {
    expect(message(single({ Type: 'Task', Resource: TOKEN }), 'EXPRESS')).toContain("which an Express workflow can't");
  });

  test('fails with a fault of the simulator for what it does not support, by state and field', () => {
    const reader = (config: object) => () =>
      parseDefinition(
        distributed({
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            Parameters: { Bucket: 'b', Key: 'k' },
            ReaderConfig: config,
          },
        }),
      );
    expect(reader({ InputType: 'PARQUET' })).toThrow(SimulatorFault);
    expect(reader({ InputType: 'PARQUET' })).toThrow(
      "Map 'State': ItemReader: ReaderConfig: InputType PARQUET is not supported",
    );
    expect(reader({ InputType: 'MANIFEST', ManifestType: 'ATHENA_DATA' })).toThrow('ATHENA_DATA is not supported');
  });
});
