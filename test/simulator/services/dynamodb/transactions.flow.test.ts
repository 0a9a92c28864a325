import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { expect, test } from 'vitest';
import { Fault } from '../../../../src/simulator';
import { fn, newStack } from '../../../fixtures';
import { simulate } from '../../simulate';
import { invoker, SDK } from '../sdk';

const CALLS = `${SDK}
  const answers = [];
  for (const [operation, input] of event) answers.push((await dynamodb(operation, input)).body);
  return answers;`;

type Answer = { readonly __type?: string; readonly [name: string]: unknown };

const tableOf = (
  grant = (table: dynamodb.Table, grantee: ReturnType<typeof fn>) => void table.grantReadWriteData(grantee),
) => {
  const stack = newStack();
  const table = new dynamodb.Table(stack, 'Table', {
    tableName: 'votes',
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: 'until',
  });
  const handler = fn(stack, 'Handler', CALLS);
  grant(table, handler);
  const workflow = invoker(stack, handler);
  const sim = simulate(stack);
  const ask = async (...calls: [string, object][]) => (await sim.start(workflow, calls)).output as Answer[];
  const write = async (...TransactItems: object[]) => (await ask(['TransactWriteItems', { TransactItems }]))[0];
  const items = async () => (await sim.items(table)).sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  return { sim, ask, write, items };
};

const TableName = 'votes';
const key = (id: string) => ({ id: { S: id } });
const put = (id: string, more = {}) => ({ Put: { TableName, Item: { ...key(id), n: { N: '1' } }, ...more } });
const add = (id: string, more = {}) => ({
  Update: {
    TableName,
    Key: key(id),
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
    ...more,
  },
});
const check = (id: string, ConditionExpression: string) => ({
  ConditionCheck: { TableName, Key: key(id), ConditionExpression },
});
const NEW = { ConditionExpression: 'attribute_not_exists(id)' };

test('a transaction does all of its writes', async () => {
  const { write, items } = tableOf();
  await write(put('a'), put('b'));
  expect(
    await write(add('a'), { Delete: { TableName, Key: key('b') } }, check('c', 'attribute_not_exists(id)')),
  ).toEqual({});
  expect(await items()).toEqual([{ id: 'a', n: 2 }]);
});

test.each([
  ['a put', put('a', NEW)],
  ['an update', add('a', { ConditionExpression: 'n > :one' })],
  ['a check of what is there', check('a', 'attribute_not_exists(id)')],
  ['a check of what is not there', check('z', 'attribute_exists(id)')],
])('fails, and does nothing, where the condition of %s does not hold', async (_what, failing) => {
  const { write, items } = tableOf();
  await write(put('a'), put('b'));
  expect(await write(put('c'), failing, { Delete: { TableName, Key: key('b') } })).toMatchObject({
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    message: expect.stringContaining('[None, ConditionalCheckFailed, None]'),
    CancellationReasons: [
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      { Code: 'None' },
    ],
  });
  expect(await items()).toEqual([
    { id: 'a', n: 1 },
    { id: 'b', n: 1 },
  ]);
});

test('a failed condition shows the item where it is asked to', async () => {
  const { write } = tableOf();
  await write(put('a'));
  const { CancellationReasons } = await write(put('a', { ...NEW, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }));
  expect(CancellationReasons).toMatchObject([{ Item: { id: { S: 'a' }, n: { N: '1' } } }]);
});

test('a token makes the second request the same as the first, for ten minutes', async () => {
  const { sim, ask, items } = tableOf();
  const write = (TransactItems: object[]): [string, object] => [
    'TransactWriteItems',
    { TransactItems, ClientRequestToken: 't' },
  ];
  await ask(write([add('a')]), write([add('a')]));
  expect(await items()).toEqual([{ id: 'a', n: 1 }]);
  expect((await ask(write([add('b')])))[0].__type).toMatch(/IdempotentParameterMismatchException$/);
  await sim.advance(Duration.minutes(11));
  await ask(write([add('a')]));
  expect(await items()).toEqual([{ id: 'a', n: 2 }]);
});

test('several items are read at once', async () => {
  const { ask, write } = tableOf();
  await write(put('a'));
  const Get = (id: string) => ({ Get: { TableName, Key: key(id) } });
  const [{ Responses }] = await ask(['TransactGetItems', { TransactItems: [Get('a'), Get('b')] }]);
  expect(Responses).toEqual([{ Item: { id: { S: 'a' }, n: { N: '1' } } }, {}]);
});

test('IAM judges what each part would need alone', async () => {
  const { sim, write } = tableOf(
    (table, grantee) => void table.grant(grantee, 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
  );
  await write(put('a'), put('b'), add('c'));
  expect(sim.calls.filter(({ source }) => source === 'handler').map(({ action }) => action)).toEqual([
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
  ]);
  expect((await write(put('d'), check('a', 'attribute_exists(id)'))).message).toContain('dynamodb:ConditionCheckItem');
});

test.each([
  ['the same item twice', [put('a'), add('a')], 'multiple operations on one item'],
  ['nothing', [], 'between 1 and 100'],
])('fails with %s', async (_what, items, message) => {
  expect(await tableOf().write(...items)).toMatchObject({ message: expect.stringContaining(message) });
});

test('a fault is for the operation too', async () => {
  const { sim, write, items } = tableOf();
  sim.fault('dynamodb:TransactWriteItems', Fault.error('TransactionConflictException'));
  expect((await write(put('a'))).__type).toMatch(/TransactionConflictException$/);
  expect(await items()).toEqual([]);
});

test('an item is deleted when it has expired for two days', async () => {
  const { sim, write, items } = tableOf();
  const until = { N: String(sim.now.getTime() / 1000 + 3600) };
  await write({ Put: { TableName, Item: { ...key('a'), until } } }, put('b'));
  await sim.advance(Duration.hours(49));
  expect(await items()).toHaveLength(2);
  await sim.advance(Duration.minutes(1));
  expect(await items()).toEqual([{ id: 'b', n: 1 }]);
});
