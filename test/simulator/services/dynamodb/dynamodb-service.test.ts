import { expect, onTestFinished, test } from 'vitest';
import { SimulatorFault } from '../../../../src/simulator/engine/fault';
import { DynamoDbService } from '../../../../src/simulator/services/dynamodb/dynamodb-service';
import { ACCOUNT, fakeContext, REGION } from '../fakes';

const ORDERS = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/orders`;
function database(type = 'AWS::DynamoDB::Table'): DynamoDbService {
  const properties = {
    AttributeDefinitions: ['id', 'at', 'who'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byWho',
        KeySchema: [{ AttributeName: 'who', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      },
    ],
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
  };
  const service = new DynamoDbService(fakeContext([{ type, physicalId: 'orders', arn: ORDERS, properties }]));
  onTestFinished(() => service.close());
  return service;
}

function call(operation: string, input: { [name: string]: unknown }) {
  return { service: 'dynamodb', operation, input };
}

const ITEM = { id: { S: 'a' }, at: { S: '1' }, who: { S: 'me' }, n: { N: '2.5' } };

test.each(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'])(
  'a table of an %s takes items, by its name or its ARN',
  async (type) => {
    const service = database(type);
    await service.perform(call('PutItem', { TableName: ORDERS, Item: ITEM }));
    const key = { id: { S: 'a' }, at: { S: '1' } };
    expect(await service.perform(call('GetItem', { TableName: 'orders', Key: key }))).toEqual({ Item: ITEM });
  },
);

test('an index is queried', async () => {
  const service = database();
  await service.perform(call('PutItem', { TableName: 'orders', Item: ITEM }));
  const query = {
    TableName: 'orders',
    IndexName: 'byWho',
    KeyConditionExpression: 'who = :who',
    ExpressionAttributeValues: { ':who': { S: 'me' } },
  };
  expect(await service.perform(call('Query', query))).toEqual({ Items: [ITEM], Count: 1, ScannedCount: 1 });
});

test('items are read as plain objects, over all pages', async () => {
  const service = database();
  const big = { S: 'x'.repeat(300_000) };
  for (const at of ['1', '2', '3', '4', '5']) {
    await service.perform(call('PutItem', { TableName: 'orders', Item: { id: { S: 'a' }, at: { S: at }, big } }));
  }
  const values = {
    l: { L: [{ N: '1' }, { NULL: true }] },
    m: { M: { b: { BOOL: false } } },
    s: { SS: ['x'] },
    bin: { B: 'AQI=' },
  };
  await service.perform(call('PutItem', { TableName: 'orders', Item: { id: { S: 'b' }, at: { S: '1' }, ...values } }));
  const items = await service.items('orders');
  expect(items).toHaveLength(6);
  expect(items).toContainEqual({
    id: 'b',
    at: '1',
    l: [1, null],
    m: { b: false },
    s: new Set(['x']),
    bin: Buffer.from([1, 2]),
  });
});

test('a batch names tables by ARN too', async () => {
  const service = database();
  await service.perform(call('BatchWriteItem', { RequestItems: { [ORDERS]: [{ PutRequest: { Item: ITEM } }] } }));
  expect(await service.items(ORDERS)).toEqual([{ id: 'a', at: '1', who: 'me', n: 2.5 }]);
});

test.each([
  ['PutItem', { TableName: 'orders', Item: ITEM }, [ORDERS]],
  ['GetItem', { TableName: ORDERS, Key: {} }, [ORDERS]],
  ['Query', { TableName: 'orders', IndexName: 'byWho' }, [`${ORDERS}/index/byWho`]],
  ['BatchGetItem', { RequestItems: { orders: {}, other: {} } }, [ORDERS, ORDERS.replace('orders', 'other')]],
])('%s must be allowed on what it touches', (operation, input, resources) => {
  const expected = resources.map((resource) => ({ action: `dynamodb:${operation}`, resource }));
  expect(database().requirements(call(operation, input))).toEqual(expected);
});

test('fails a condition with its error, and with the item where the request asks for it', async () => {
  const service = database();
  const put = { TableName: 'orders', Item: ITEM, ConditionExpression: 'attribute_not_exists(id)' };
  await service.perform(call('PutItem', put));
  await expect(service.perform(call('PutItem', put))).rejects.toMatchObject({
    code: 'ConditionalCheckFailedException',
    message: 'The conditional request failed',
    statusCode: 400,
    details: {},
  });
  const asked = { ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
  await expect(service.perform(call('PutItem', asked))).rejects.toMatchObject({ details: { Item: ITEM } });
});

test.each(['other', 'arn:aws:dynamodb:eu-west-1:999999999999:table/orders'])(
  'fails with a fault for the table %s, which the assembly has not',
  async (TableName) => {
    const answer = database().perform(call('GetItem', { TableName, Key: { id: { S: 'a' } } }));
    await expect(answer).rejects.toThrow(SimulatorFault);
    await expect(answer).rejects.toThrow(`The table ${TableName} is not in the synthesized templates (imported?)`);
  },
);

test('fails to answer after it is closed', async () => {
  const service = database();
  await service.close();
  await expect(service.items('orders')).rejects.toThrow('The simulator is closed');
});

test('fails a request without an item, or with a name that no table can have, as DynamoDB does', async () => {
  const service = database();
  await expect(service.perform(call('PutItem', { TableName: 'orders', Item: null }))).rejects.toMatchObject({
    code: 'ValidationException',
    message: "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null",
  });
  expect(() => service.requirements(call('PutItem', { TableName: '/x', Item: ITEM }))).toThrow(
    "Value '/x' at 'tableName' failed to satisfy constraint",
  );
});

test.each([
  ['ExecuteStatement', {}, "DynamoDB's ExecuteStatement is not supported"],
  ['UpdateTimeToLive', { TableName: 'orders' }, "DynamoDB's UpdateTimeToLive is not supported"],
  ['GetItem', { TableName: 'orders', Key: {}, Bogus: 1 }, "The parameter Bogus of DynamoDB's GetItem is not supported"],
])('fails with a fault for %s %j', async (operation, input, message) => {
  const service = database();
  expect(() => service.requirements(call(operation, input))).toThrow(SimulatorFault);
  await expect(service.perform(call(operation, input))).rejects.toThrow(message);
});
