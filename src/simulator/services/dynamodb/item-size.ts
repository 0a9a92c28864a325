import { AwsError } from '../service';
import type { AttributeValue, Item } from './attribute-value';
import type { Database } from './database';

type Document = { readonly [name: string]: unknown };

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
const MAX_ITEM_BYTES = 400 * 1024;

/** What DynamoDB says of an update that makes an item too large. */
export const UPDATE_TOO_LARGE = 'Item size to update has exceeded the maximum allowed size';

/** Refuses a request that puts an item which is too large, whatever else is in it. */
export function checkPutItems({ Item: item, RequestItems: batch = {}, TransactItems: parts = [] }: Document): void {
  const puts = [
    item,
    ...(Object.values(batch as object) as Document[][]).flat().map((part) => (part?.PutRequest as Document)?.Item),
    ...(parts as Document[]).map((part) => (part?.Put as Document)?.Item),
  ];
  if (puts.some(isTooLarge)) {
    throw new AwsError('ValidationException', 'Item size has exceeded the maximum allowed size');
  }
}

/**
 * Updates an item. Where that makes it too large, which is known only afterwards, it is as it was: nothing else may
 * happen meanwhile.
 */
export async function updateItem(database: Database, request: Document): Promise<Document> {
  const { TableName, Key } = request;
  const read = () => database.request('GetItem', { TableName, Key, ConsistentRead: true });
  // What is wrong with the key, the update says as well, in its own words.
  const { Item: before } = await read().catch((): Document => ({}));
  const answer = await database.request('UpdateItem', request);
  if (!isTooLarge((await read()).Item)) return answer;
  if (before) await database.request('PutItem', { TableName, Item: before });
  else await database.request('DeleteItem', { TableName, Key });
  throw new AwsError('ValidationException', UPDATE_TOO_LARGE);
}

function isTooLarge(item: unknown): boolean {
  return itemBytes((item ?? {}) as Item) > MAX_ITEM_BYTES;
}

/**
 * The size of an item. What is no attribute value counts nothing: the database says what is wrong with it.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Item): number {
  return sum(Object.entries(item), ([name, value]) => Buffer.byteLength(name) + bytesOf(value));
}

function bytesOf(attribute: AttributeValue): number {
  const [[type, value] = []] = Object.entries(attribute ?? {});
  const elements = Array.isArray(value) ? value : [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(value));
    case 'B':
      return Buffer.from(String(value), 'base64').length;
    case 'N':
      return numberBytes(String(value));
    case 'NULL':
    case 'BOOL':
      return 1;
    case 'SS':
    case 'BS':
    case 'NS':
      return sum(elements, (element) => bytesOf({ [type.charAt(0)]: element }));
    case 'L':
      return 3 + sum(elements, (element) => 1 + bytesOf(element));
    case 'M':
      return 3 + Object.keys(value ?? {}).length + itemBytes((value ?? {}) as Item);
    default:
      return 0;
  }
}

/** A byte for each two digits, without the zeros at both ends, and one more. */
function numberBytes(value: string): number {
  const digits = value
    .replace(/e.*$/i, '')
    .replace(/[^\d]/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1;
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
