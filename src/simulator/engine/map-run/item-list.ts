import type { Json } from '../json';
import type { MapItem } from '../lane';

/** The items of a Distributed Map: the elements of arrays, or what objects hold under their keys. */
export class ItemList {
  private readonly values: Json[] = [];
  private readonly keys: (string | undefined)[] = [];
  private readonly sources: string[] = [];

  public get length(): number {
    return this.values.length;
  }

  /** Adds the elements of an array, or what an object holds, up to a number of items in all. */
  public add(items: readonly Json[] | { readonly [key: string]: Json }, source: string, most = Infinity): void {
    const keys = Array.isArray(items) ? undefined : Object.keys(items);
    const values: readonly Json[] = Array.isArray(items) ? items : Object.values(items);
    for (let index = 0; index < values.length && this.length < most; index++) {
      this.values.push(values[index]);
      this.keys.push(keys?.[index]);
      this.sources.push(source);
    }
  }

  /** An item, as an ItemSelector sees it. */
  public item(index: number): MapItem {
    return { index, value: this.values[index], key: this.keys[index], source: this.sources[index] };
  }

  /** What a child execution gets for an item, where no ItemSelector says it. */
  public input(index: number): Json {
    const key = this.keys[index];
    return key === undefined ? this.values[index] : { Key: key, Value: this.values[index] };
  }
}

/** Whether a value has items. */
export function hasItems(value: Json | undefined): value is Json[] | { [key: string]: Json } {
  return value !== null && typeof value === 'object';
}
