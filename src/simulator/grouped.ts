/** Records in the order in which they came, of which those that belong together are at hand. */
export class Grouped<T> {
  readonly all: T[] = [];
  private readonly groups = new Map<string, T[]>();

  /** @param keyOf tells where a record belongs; undefined where it belongs to nothing */
  constructor(private readonly keyOf: (record: T) => string | undefined) {}

  add(record: T): void {
    this.all.push(record);
    const key = this.keyOf(record);
    if (key === undefined) return;
    const group = this.groups.get(key);
    if (group) group.push(record);
    else this.groups.set(key, [record]);
  }

  /** Those so far that belong to something. */
  of(key: string): T[] {
    return [...(this.groups.get(key) ?? [])];
  }
}
