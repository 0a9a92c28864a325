import { describe, expect, test } from 'vitest';
import { checkDefinition, type Finding } from '../../../src/simulator/engine';
import { distributed, LAMBDA, single } from './run';

const places = (definition: unknown, type?: 'EXPRESS') =>
  checkDefinition(definition, type).map(({ code, location }: Finding) => `${code} ${location}`);
const pass = { Type: 'Pass', End: true };

describe('checkDefinition', () => {
  test('finds nothing in a definition that is valid, as an object or as text', () => {
    expect(checkDefinition(single({}))).toEqual([]);
    expect(checkDefinition(JSON.stringify(single({})))).toEqual([]);
  });

  test('fails a text that is not JSON, and JSON that is no object, as INVALID_JSON_DESCRIPTION', () => {
    expect(places('{"StartAt":')).toEqual(['INVALID_JSON_DESCRIPTION ']);
    expect(places([])).toEqual(['INVALID_JSON_DESCRIPTION ']);
    expect(places(null)).toEqual(['INVALID_JSON_DESCRIPTION ']);
  });

  test('fails a transition that leads nowhere as MISSING_TRANSITION_TARGET, with the field', () => {
    const task = {
      Type: 'Task',
      Resource: LAMBDA,
      Catch: [{ ErrorEquals: ['A'], Next: 'Gone' }],
      Next: 'Choose',
    };
    const choose = {
      Type: 'Choice',
      Choices: [
        { Variable: '$', IsNull: true, Next: 'Task' },
        { Variable: '$', IsNull: true, Next: 'Gone' },
      ],
      Default: 'Gone',
    };
    expect(places({ StartAt: 'Gone', States: { Task: task, Choose: choose } })).toEqual([
      'MISSING_TRANSITION_TARGET /StartAt',
      'MISSING_TRANSITION_TARGET /States/Task/Catch/0/Next',
      'MISSING_TRANSITION_TARGET /States/Choose/Choices/1/Next',
      'MISSING_TRANSITION_TARGET /States/Choose/Default',
    ]);
  });

  test('fails a state that nothing leads to as MISSING_TRANSITION_TARGET', () => {
    expect(places({ StartAt: 'A', States: { A: pass, B: pass } })).toEqual(['MISSING_TRANSITION_TARGET /States/B']);
  });

  test('fails a name that is there twice as DUPLICATE_STATE_NAME, where it is there again', () => {
    const branch = { StartAt: 'State', States: { State: pass } };
    expect(places(single({ Type: 'Parallel', Branches: [branch] }))).toEqual([
      'DUPLICATE_STATE_NAME /States/State/Branches/0/States/State',
    ]);
  });

  test('points into branches, processors, retriers and rules', () => {
    const inner = { StartAt: 'In', States: { In: { Type: 'Pass', Nonsense: 1, End: true } } };
    expect(places(single({ Type: 'Parallel', Branches: [inner] }))).toEqual([
      'SCHEMA_VALIDATION_FAILED /States/State/Branches/0/States/In/Nonsense',
    ]);
    expect(places(single({ Type: 'Map', ItemProcessor: inner }))).toEqual([
      'SCHEMA_VALIDATION_FAILED /States/State/ItemProcessor/States/In/Nonsense',
    ]);
    const retry = [{ ErrorEquals: ['A'] }, { ErrorEquals: ['B'], BackoffRate: 0.5 }];
    expect(places(single({ Type: 'Task', Resource: LAMBDA, Retry: retry }))).toEqual([
      'SCHEMA_VALIDATION_FAILED /States/State/Retry/1/BackoffRate',
    ]);
    const Choices = [
      {
        And: [
          { Variable: '$', IsNull: true },
          { Variable: '$', IsNull: 'x' },
        ],
        Next: 'B',
      },
    ];
    expect(places({ StartAt: 'A', States: { A: { Type: 'Choice', Choices }, B: pass } })).toEqual([
      'SCHEMA_VALIDATION_FAILED /States/A/Choices/0/And/1/IsNull',
    ]);
  });

  test('escapes a name that has slashes or tildes', () => {
    expect(places({ StartAt: 'a/b~', States: { 'a/b~': { Type: 'Pass' } } })).toEqual([
      'SCHEMA_VALIDATION_FAILED /States/a~1b~0/Next',
    ]);
  });

  test('reports each expression that cannot be parsed, with its place and text', () => {
    const jsonata = { QueryLanguage: 'JSONata', Output: { a: '{% 1 + %}', b: ['{% $x %}', '{% ( %}'] } };
    const findings = checkDefinition(single(jsonata));
    expect(findings.map(({ location }) => location)).toEqual(['/States/State/Output/a', '/States/State/Output/b/1']);
    expect(findings[0].message).toContain("Pass 'State': Output/a can't be understood");
    expect(findings[0].message).toContain('(in: 1 +)');
    const paths = { Parameters: { 'a.$': '$.x[', b: { 'c.$': 'States.Nonsense()', 'd.$': 1 } } };
    expect(places(single(paths))).toEqual([
      'SCHEMA_VALIDATION_FAILED /States/State/Parameters/a.$',
      'SCHEMA_VALIDATION_FAILED /States/State/Parameters/b/c.$',
      'SCHEMA_VALIDATION_FAILED /States/State/Parameters/b/d.$',
    ]);
  });
});

