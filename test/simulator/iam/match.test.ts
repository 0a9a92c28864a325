import { describe, expect, test } from 'vitest';
import { SimulatorFault } from '../../../src/simulator/engine/fault';
import { ask, assemblyWith, QUEUE_ARN, type Statement } from './policies';

const allows = (statement: Statement, request?: Parameters<typeof ask>[1]): boolean =>
  ask(assemblyWith([statement]), request).allowed;

describe('actions', () => {
  test.each([
    ['sqs:SendMessage', true],
    ['SQS:sendmessage', true],
    ['sqs:Send*', true],
    ['sqs:?endMessage', true],
    ['*', true],
    ['sqs:Send', false],
    ['sns:SendMessage', false],
    ['sqs:SendMessageBatch', false],
  ])('sqs:SendMessage under %s: %s', (Action, expected) => {
    expect(allows({ Action, Resource: '*' })).toBe(expected);
  });

  test('of which one is in a list match', () => {
    expect(allows({ Action: ['sns:Publish', 'sqs:SendMessage'], Resource: '*' })).toBe(true);
  });

  test('under NotAction are all but those', () => {
    expect(allows({ NotAction: 'sqs:Delete*', Resource: '*' })).toBe(true);
    expect(allows({ NotAction: ['sns:*', 'sqs:Send*'], Resource: '*' })).toBe(false);
  });
});

describe('resources', () => {
  test.each([
    [QUEUE_ARN, true],
    ['arn:aws:sqs:*:123456789012:in*', true],
    ['arn:aws:sqs:us-east-?:123456789012:inbox', true],
    ['arn:aws:sqs:us-east-1:*', true],
    [QUEUE_ARN.toUpperCase(), false],
    [`${QUEUE_ARN}.fifo`, false],
    ['arn:aws:sqs:us-east-1:123456789012:in.ox', false],
  ])('the queue under %s: %s', (Resource, expected) => {
    expect(allows({ Action: '*', Resource })).toBe(expected);
  });

  test('under NotResource are all but those', () => {
    expect(allows({ Action: '*', NotResource: QUEUE_ARN })).toBe(false);
    expect(allows({ Action: '*', NotResource: `${QUEUE_ARN}2` })).toBe(true);
  });

  test('an action that knows none needs a statement on all', () => {
    expect(allows({ Action: '*', Resource: '*' }, { resource: '*' })).toBe(true);
    expect(allows({ Action: '*', Resource: QUEUE_ARN }, { resource: '*' })).toBe(false);
  });
});

describe('policy variables', () => {
  const arn = (name: string) => `arn:aws:s3:::${name}`;

  test.each([
    ['${aws:PrincipalAccount}', '123456789012'],
    ['${AWS:principalaccount}-x', '123456789012-x'],
    ["${aws:SourceVpc, 'none'}", 'none'],
    ['${s3:prefix}', 'given'],
    ['${*}${?}${$}', '*?$'],
  ])('%s stands for %s', (variable, value) => {
    const request = { action: 's3:GetObject', resource: arn(value), context: { 's3:prefix': 'given' } };
    expect(allows({ Action: '*', Resource: arn(variable) }, request)).toBe(true);
    expect(allows({ Action: '*', Resource: arn(variable) }, { ...request, resource: arn(`${value}2`) })).toBe(false);
  });

  test('whose value has a wildcard take it as it is', () => {
    const context = { 's3:prefix': '*' };
    const request = { action: 's3:GetObject', resource: arn('any'), context };
    expect(allows({ Action: '*', Resource: arn('${s3:prefix}') }, request)).toBe(false);
  });

  test('without a value match nothing', () => {
    expect(allows({ Action: '*', Resource: '${aws:username}*' })).toBe(false);
  });

  test('of a policy of the first version stand for themselves', () => {
    const Policies = [
      { PolicyName: 'old', PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: arn('${aws:x}') } } },
    ];
    const resources = assemblyWith([], { role: { Policies } });
    expect(ask(resources, { action: 's3:GetObject', resource: arn('${aws:x}') }).allowed).toBe(true);
  });

  test('fails on one that is not known, with the policy', () => {
    expect(() => allows({ Action: '*', Resource: '${ec2:Owner}' })).toThrow(/Policy Stack\.Role\/own.*ec2:Owner/);
  });
});

