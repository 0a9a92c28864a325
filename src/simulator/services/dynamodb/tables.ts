import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../../template/resource';
import type { ServiceContext } from '../context';
import { notInTemplates } from '../not-in-templates';
import { AwsError } from '../service';
import type { Item } from './attribute-value';
import type { Database } from './database';
import { schemaOf, type TableSchema } from './table-schema';

const ARN = /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/;

const TABLE_TYPES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/** The tables of the assembly: each is created when it is first used; no other exists. */
export class Tables {
  private readonly created = new Map<string, Promise<TableSchema>>();

  constructor(
    private readonly context: ServiceContext,
    private readonly database: Database,
  ) {}

  /** A table's name, where a request may give its ARN too. */
  name(nameOrArn: unknown): string {
    if (typeof nameOrArn !== 'string') {
      throw invalid("Value null at 'tableName' failed to satisfy constraint: Member must not be null");
    }
    const name = ARN.exec(nameOrArn)?.[1] ?? nameOrArn;
    if (!/^[\w.-]+$/.test(name)) {
      const rule = 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+';
      throw invalid(`Value '${nameOrArn}' at 'tableName' failed to satisfy constraint: ${rule}`);
    }
    return name;
  }

  /** The ARN of what a request names, whether it is a table of the assembly or not. */
  arn(nameOrArn: unknown): string {
    const name = this.name(nameOrArn);
    if (name !== nameOrArn) return nameOrArn as string;
    const { partition, region, account } = this.context;
    return this.find(name)?.attribute('Arn') ?? `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
  }

  names(): readonly string[] {
    return TABLE_TYPES.flatMap((type) => this.context.resources.ofType(type)).map((table) => table.physicalId);
  }

  /** The names of the attributes that identify an item. */
  keys(name: string): readonly string[] {
    const schema = this.find(name)?.properties.KeySchema as { AttributeName: string }[];
    return schema.map((key) => key.AttributeName);
  }

  /** Those tables that anybody has used. */
  used(): readonly Resource[] {
    return [...this.created.keys()].flatMap((name) => this.find(name) ?? []);
  }

  /** Sees to it that the table exists in the database. */
  async ensure(nameOrArn: string): Promise<void> {
    const table = this.find(nameOrArn);
    if (!table) throw notInTemplates(`The table ${nameOrArn}`);
    let created = this.created.get(table.physicalId);
    if (!created) {
      created = this.create(table);
      this.created.set(table.physicalId, created);
    }
    await created;
  }

  /** All items of a table, as DynamoDB writes them. */
  async items(name: string): Promise<Item[]> {
    await this.ensure(name);
    const items: Item[] = [];
    let start: unknown;
    do {
      const page = await this.database.request('Scan', { TableName: name, ExclusiveStartKey: start });
      items.push(...(page.Items as Item[]));
      start = page.LastEvaluatedKey;
    } while (start);
    return items;
  }

  /** Deletes the tables that are gone; those that stay keep their items, also where their indexes change. */
  async redeployed(): Promise<void> {
    for (const [name, created] of this.created) {
      const table = this.find(name);
      if (table && isDeepStrictEqual(schemaOf(table), await created)) continue;
      const items = table ? await this.items(name) : [];
      await this.delete(name);
      if (table) await this.ensure(name);
      for (const item of items) await this.database.request('PutItem', { TableName: name, Item: item });
    }
  }

  private find(nameOrArn: string): Resource | undefined {
    const isIt = ARN.test(nameOrArn)
      ? (table: Resource) => table.attribute('Arn') === nameOrArn
      : (table: Resource) => table.physicalId === nameOrArn;
    return TABLE_TYPES.flatMap((type) => this.context.resources.ofType(type)).find(isIt);
  }

  private async create(table: Resource): Promise<TableSchema> {
    const schema = schemaOf(table);
    await this.database.request('CreateTable', schema);
    await this.until(schema.TableName, (description) => description !== undefined && isActive(description));
    return schema;
  }

  private async delete(name: string): Promise<void> {
    await this.database.request('DeleteTable', { TableName: name });
    await this.until(name, (description) => description === undefined);
    this.created.delete(name);
  }

  private async until(name: string, isSo: (description: Description | undefined) => boolean): Promise<void> {
    while (!isSo(await this.describe(name))) await new Promise((resolve) => setImmediate(resolve));
  }

  private async describe(name: string): Promise<Description | undefined> {
    try {
      return (await this.database.request('DescribeTable', { TableName: name })).Table as Description;
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }
}

type Description = { TableStatus: string; GlobalSecondaryIndexes?: { IndexStatus: string }[] };

function isActive({ TableStatus: status, GlobalSecondaryIndexes: gsis = [] }: Description): boolean {
  return status === 'ACTIVE' && gsis.every((index) => index.IndexStatus === 'ACTIVE');
}

function invalid(problem: string): AwsError {
  return new AwsError('ValidationException', `1 validation error detected: ${problem}`);
}
