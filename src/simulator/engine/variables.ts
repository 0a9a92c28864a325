import { dataLimitExceeded } from './errors';
import type { Json } from './json';
import { byteLength, VARIABLES_BYTES } from './limits';

/** The variables of a scope: the workflow, a branch of a Parallel, an iteration of a Map. It reads outer ones too. */
export class Variables {
  private readonly variables = new Map<string, { readonly value: Json; readonly bytes: number }>();
  /** The bytes that the variables of all scopes of the execution take together. */
  private readonly total: { bytes: number };

  constructor(private readonly outer?: Variables) {
    this.total = outer?.total ?? { bytes: 0 };
  }

  /** The value of a variable, of this scope or of one around it. */
  public get(name: string): Json | undefined {
    const variable = this.variables.get(name);
    return variable ? variable.value : this.outer?.get(name);
  }

  /** Throws States.DataLimitExceeded if an execution's variables would take more than they may. */
  public check(texts: { readonly [name: string]: string }, what: string): void {
    const added = Object.entries(texts).reduce((sum, [name, text]) => sum + byteLength(text) - this.bytesOf(name), 0);
    if (this.total.bytes + added > VARIABLES_BYTES) {
      throw dataLimitExceeded(what);
    }
  }

  /** Assigns variables in this scope, of which the JSON texts are known. */
  public assign(values: { readonly [name: string]: Json }, texts: { readonly [name: string]: string }): void {
    for (const name of Object.keys(values)) {
      const bytes = byteLength(texts[name]);
      this.total.bytes += bytes - this.bytesOf(name);
      this.variables.set(name, { value: values[name], bytes });
    }
  }

  /** Forgets the variables of this scope, which has ended. */
  public forget(): void {
    for (const { bytes } of this.variables.values()) {
      this.total.bytes -= bytes;
    }
    // Clearing takes time and memory, even where there is nothing: most iterations have no variables.
    if (this.variables.size > 0) {
      this.variables.clear();
    }
  }

  /** All the variables that are seen from this scope, by name. */
  public all(): { [name: string]: Json } {
    const all = this.outer?.all() ?? {};
    for (const [name, { value }] of this.variables) {
      all[name] = value;
    }
    return all;
  }

  private bytesOf(name: string): number {
    return this.variables.get(name)?.bytes ?? 0;
  }
}
