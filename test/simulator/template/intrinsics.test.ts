import { describe, expect, test } from 'vitest';
import { SimulatorFault } from '../../../src/simulator/engine/fault';
import { assemblyOf } from './synth';

const QUEUE_URL = /^https:\/\/sqs\.us-east-1\.amazonaws\.com\/123456789012\/Stack-Queue-[0-9A-F]{8}$/;
const QUEUE_ARN = /^arn:aws:sqs:us-east-1:123456789012:Stack-Queue-[0-9A-F]{8}$/;

/** What a value of a property resolves to, in a template that has a queue and what else is given. */
function resolved(value: unknown, rest: { [section: string]: object } = {}): unknown {
  const { Resources, ...sections } = rest;
  return assemblyOf({
    ...sections,
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      Subject: { Type: 'Test::Subject', Properties: { Value: value } },
      ...Resources,
    },
  }).find('Subject')?.properties.Value;
}

describe('references', () => {
  test('Ref gives the physical id', () => {
    expect(resolved({ Ref: 'Queue' })).toMatch(QUEUE_URL);
  });

  test.each([
    ['list', { 'Fn::GetAtt': ['Queue', 'Arn'] }],
    ['text', { 'Fn::GetAtt': 'Queue.Arn' }],
  ])('Fn::GetAtt gives the attribute, written as a %s', (_, value) => {
    expect(resolved(value)).toMatch(QUEUE_ARN);
  });

  test.each([
    ['AWS::AccountId', '123456789012'],
    ['AWS::Region', 'us-east-1'],
    ['AWS::Partition', 'aws'],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::StackName', 'Stack'],
    ['AWS::NotificationARNs', []],
  ])('%s has its value', (name, value) => {
    expect(resolved({ Ref: name })).toEqual(value);
  });

  test('AWS::StackId has the shape of a real one and is the same every time', () => {
    const id = String(resolved({ Ref: 'AWS::StackId' }));
    const [place, name, guid] = id.split('/');
    expect([place, name]).toEqual(['arn:aws:cloudformation:us-east-1:123456789012:stack', 'Stack']);
    expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(resolved({ Ref: 'AWS::StackId' })).toBe(id);
  });

  test('AWS::NoValue removes a property, an entry and an item', () => {
    expect(resolved({ Ref: 'AWS::NoValue' })).toBeUndefined();
    expect(resolved({ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] })).toStrictEqual({ b: [1] });
  });

  test('fails where a name is neither a parameter nor a resource, with the place', () => {
    expect(() => resolved({ a: [{ Ref: 'Nobody' }] })).toThrow(
      /Stack Stack, resource Subject, property Value\.a\[0\].*Nobody/,
    );
  });

  test('fails on an attribute that is not known, with the resource, its type and the attribute', () => {
    expect(() => resolved({ 'Fn::GetAtt': ['Queue', 'Colour'] })).toThrow(/resource Queue.*Colour.*AWS::SQS::Queue/);
  });

  test('fails on a resource that is named after itself', () => {
    const Resources = {
      Loop: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetAtt': 'Loop.QueueName' } } },
    };
    expect(() => resolved({ Ref: 'Loop' }, { Resources })).toThrow(/depends on itself/);
  });
});