describe('checkDefinition of JSONata', () => {
  const found = (expression: string) =>
    checkDefinition(single({ QueryLanguage: 'JSONata', Output: { v: `{% ${expression} %}` } })).map(
      ({ code, location, message }) => [
        code,
        location,
        message.replace(/ \(in: .*/, '').replace(/^.*understood: /, ''),
      ],
    );
  const unsupported = (reference: string) => [
    'UNSUPPORTED_JSONATA_EXPRESSION',
    '/States/State/Output/v',
    `Reference to '${reference}' at the top level is not supported.`,
  ];

  test.each([
    ['a[1,2)', 'Expected "]", got ","'],
    ['"unterminated', 'String literal must be terminated by a matching quote'],
    ['1 +', 'Unexpected end of expression'],
    ['{"a":}', 'The symbol "}" cannot be used as a unary operator'],
  ])('fails what can not be parsed: %s', (expression, problem) => {
    expect(found(expression)).toEqual([['INVALID_JSONATA_EXPRESSION', '/States/State/Output/v', problem]]);
  });

  test.each([
    ['phone', ['phone']],
    ['phone.number', ['phone']],
    ['$', ['$']],
    ['$.a', ['$']],
    ['$$.a', ['$$']],
    ['$states.input.a[b = $$.c]', ['$$']],
    ['$count(a) + b', ['a', 'b']],
    ['{ "x": a, "y": [a] }', ['a']],
    ['($v := a; -$v)', ['a']],
    ['a ? b : c', ['a', 'b', 'c']],
    ['* ~> $count', ['*']],
    ['**', ['**']],
    ['[a..b]', ['a', 'b']],
    ['$f(?, a)', ['a']],
  ])('fails what refers to nothing, for an expression is applied to nothing: %s', (expression, references) => {
    expect(found(expression)).toEqual(references.map(unsupported));
  });

  test.each([
    '$states.input.a.b',
    '$states.input.a[b = $.c].d',
    '$states.input.a^(b)',
    '$states.input.a{b: c}',
    '$states.input.a.(b + $)',
    '$map($states.input.a, function($v) { $v.b })',
    '$states.input.* ~> |a|{ "b": c }|',
    '$states.input.a.%.b',
    '$match("a", /b/)',
  ])('lets what refers to something: %s', (expression) => {
    expect(found(expression)).toEqual([]);
  });
});

describe('checkDefinition of a Distributed Map', () => {
  const item = { StartAt: 'Item', States: { Item: pass } };
  const reader = (config: object, more: object = {}) =>
    distributed({
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        Parameters: { Bucket: 'b', Key: 'k' },
        ReaderConfig: config,
        ...more,
      },
    });
  const wrong: [string, unknown, string][] = [
    [
      'no type of its children',
      distributed({ ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, ...item } }),
      '/ItemProcessor/ProcessorConfig/ExecutionType',
    ],
    ['a label that is too long', distributed({ Label: 'x'.repeat(41) }), '/Label'],
    ['a label with a space', distributed({ Label: 'a b' }), '/Label'],
    ['a tolerance of more than all', distributed({ ToleratedFailurePercentage: 101 }), '/ToleratedFailurePercentage'],
    ['a batch without a limit', distributed({ ItemBatcher: { BatchInput: {} } }), '/ItemBatcher'],
    [
      'a batch that is too large',
      distributed({ ItemBatcher: { MaxInputBytesPerBatch: 262_145 } }),
      '/ItemBatcher/MaxInputBytesPerBatch',
    ],
    ['an empty ResultWriter', distributed({ ResultWriter: {} }), '/ResultWriter'],
    [
      'a ResultWriter that writes nowhere',
      distributed({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } }),
      '/ResultWriter/Resource',
    ],
    [
      'an unknown resource',
      reader({ InputType: 'JSON' }, { Resource: 'arn:aws:states:::s3:head' }),
      '/ItemReader/Resource',
    ],
    ['an unknown InputType', reader({ InputType: 'XML' }), '/ItemReader/ReaderConfig/InputType'],
    ['a CSV without CSVHeaderLocation', reader({ InputType: 'CSV' }), '/ItemReader/ReaderConfig/CSVHeaderLocation'],
    [
      'headers that are GIVEN, but are not',
      reader({ InputType: 'CSV', CSVHeaderLocation: 'GIVEN' }),
      '/ItemReader/ReaderConfig/CSVHeaders',
    ],
    [
      'an unknown delimiter',
      reader({ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', CSVDelimiter: 'DOT' }),
      '/ItemReader/ReaderConfig/CSVDelimiter',
    ],
    ['too many items', reader({ InputType: 'JSON', MaxItems: 100_000_001 }), '/ItemReader/ReaderConfig/MaxItems'],
    ['an inline Map with its fields', single({ Type: 'Map', ItemProcessor: item, Label: 'x' }), '/Label'],
  ];
  test.each(wrong)('fails for %s', (_, definition, location) => {
    expect(places(definition)).toEqual([`SCHEMA_VALIDATION_FAILED /States/State${location}`]);
  });

  test('fails in an Express workflow, and for children of type Express that wait', () => {
    expect(places(distributed(), 'EXPRESS')).toEqual(['SCHEMA_VALIDATION_FAILED /States/State/ItemProcessor']);
    const waits = { Type: 'Task', Resource: `${LAMBDA}.waitForTaskToken`, End: true };
    const processor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
      StartAt: 'W',
      States: { W: waits },
    };
    expect(places(distributed({ ItemProcessor: processor }))).toEqual([
      'SCHEMA_VALIDATION_FAILED /States/State/ItemProcessor/States/W/Resource',
    ]);
  });

  test('lets its processor assign a variable of the name of an outer one', () => {
    const processor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'In',
      States: { In: { ...pass, Assign: { v: 1 } } },
    };
    const map = { Type: 'Map', ItemProcessor: processor, End: true };
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Assign: { v: 1 }, Next: 'M' }, M: map } };
    expect(checkDefinition(definition)).toEqual([]);
  });
});
