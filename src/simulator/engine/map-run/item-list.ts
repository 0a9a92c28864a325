import type { Json } from '../json';
import type { MapItem } from '../lane';

/** Items from one place, of which the first has a number. */
interface Part {
  readonly from: number;
  readonly values: readonly Json[];
  readonly keys?: readonly string[];
  readonly source: string;
}

/** The items of a Distributed Map: the elements of arrays, or what objects hold under their keys. */
export class ItemList {
  public length = 0;
  private readonly parts: Part[] = [];
  /** The part in which the latest item was: the next one is near it. */
  private latest = 0;

  /** Adds the elements of an array, or what an object holds, up to a number of items in all. */
  public add(items: readonly Json[] | { readonly [key: string]: Json }, source: string, most = Infinity): void {
    const keys = Array.isArray(items) ? undefined : Object.keys(items);
    const values: readonly Json[] = Array.isArray(items) ? items : Object.values(items);
    if (values.length > 0) {
      this.parts.push({ from: this.length, values, keys, source });
      this.length = Math.min(this.length + values.length, Math.max(most, this.length));
    }
  }

  /** An item, as an ItemSelector sees it. */
  public item(index: number): MapItem {
    const { from, values, keys, source } = this.partOf(index);
    return { index, value: values[index - from], key: keys?.[index - from], source };
  }

  /** What a child execution gets for an item, where no ItemSelector says it. */
  public input(index: number): Json {
    const { key, value } = this.item(index);
    return key === undefined ? value : { Key: key, Value: value };
  }

  private partOf(index: number): Part {
    const holds = ({ from, values }: Part) => index >= from && index < from + values.length;
    if (!holds(this.parts[this.latest])) {
      this.latest = this.parts.findIndex(holds);
    }
    return this.parts[this.latest];
  }
}

/** Whether a value has items. */
export function hasItems(value: Json | undefined): value is Json[] | { [key: string]: Json } {
  return value !== null && typeof value === 'object';
}
