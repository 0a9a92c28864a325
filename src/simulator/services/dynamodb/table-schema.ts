import type { Resource } from '../../template/resource';

/** What the database is told of a table. */
export interface TableSchema {
  readonly [name: string]: unknown;
  readonly TableName: string;
}

type Index = { IndexName: string; KeySchema: unknown; Projection: unknown };

/** The request that creates a table as its template says. */
export function schemaOf({ physicalId, properties }: Resource): TableSchema {
  return {
    TableName: physicalId,
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    GlobalSecondaryIndexes: indexes(properties.GlobalSecondaryIndexes),
    LocalSecondaryIndexes: indexes(properties.LocalSecondaryIndexes),
    // Capacity is not simulated: nothing throttles.
    BillingMode: 'PAY_PER_REQUEST',
  };
}

function indexes(list: unknown): Index[] | undefined {
  return (list as Index[] | undefined)?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
}
