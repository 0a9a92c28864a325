import type { Json } from './json';

/** The variables of a scope: the workflow, a branch of a Parallel, an iteration of a Map. It reads outer ones too. */
export class Variables {
  private readonly values = new Map<string, Json>();

  constructor(private readonly outer?: Variables) {}

  /** The value of a variable, of this scope or of one around it. */
  public get(name: string): Json | undefined {
    const value = this.values.get(name);
    return value === undefined ? this.outer?.get(name) : value;
  }

  /** Assigns variables in this scope. */
  public assign(values: { readonly [name: string]: Json }): void {
    for (const name of Object.keys(values)) {
      this.values.set(name, values[name]);
    }
  }

  /** All the variables that are seen from this scope, by name. */
  public all(): { [name: string]: Json } {
    const all = this.outer?.all() ?? {};
    for (const [name, value] of this.values) {
      all[name] = value;
    }
    return all;
  }
}
