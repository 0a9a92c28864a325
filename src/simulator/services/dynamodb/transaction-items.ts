import { SimulatorFault } from '../../engine/fault';
import { AwsError } from '../service';
import type { Item } from './attribute-value';
import type { Tables } from './tables';

type Document = { readonly [name: string]: unknown };

/** One of the writes of a transaction, or one of its checks. */
export interface TransactionItem {
  readonly kind: 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
  readonly table: string;
  readonly key: Item;
  /** Whether a failed condition shows the item. */
  readonly showsItem: boolean;
  /** The request of the same write alone. */
  readonly request: Document;
}

const ACTIONS = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
};
const MAX_ITEMS = 100;

/** What IAM asks for a transaction: what its parts would need alone, each once. */
export function transactionActions(input: Document): { action: string; table: unknown }[] {
  const all = itemsOf(input).map(([kind, { TableName: table }]) => ({ action: ACTIONS[kind], table }));
  return all.filter(
    (one, at) => all.findIndex(({ action, table }) => action === one.action && table === one.table) === at,
  );
}

/** The writes of a transaction. Throws as DynamoDB does where they don't go together. */
export function transactionItems(input: Document, tables: Tables): TransactionItem[] {
  const items = itemsOf(input).map(([kind, document]) => {
    if (kind === 'Get') throw new AwsError('ValidationException', 'TransactItems can only contain writes and checks');
    const { ReturnValuesOnConditionCheckFailure: returned, TableName: name, ...request } = document;
    const table = tables.name(name);
    const names = tables.keys(table);
    const given = (request.Key ?? request.Item) as Item;
    const key = Object.fromEntries(names.map((attribute) => [attribute, given[attribute]]));
    return { kind, table, key, showsItem: returned === 'ALL_OLD', request: { ...request, TableName: table } };
  });
  const identities = items.map(({ table, key }) => JSON.stringify([table, key]));
  if (new Set(identities).size < items.length) {
    throw new AwsError('ValidationException', 'Transaction request cannot include multiple operations on one item');
  }
  return items;
}

/** The parts of a transaction as they are written. */
export function itemsOf({ TransactItems: list = [] }: Document): [keyof typeof ACTIONS, Document][] {
  const items = list as Document[];
  if (items.length === 0 || items.length > MAX_ITEMS) {
    const rule = `Member must have length between 1 and ${MAX_ITEMS}`;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: ${rule}`,
    );
  }
  return items.map((item) => {
    const [[kind, document], ...others] = Object.entries(item);
    if (others.length > 0) {
      throw new AwsError('ValidationException', 'TransactItems can only contain one of Check, Put, Update or Delete');
    }
    if (!(kind in ACTIONS)) throw new SimulatorFault(`${kind} in DynamoDB's TransactItems is not supported`);
    return [kind as keyof typeof ACTIONS, document as Document];
  });
}