describe('parameters', () => {
  test('give their default', () => {
    expect(resolved({ Ref: 'Size' }, { Parameters: { Size: { Type: 'Number', Default: 3 } } })).toBe(3);
  });

  test.each(['CommaDelimitedList', 'List<Number>'])('of the type %s give a list', (Type) => {
    expect(resolved({ Ref: 'Names' }, { Parameters: { Names: { Type, Default: '1, 2' } } })).toEqual(['1', '2']);
  });

  test('of the Parameter Store give the value that the assembly stores', () => {
    const Parameters = { Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/b' } };
    const Resources = {
      Store: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/a/b', Value: 'v', Type: 'String' } },
    };
    expect(resolved({ Ref: 'Stored' }, { Parameters, Resources })).toBe('v');
  });

  test('fails on a stored parameter that the assembly does not have', () => {
    const Parameters = { Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/b' } };
    expect(() => resolved({ Ref: 'Stored' }, { Parameters })).toThrow(/\/a\/b is not in the assembly/);
  });

  test('fails on a parameter without a default only where it is read', () => {
    const Parameters = { Open: { Type: 'String' } };
    expect(resolved('else', { Parameters })).toBe('else');
    expect(() => resolved({ Ref: 'Open' }, { Parameters })).toThrow(/parameter Open .*no default/);
  });
});

describe('texts and lists', () => {
  test.each<[string, unknown, unknown]>([
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-us-east-1'],
    ['Fn::Join over Fn::Split', { 'Fn::Join': ['/', { 'Fn::Split': [',', 'a,b'] }] }, 'a/b'],
    ['Fn::Split', { 'Fn::Split': ['/', 'a/b'] }, ['a', 'b']],
    ['Fn::Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    ['Fn::Sub', { 'Fn::Sub': '${AWS::Region}/${Queue.QueueName}' }, expect.stringMatching(/^us-east-1\/Stack-Queue-/)],
    [
      'Fn::Sub with values',
      { 'Fn::Sub': ['${a} ${AWS::Region}', { a: { Ref: 'AWS::StackName' } }] },
      'Stack us-east-1',
    ],
    ['Fn::Sub with a literal', { 'Fn::Sub': '${!Name}' }, '${Name}'],
    ['Fn::Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    ['Fn::GetAZs', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    ['Fn::Length', { 'Fn::Length': ['a', 'b'] }, 2],
    ['Fn::ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'AWS::Region' } } }, '{"a":"us-east-1"}'],
  ])('%s is resolved', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  test('Fn::FindInMap looks into the Mappings, and takes its default else', () => {
    const Mappings = { Map: { 'us-east-1': { key: 'value' } } };
    const find = (second: string) => [{ Ref: 'AWS::Region' }, second];
    expect(resolved({ 'Fn::FindInMap': ['Map', ...find('key')] }, { Mappings })).toBe('value');
    expect(resolved({ 'Fn::FindInMap': ['Map', ...find('no'), { DefaultValue: 'else' }] }, { Mappings })).toBe('else');
  });

  test('fails where Fn::FindInMap finds nothing', () => {
    expect(() => resolved({ 'Fn::FindInMap': ['Map', 'a', 'b'] })).toThrow(/no Map\.a\.b/);
  });

  test('fails where Fn::Select has no such item', () => {
    expect(() => resolved({ 'Fn::Select': [2, ['a', 'b']] })).toThrow(/no item 2 in a list of 2/);
  });

  test('fails where a text is needed and there is an object', () => {
    expect(() => resolved({ 'Fn::Join': ['', [{ a: 1 }]] })).toThrow(/Fn::Join needs a text/);
  });

  test.each(['Fn::Cidr', 'Fn::Transform', 'Fn::Invented'])('fails on %s, with the place', (name) => {
    expect(() => resolved({ a: { [name]: [] } })).toThrow(
      `Stack Stack, resource Subject, property Value.a: the intrinsic function ${name} is not supported.`,
    );
  });

  test('fails on a dynamic reference, whose value only AWS has', () => {
    expect(() => resolved('{{resolve:secretsmanager:x}}')).toThrow(/dynamic reference/);
  });

  test('fails with a fault that no workflow can catch', () => {
    expect(() => resolved({ 'Fn::Cidr': [] })).toThrow(SimulatorFault);
  });
});

describe('conditions', () => {
  const Conditions = {
    Yes: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Odd: { 'Fn::Contains': [['a'], 'a'] },
  };

  test.each([
    ['Yes', 'then'],
    ['No', 'otherwise'],
    ['Both', 'otherwise'],
    ['Either', 'then'],
  ])('Fn::If of %s gives %s', (name, expected) => {
    expect(resolved({ 'Fn::If': [name, 'then', 'otherwise'] }, { Conditions })).toBe(expected);
  });

  test('Fn::If leaves the branch alone that it does not take', () => {
    expect(resolved({ 'Fn::If': ['Yes', 'then', { 'Fn::Cidr': [] }] }, { Conditions })).toBe('then');
  });

  test('a key that is called Condition is no condition outside of them', () => {
    expect(resolved({ Condition: 'Yes' }, { Conditions })).toEqual({ Condition: 'Yes' });
  });

  test('a resource whose condition is false does not exist', () => {
    const template = {
      Conditions,
      Resources: {
        Gone: { Type: 'AWS::SQS::Queue', Condition: 'No' },
        There: { Type: 'AWS::SQS::Queue', Condition: 'Yes' },
      },
    };
    expect(
      assemblyOf(template)
        .all()
        .map((resource) => resource.logicalId),
    ).toEqual(['There']);
    expect(assemblyOf(template).find('Gone')).toBeUndefined();
  });

  test('fails on a reference to a resource that does not exist', () => {
    const Resources = { Gone: { Type: 'AWS::SQS::Queue', Condition: 'No' } };
    expect(() => resolved({ Ref: 'Gone' }, { Conditions, Resources })).toThrow(/Gone does not exist/);
  });

  test('fails on a function that a condition cannot have, and on a name that is not there', () => {
    expect(() => resolved({ 'Fn::If': ['Odd', 1, 2] }, { Conditions })).toThrow(/Fn::Contains is not supported/);
    expect(() => resolved({ 'Fn::If': ['Never', 1, 2] }, { Conditions })).toThrow(/no condition Never/);
  });
});
