import { describe, expect, onTestFinished, test } from 'vitest';
import { DynamoDbService } from '../../../../src/simulator/services/dynamodb/dynamodb-service';
import { itemBytes } from '../../../../src/simulator/services/dynamodb/item-size';
import { ACCOUNT, fakeContext, REGION } from '../fakes';

const LIMIT = 400 * 1024;
const TableName = 'notes';
const Key = { id: { S: 'a' } };
/** An item of so many bytes: the names and values are 'id', 'a', 'x' and the text. */
const item = (bytes: number, character = 'x') => {
  const room = bytes - 4;
  const each = Buffer.byteLength(character);
  return { ...Key, x: { S: character.repeat(Math.floor(room / each)) + 'x'.repeat(room % each) } };
};
const update = (x: object) => ({
  ...{ TableName, Key, UpdateExpression: 'SET x = :x', ExpressionAttributeValues: { ':x': x } },
});
const transaction = (...TransactItems: object[]) => ({ TransactItems });

const WRITES: [string, string, (written: ReturnType<typeof item>) => { [name: string]: unknown }][] = [
  ['a put', 'PutItem', (Item) => ({ TableName, Item })],
  ['an update', 'UpdateItem', ({ x }) => update(x)],
  ['a batch', 'BatchWriteItem', (Item) => ({ RequestItems: { [TableName]: [{ PutRequest: { Item } }] } })],
  ['a put in a transaction', 'TransactWriteItems', (Item) => transaction({ Put: { TableName, Item } })],
  ['an update in a transaction', 'TransactWriteItems', ({ x }) => transaction({ Update: update(x) })],
];
const REFUSED: { readonly [what: string]: object } = {
  'an update': { code: 'ValidationException', message: 'Item size to update has exceeded the maximum allowed size' },
  'an update in a transaction': {
    code: 'TransactionCanceledException',
    details: {
      CancellationReasons: [
        { Code: 'ValidationError', Message: 'Item size to update has exceeded the maximum allowed size' },
      ],
    },
  },
};
const REFUSED_PUT = { code: 'ValidationException', message: 'Item size has exceeded the maximum allowed size' };

function notes() {
  const properties = {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  };
  const arn = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/notes`;
  const service = new DynamoDbService(
    fakeContext([{ type: 'AWS::DynamoDB::Table', physicalId: 'notes', arn, properties }]),
  );
  onTestFinished(() => service.close());
  const call = (operation: string, input: { [name: string]: unknown }) =>
    service.perform({ service: 'dynamodb', operation, input });
  return { call, items: () => service.items('notes') };
}

describe.each(WRITES)('%s', (what, operation, request) => {
  test.each([
    ['of one byte each', 'x'],
    ['of two bytes each', 'ü'],
    ['of three bytes each', '世'],
    ['of four bytes each', '😀'],
  ])('takes an item of 400 KB, in characters %s, and fails with a byte more', async (_of, character) => {
    const { call, items } = notes();
    await expect(call(operation, request(item(LIMIT + 1, character)))).rejects.toMatchObject(
      REFUSED[what] ?? REFUSED_PUT,
    );
    expect(await items()).toEqual([]);
    await call(operation, request(item(LIMIT, character)));
    expect(await items()).toHaveLength(1);
  });
});

test('an item is as it was where an update would make it too large, and others of its transaction too', async () => {
  const { call, items } = notes();
  await call('PutItem', { TableName, Item: { ...Key, x: { S: 'before' } } });
  const tooLarge = item(LIMIT + 1).x;
  await expect(call('UpdateItem', update(tooLarge))).rejects.toMatchObject({ code: 'ValidationException' });
  const other = { Put: { TableName, Item: { id: { S: 'b' } } } };
  await expect(call('TransactWriteItems', transaction(other, { Update: update(tooLarge) }))).rejects.toMatchObject({
    details: { CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }] },
  });
  expect(await items()).toEqual([{ id: 'a', x: 'before' }]);
});

test('an item that grows by updates fails with the one that makes it too large', async () => {
  const { call } = notes();
  const request = {
    ...{ TableName, Key },
    UpdateExpression: 'SET notes = list_append(if_not_exists(notes, :none), :more)',
    ExpressionAttributeValues: { ':more': { L: [{ S: 'ü'.repeat(50_000) }] }, ':none': { L: [] } },
  };
  for (let times = 0; times < 4; times += 1) await call('UpdateItem', request);
  await expect(call('UpdateItem', request)).rejects.toMatchObject({ message: expect.stringContaining('to update') });
});

test.each([
  ['names and text, in bytes', { äö: { S: '€' } }, 4 + 3],
  ['numbers, two digits a byte', { n: { N: '-12345' } }, 1 + 4],
  ['numbers without the zeros at their ends', { n: { N: '0012000' } }, 1 + 2],
  ['binary, as it is', { b: { B: 'AAECAw==' } }, 1 + 4],
  ['true and null', { t: { BOOL: true }, n: { NULL: true } }, 4],
  ['sets', { s: { SS: ['a', 'bc'] }, n: { NS: ['1', '100'] } }, 1 + 3 + 1 + 4],
  ['lists, with a byte an element', { l: { L: [{ S: 'ab' }, { L: [] }] } }, 1 + 3 + 1 + 2 + 1 + 3],
  ['maps, with a byte an element', { m: { M: { k: { S: 'ab' } } } }, 1 + 3 + 1 + 1 + 2],
])('the size of an item counts %s', (_what, counted, bytes) => {
  expect(itemBytes(counted as Parameters<typeof itemBytes>[0])).toBe(bytes);
});

test.each([
  ['text for an attribute', { id: 'a' }],
  ['null for an attribute', { id: null }],
  ['a list of nothing', { ...Key, l: { L: null } }],
  ['a list of null', { ...Key, l: { L: [null] } }],
  ['null for the item', null],
])('fails in the words of the database for %s', async (_what, Item) => {
  const { call } = notes();
  await expect(call('PutItem', { TableName, Item })).rejects.toMatchObject({
    name: expect.stringMatching(/^(ValidationException|SerializationException)$/),
  });
});

test('fails in the words of an update where its key is wrong', async () => {
  const { call } = notes();
  const request = { ...update({ S: 'y' }), Key: { other: { S: 'a' } } };
  await expect(call('UpdateItem', request)).rejects.toMatchObject({
    code: 'ValidationException',
    message: 'The provided key element does not match the schema',
  });
});
