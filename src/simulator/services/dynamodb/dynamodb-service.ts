import { SimulatorFault } from '../../engine/fault';
import type { ServiceContext } from '../context';
import { AwsError, type Requirement, type Service, type ServiceCall } from '../service';
import { type Item, plainItem } from './attribute-value';
import { Database } from './database';
import { deleteExpired } from './expiry';
import { checkPutItems, updateItem } from './item-size';
import { OPERATIONS } from './operations';
import { Tables } from './tables';
import { transactionActions } from './transaction-items';
import { Transactions } from './transactions';
import { Turns } from './turns';

type Input = ServiceCall['input'];

/** DynamoDB: the tables of the assembly, in memory. */
export class DynamoDbService implements Service {
  readonly name = 'dynamodb';
  private readonly database = new Database();
  private readonly tables: Tables;

  private readonly turns = new Turns();
  private readonly transactions: Transactions;

  constructor(private readonly context: ServiceContext) {
    this.tables = new Tables(context, this.database);
    this.transactions = new Transactions(this.database, this.tables, () => context.now());
  }

  requirements({ operation, input }: ServiceCall): readonly Requirement[] {
    checkSupported(operation, input);
    if (operation.startsWith('Transact')) {
      return transactionActions(input).map(({ action, table }) => ({ action, resource: this.tables.arn(table) }));
    }
    const index = input.IndexName ? `/index/${input.IndexName}` : '';
    return namedTables(input).map((table) => ({
      action: `dynamodb:${operation}`,
      resource: `${this.tables.arn(table)}${index}`,
    }));
  }

  async perform({ operation, input }: ServiceCall): Promise<{ [name: string]: unknown }> {
    checkSupported(operation, input);
    for (const table of namedTables(input)) await this.tables.ensure(table as string);
    checkPutItems(input);
    if (operation === 'TransactWriteItems') return this.turns.exclusive(() => this.transactions.write(input));
    if (operation === 'TransactGetItems') return this.turns.exclusive(() => this.transactions.get(input));
    if (operation === 'UpdateItem') return this.turns.exclusive(() => this.performAlone(operation, input));
    return this.turns.shared(() => this.performAlone(operation, input));
  }

  private async performAlone(operation: string, input: Input): Promise<{ [name: string]: unknown }> {
    const { ReturnValuesOnConditionCheckFailure: returned, ...request } = this.withTableNames(input);
    try {
      if (operation === 'UpdateItem') return await updateItem(this.database, request);
      return await this.database.request(operation, request);
    } catch (error) {
      if (returned !== 'ALL_OLD' || !isFailedCondition(error)) throw error;
      throw new AwsError(error.code, error.message, error.statusCode, await this.itemOf(request));
    }
  }

  /** All items of a table, as plain JavaScript objects. */
  async items(tableName: string): Promise<{ [name: string]: unknown }[]> {
    return (await this.tables.items(this.tables.name(tableName))).map(plainItem);
  }

  /** Deletes what has expired for 48 hours, in the tables that have a time to live. */
  async deleteExpired(): Promise<void> {
    for (const table of this.tables.used()) {
      await deleteExpired(table, this.context.now(), this.database, this.tables);
    }
  }

  redeployed(): Promise<void> {
    return this.tables.redeployed();
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** The database knows no ARNs. */
  private withTableNames(input: Input): Input {
    if (!('RequestItems' in input)) return { ...input, TableName: this.tables.name(input.TableName) };
    const items = Object.entries((input.RequestItems ?? {}) as object);
    return {
      ...input,
      RequestItems: Object.fromEntries(items.map(([name, value]) => [this.tables.name(name), value])),
    };
  }

  /** The item that a failed condition was about. */
  private itemOf({ TableName: table, Key: key, Item: item }: Input): Promise<{ [name: string]: unknown }> {
    const names = this.tables.keys(table as string);
    const itemKey = key ?? Object.fromEntries(names.map((name) => [name, (item as Item)[name]]));
    return this.database.request('GetItem', { TableName: table, Key: itemKey, ConsistentRead: true });
  }
}

/** The tables that a request names, by name or by ARN. */
function namedTables(input: Input): unknown[] {
  if ('TransactItems' in input) return transactionActions(input).map(({ table }) => table);
  return 'RequestItems' in input ? Object.keys((input.RequestItems ?? {}) as object) : [input.TableName];
}

function checkSupported(operation: string, input: Input): void {
  const parameters = OPERATIONS[operation];
  if (!parameters) throw new SimulatorFault(`DynamoDB's ${operation} is not supported`);
  const unknown = Object.keys(input).find((name) => !parameters.includes(name));
  if (unknown) throw new SimulatorFault(`The parameter ${unknown} of DynamoDB's ${operation} is not supported`);
}

function isFailedCondition(error: unknown): error is AwsError {
  return error instanceof AwsError && error.code === 'ConditionalCheckFailedException';
}
