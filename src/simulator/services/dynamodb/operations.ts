const EXPRESSION = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const RETURN = ['ReturnConsumedCapacity'];
const WRITE = [
  ...['TableName', 'ConditionExpression', 'ConditionalOperator', 'Expected', 'ReturnValues'],
  ...['ReturnItemCollectionMetrics', 'ReturnValuesOnConditionCheckFailure', ...EXPRESSION, ...RETURN],
];
const READ = [
  'TableName',
  'AttributesToGet',
  'ConsistentRead',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  ...RETURN,
];
const SEARCH = [
  ...['IndexName', 'Limit', 'ExclusiveStartKey', 'Select', 'FilterExpression', 'ConditionalOperator'],
  ...[...READ, 'ExpressionAttributeValues'],
];

/** The operations of DynamoDB that the simulator has, and the parameters that it understands. */
export const OPERATIONS: { readonly [operation: string]: readonly string[] } = {
  GetItem: [...READ, 'Key'],
  PutItem: [...WRITE, 'Item'],
  UpdateItem: [...WRITE, 'Key', 'UpdateExpression', 'AttributeUpdates'],
  DeleteItem: [...WRITE, 'Key'],
  Query: [...SEARCH, 'KeyConditionExpression', 'KeyConditions', 'QueryFilter', 'ScanIndexForward'],
  Scan: [...SEARCH, 'ScanFilter', 'Segment', 'TotalSegments'],
  BatchGetItem: ['RequestItems', ...RETURN],
  TransactGetItems: ['TransactItems', ...RETURN],
  TransactWriteItems: ['TransactItems', 'ClientRequestToken', 'ReturnItemCollectionMetrics', ...RETURN],
  BatchWriteItem: ['RequestItems', 'ReturnItemCollectionMetrics', ...RETURN],
};
