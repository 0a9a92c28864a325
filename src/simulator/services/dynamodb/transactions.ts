import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../service';
import type { Item } from './attribute-value';
import type { Database } from './database';
import { UPDATE_TOO_LARGE, updateItem } from './item-size';
import type { Tables } from './tables';
import { itemsOf, type TransactionItem, transactionItems } from './transaction-items';

type Document = { readonly [name: string]: unknown };

/** Why a part of a transaction didn't let it through. */
interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

const NONE: Reason = { Code: 'None' };
/** For so long a token makes a second request the same as the first. */
const TOKEN_MS = 10 * 60 * 1000;

/** Transactions, which the database doesn't have: whoever calls sees to it that nothing else happens meanwhile. */
export class Transactions {
  private readonly tokens = new Map<string, { readonly input: Document; readonly at: number }>();

  constructor(
    private readonly database: Database,
    private readonly tables: Tables,
    private readonly now: () => number,
  ) {}

  /** Reads several items at once. */
  async get(input: Document): Promise<Document> {
    const requests = itemsOf(input).map(([, { TableName: table, ...request }]) => {
      return this.database.request('GetItem', { ...request, TableName: this.tables.name(table), ConsistentRead: true });
    });
    return { Responses: await Promise.all(requests) };
  }

  /** Does all of the writes, or none. */
  async write({ ClientRequestToken: token, ...input }: Document): Promise<Document> {
    if (token !== undefined && this.isRepeated(String(token), input)) return {};
    const undo: (() => Promise<unknown>)[] = [];
    const reasons: Reason[] = [];
    try {
      for (const item of transactionItems(input, this.tables)) reasons.push(await this.attempt(item, undo));
      if (reasons.every(({ Code }) => Code === 'None')) {
        if (token !== undefined) this.tokens.set(String(token), { input, at: this.now() });
        return {};
      }
    } catch (error) {
      await undoAll(undo);
      throw error;
    }
    await undoAll(undo);
    const codes = reasons.map(({ Code }) => Code).join(', ');
    const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
    throw new AwsError('TransactionCanceledException', message, 400, { CancellationReasons: reasons });
  }

  private async attempt(item: TransactionItem, undo: (() => Promise<unknown>)[]): Promise<Reason> {
    const { table, key } = item;
    const { Item: before } = (await this.database.request('GetItem', {
      TableName: table,
      Key: key,
      ConsistentRead: true,
    })) as {
      readonly Item?: Item;
    };
    try {
      await this.perform(item, before);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // How large an item gets is known only when the transaction is under way.
      if (error.message === UPDATE_TOO_LARGE) return { Code: 'ValidationError', Message: error.message };
      if (error.code !== 'ConditionalCheckFailedException') throw error;
      return {
        Code: 'ConditionalCheckFailed',
        Message: error.message,
        ...(item.showsItem && before && { Item: before }),
      };
    }
    undo.push(() => this.restore(table, key, before));
    return NONE;
  }

  private perform(item: TransactionItem, before: Item | undefined): Promise<Document> {
    const { kind, request } = item;
    if (kind === 'ConditionCheck') return this.check(item, before);
    return kind === 'Update' ? updateItem(this.database, request) : this.database.request(`${kind}Item`, request);
  }

  /** A write that changes nothing, under the condition. */
  private check({ table, key, request }: TransactionItem, before: Item | undefined): Promise<Document> {
    const { Key: _key, ...condition } = request;
    return before
      ? this.database.request('PutItem', { ...condition, TableName: table, Item: before })
      : this.database.request('DeleteItem', { ...condition, TableName: table, Key: key });
  }

  private restore(table: string, key: Item, before: Item | undefined): Promise<Document> {
    return before
      ? this.database.request('PutItem', { TableName: table, Item: before })
      : this.database.request('DeleteItem', { TableName: table, Key: key });
  }

  private isRepeated(token: string, input: Document): boolean {
    const before = this.tokens.get(token);
    if (before === undefined || this.now() - before.at > TOKEN_MS) return false;
    if (isDeepStrictEqual(before.input, input)) return true;
    const message = 'The given client token was used with other parameters before.';
    throw new AwsError('IdempotentParameterMismatchException', message);
  }
}

async function undoAll(undo: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const one of [...undo].reverse()) await one();
}
