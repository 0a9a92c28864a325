import { expect, test } from 'vitest';
import { permissionsOf } from '../../../src/simulator/iam/permissions';
import { assemblyWith, QUEUE_ARN, ROLE_ARN, SEND } from './policies';

const send = { principalRoleArn: ROLE_ARN, action: 'sqs:SendMessage', resource: QUEUE_ARN };

test('the permissions of a role are one for each action and resource of each allowance', () => {
  const resources = assemblyWith([
    { Sid: 'Two', Action: ['sqs:SendMessage', 'sqs:Get*'], Resource: [QUEUE_ARN, 'b'] },
    { Effect: 'Deny', Action: 'sns:*', Resource: '*' },
    { NotAction: ['s3:*', 'kms:*'], Resource: '*' },
  ]);
  const listed = permissionsOf(ROLE_ARN, resources).map(({ statement, action, resource }) => [
    statement.sid ?? statement.index,
    action,
    resource,
  ]);
  expect(listed).toEqual([
    ['Two', 'sqs:SendMessage', QUEUE_ARN],
    ['Two', 'sqs:SendMessage', 'b'],
    ['Two', 'sqs:Get*', QUEUE_ARN],
    ['Two', 'sqs:Get*', 'b'],
    [2, 'not s3:*, kms:*', '*'],
  ]);
});

test('a permission covers the calls that it lets through, and no others', () => {
  const resources = assemblyWith([{ Action: ['sqs:SendMessage', 'sqs:Get*'], Resource: [QUEUE_ARN, 'b'] }]);
  const covering = permissionsOf(ROLE_ARN, resources).filter((permission) => permission.covers(send));
  expect(covering).toMatchObject([{ action: 'sqs:SendMessage', resource: QUEUE_ARN }]);
});

test('a permission covers no call of another role, and none that its condition excludes', () => {
  const resources = assemblyWith([{ ...SEND, Condition: { StringEquals: { 'sqs:key': 'a' } } }]);
  const [permission] = permissionsOf(ROLE_ARN, resources);
  expect(permission.covers({ ...send, context: { 'sqs:key': 'a' } })).toBe(true);
  expect(permission.covers({ ...send, context: { 'sqs:key': 'b' } })).toBe(false);
  expect(permission.covers({ ...send, principalRoleArn: `${ROLE_ARN}2`, context: { 'sqs:key': 'a' } })).toBe(false);
});

test('fails to list the permissions of a role that has a policy which is not known', () => {
  const role = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };
  expect(() => permissionsOf(ROLE_ARN, assemblyWith([], { role }))).toThrow(/AdministratorAccess, which is not known/);
});