describe('conditions', () => {
  const under = (Condition: object, context: { [key: string]: string | string[] } = {}): boolean =>
    allows({ Action: '*', Resource: '*', Condition }, { context });
  const KEY = 'sqs:key';

  test.each<[string, string | string[], string, boolean]>([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringNotEquals', ['a', 'b'], 'a', false],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike', 'a*', 'ab', true],
    ['StringLike', 'a*', 'Ab', false],
    ['StringNotLike', 'a*', 'ab', false],
    ['ArnLike', 'arn:aws:sns:*:1:t*', 'arn:aws:sns:us-east-1:1:topic:sub', true],
    ['ArnEquals', 'arn:aws:sns:*:t', 'arn:aws:sns:us-east-1:1:t', false],
    ['ArnNotLike', 'arn:aws:sns:*:1:t*', 'arn:aws:sns:us-east-1:1:topic', false],
    ['ArnNotEquals', 'arn:aws:sns:us-east-1:1:a', 'arn:aws:sns:us-east-1:1:b', true],
    ['Bool', 'true', 'True', true],
    ['Bool', 'true', 'false', false],
    ['NumericEquals', '10', '10.0', true],
    ['NumericNotEquals', '10', '10', false],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '10', '11', true],
    ['NumericGreaterThanEquals', '10', '9', false],
    ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', true],
    ['DateNotEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', false],
    ['DateLessThan', '2026-01-01T00:00:00Z', '1767225599', true],
    ['DateLessThanEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', false],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', false],
    ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', true],
  ])('%s %j on %s: %s', (operator, wanted, value, expected) => {
    expect(under({ [operator]: { [KEY]: wanted } }, { [KEY]: value })).toBe(expected);
  });

  test.each([
    ['StringEquals', false],
    ['StringNotEquals', true],
    ['StringEqualsIfExists', true],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringNotEquals', false],
    ['ForAnyValue:StringEqualsIfExists', true],
    ['ForAllValues:StringEquals', true],
  ])('%s without the key: %s', (operator, expected) => {
    expect(under({ [operator]: { [KEY]: 'a' } })).toBe(expected);
  });

  test.each<[string, string[], boolean]>([
    ['ForAnyValue:StringEquals', ['a', 'x'], true],
    ['ForAnyValue:StringEquals', ['x'], false],
    ['ForAllValues:StringLike', ['a', 'b'], true],
    ['ForAllValues:StringLike', ['a', 'x'], false],
    ['ForAllValues:StringNotEquals', ['x', 'y'], true],
    ['ForAllValues:StringNotEquals', ['x', 'a'], false],
    ['ForAnyValue:StringNotEquals', ['x', 'a'], true],
  ])('%s of a and b on %j: %s', (operator, values, expected) => {
    expect(under({ [operator]: { [KEY]: ['a', 'b'] } }, { [KEY]: values })).toBe(expected);
  });

  test('Null asks whether the key is absent', () => {
    expect(under({ Null: { [KEY]: 'true' } })).toBe(true);
    expect(under({ Null: { [KEY]: 'false' } })).toBe(false);
    expect(under({ Null: { [KEY]: 'false' } }, { [KEY]: 'x' })).toBe(true);
  });

  test('must all be met, and their keys are not case-sensitive', () => {
    const Condition = { StringEquals: { 'SQS:Key': 'a', 'sqs:other': 'b' } };
    expect(under(Condition, { [KEY]: 'a', 'sqs:other': 'b' })).toBe(true);
    expect(under(Condition, { [KEY]: 'a', 'sqs:other': 'c' })).toBe(false);
  });

  test('may compare with a policy variable', () => {
    const Condition = { StringEquals: { [KEY]: '${aws:PrincipalAccount}' } };
    expect(under(Condition, { [KEY]: '123456789012' })).toBe(true);
  });

  test.each([
    ['aws:SecureTransport', 'true'],
    ['aws:PrincipalArn', 'arn:aws:iam::123456789012:role/worker'],
    ['aws:PrincipalAccount', '123456789012'],
    ['aws:PrincipalType', 'AssumedRole'],
    ['aws:ResourceAccount', '123456789012'],
    ['aws:RequestedRegion', 'us-east-1'],
    ['aws:ViaAWSService', 'false'],
  ])('%s is %s by itself', (key, value) => {
    expect(under({ StringEquals: { [key]: value } })).toBe(true);
  });

  test('see the tags of the role', () => {
    const statement = { Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } };
    const tagged = assemblyWith([statement], { role: { Tags: [{ Key: 'team', Value: 'red' }] } });
    expect(ask(tagged).allowed).toBe(true);
    expect(ask(assemblyWith([statement])).allowed).toBe(false);
  });

  test('fails on several values without a set operator', () => {
    expect(() => under({ StringEquals: { [KEY]: 'a' } }, { [KEY]: ['a', 'b'] })).toThrow(/needs ForAnyValue/);
  });

  test.each(['IpAddress', 'BinaryEquals', 'StringInvented', 'ForAnyValue:IpAddress'])(
    'fails on the operator %s, with the policy',
    (operator) => {
      expect(() => under({ [operator]: { [KEY]: 'a' } }, { [KEY]: 'a' })).toThrow(
        `Policy Stack.Role/own, statement 0: the condition operator ${operator} is not supported.`,
      );
    },
  );

  test.each(['aws:PrincipalOrgID', 'aws:CurrentTime', 'aws:SourceIp', 'aws:ResourceTag/team'])(
    'fails on the global key %s unless it is given',
    (key) => {
      expect(() => under({ StringEquals: { [key]: 'x' } })).toThrow(SimulatorFault);
      expect(under({ StringEquals: { [key]: 'x' } }, { [key]: 'x' })).toBe(true);
    },
  );

  test('leave a statement alone that does not speak of the call', () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    expect(allows({ Action: 'sns:Publish', Resource: '*', Condition })).toBe(false);
  });
});

describe('documents', () => {
  test('fails on an element that is not known', () => {
    expect(() => allows({ Action: '*', Resource: '*', Reason: 'x' })).toThrow(/the element Reason/);
  });

  test('fails on a statement without Action or with an odd Effect', () => {
    expect(() => allows({ Resource: '*' })).toThrow(/needs an Effect/);
    expect(() => allows({ Effect: 'Perhaps', Action: '*', Resource: '*' })).toThrow(/needs an Effect/);
  });

  test('fails on a statement of a role that names no resource, or a principal', () => {
    expect(() => allows({ Action: '*' })).toThrow(/needs a Resource and no Principal/);
    expect(() => allows({ Action: '*', Resource: '*', Principal: '*' })).toThrow(/needs a Resource and no Principal/);
  });
});
