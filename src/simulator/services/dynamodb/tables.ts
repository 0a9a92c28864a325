import type { Resource } from '../../template/resource';
import type { ServiceContext } from '../context';
import { notInTemplates } from '../not-in-templates';
import { AwsError } from '../service';
import type { Database } from './database';

type Index = { IndexName: string; KeySchema: unknown; Projection: unknown };

const ARN = /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/;

const TABLE_TYPES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/** The tables of the assembly: each is created when it is first used; no other exists. */
export class Tables {
  private readonly created = new Map<string, Promise<void>>();

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

  private find(nameOrArn: string): Resource | undefined {
    const isIt = ARN.test(nameOrArn)
      ? (table: Resource) => table.attribute('Arn') === nameOrArn
      : (table: Resource) => table.physicalId === nameOrArn;
    return TABLE_TYPES.flatMap((type) => this.context.resources.ofType(type)).find(isIt);
  }

  private async create({ physicalId, properties }: Resource): Promise<void> {
    await this.database.request('CreateTable', {
      TableName: physicalId,
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      GlobalSecondaryIndexes: indexes(properties.GlobalSecondaryIndexes),
      LocalSecondaryIndexes: indexes(properties.LocalSecondaryIndexes),
      // Capacity is not simulated: nothing throttles.
      BillingMode: 'PAY_PER_REQUEST',
    });
    for (;;) {
      const { Table: table } = await this.database.request('DescribeTable', { TableName: physicalId });
      if (isActive(table as Description)) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

type Description = { TableStatus: string; GlobalSecondaryIndexes?: { IndexStatus: string }[] };

function isActive({ TableStatus: status, GlobalSecondaryIndexes: gsis = [] }: Description): boolean {
  return status === 'ACTIVE' && gsis.every((index) => index.IndexStatus === 'ACTIVE');
}

function indexes(list: unknown): Index[] | undefined {
  return (list as Index[] | undefined)?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
}

function invalid(problem: string): AwsError {
  return new AwsError('ValidationException', `1 validation error detected: ${problem}`);
}
