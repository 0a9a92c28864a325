import type { Resource } from '../../template/resource';
import type { Item } from './attribute-value';
import type { Database } from './database';
import type { Tables } from './tables';

const HOUR = 3600;
/** DynamoDB deletes within a few days what has expired: here, after two. */
const GRACE = 48 * HOUR;
/** It leaves what says that it expired long ago. */
const OLDEST = 5 * 365 * 24 * HOUR;

/** Deletes the items of a table that have expired, where it has a time to live. */
export async function deleteExpired(table: Resource, nowMs: number, database: Database, tables: Tables): Promise<void> {
  const { AttributeName: attribute, Enabled: enabled } = (table.properties.TimeToLiveSpecification ?? {}) as {
    readonly AttributeName?: string;
    readonly Enabled?: boolean | string;
  };
  if (attribute === undefined || String(enabled) !== 'true') return;
  const name = table.physicalId;
  for (const item of await tables.items(name)) {
    const age = nowMs / 1000 - Number(item[attribute]?.N ?? Number.NaN);
    if (!(age > GRACE && age < OLDEST)) continue;
    await database.request('DeleteItem', { TableName: name, Key: keyOf(item, tables.keys(name)) });
  }
}

function keyOf(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}
