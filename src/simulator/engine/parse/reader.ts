import type { Field } from '../definition';
import type { QueryLanguage } from '../flow';
import type { Json, JsonObject } from '../json';
import type { Expression } from '../query/expression';
import { constant } from '../query/expression';
import { isJsonata, jsonataExpression } from '../query/jsonata';
import { pathExpression, templateExpression, valueExpression } from '../query/jsonpath-expression';
import { parseReferencePath, type ReferencePath } from '../query/reference-path';
import type { Findings } from './findings';

/** Reads the fields of one object of a definition. What nobody has read, in the end, doesn't belong there. */
export class Reader {
  private readonly read = new Set(['Comment']);

  constructor(
    public readonly object: JsonObject,
    /** What the object is, for messages: `Task 'X'`. */
    public readonly what: string,
    public readonly findings: Findings,
  ) {}

  public error(field: string, message: string): void {
    this.findings.errors.push(`${this.what}: ${field} ${message}`);
  }

  public unsupported(field: string, message: string): void {
    this.findings.unsupported.push(`${this.what}: ${field} ${message}`);
  }

  public has(name: string): boolean {
    return Object.hasOwn(this.object, name);
  }

  /** The value of a field, as it is. */
  public value(name: string): Json | undefined {
    this.read.add(name);
    return this.has(name) ? this.object[name] : undefined;
  }

  public string(name: string, required: true): string;
  public string(name: string, required?: false): string | undefined;
  public string(name: string, required?: boolean): string | undefined {
    const value = this.value(name);
    if (typeof value === 'string') {
      return value;
    }
    if (value !== undefined || required) {
      this.error(name, value === undefined ? 'is missing' : 'must be a string');
    }
    return required ? '' : undefined;
  }

  public number(name: string, least: number, most = Infinity, whole = true): number | undefined {
    const value = this.value(name);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'number' || value < least || value > most || (whole && !Number.isInteger(value))) {
      const bounds = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
      this.error(name, `must be ${whole ? 'an integer' : 'a number'} ${bounds}, but is ${JSON.stringify(value)}`);
      return undefined;
    }
    return value;
  }

  public boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value !== undefined && typeof value !== 'boolean') {
      this.error(name, 'must be true or false');
      return undefined;
    }
    return value;
  }

  public array(name: string, required = false): readonly Json[] | undefined {
    const value = this.value(name);
    if (value === undefined ? required : !Array.isArray(value)) {
      this.error(name, value === undefined ? 'is missing' : 'must be an array');
      return undefined;
    }
    return value as Json[] | undefined;
  }

  /** A reader of an object inside this one. */
  public inner(name: string, required = false): Reader | undefined {
    const value = this.value(name);
    if (value === undefined && !required) {
      return undefined;
    }
    return this.innerOf(name, value);
  }

  /** A reader of a value that must be an object. */
  public innerOf(place: string, value: Json | undefined): Reader | undefined {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      this.error(place, value === undefined ? 'is missing' : 'must be an object');
      return undefined;
    }
    return new Reader(value, `${this.what}: ${place}`, this.findings);
  }

  /** A field that holds a path, or null where that means something. */
  public path(name: string, nullable = false): Expression | undefined {
    const value = this.value(name);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'string' && !(nullable && value === null)) {
      this.error(name, 'must be a path');
      return undefined;
    }
    return this.compiled(name, () => pathExpression(value));
  }

  /** A field that holds a path or an intrinsic function. */
  public pathOrFunction(name: string): Expression | undefined {
    const text = this.string(name);
    return text === undefined ? undefined : this.compiled(name, () => valueExpression(text, name));
  }

  public referencePath(name: string): ReferencePath | null | undefined {
    const value = this.value(name);
    if (value === undefined || value === null) {
      return value;
    }
    if (typeof value !== 'string') {
      this.error(name, 'must be a reference path');
      return undefined;
    }
    return this.compiled(name, () => parseReferencePath(value));
  }

  /** A field that holds data, some of which may have to be evaluated. */
  public template(name: string, language: QueryLanguage): Expression | undefined {
    const value = this.value(name);
    if (value === undefined) {
      return undefined;
    }
    return this.compiled(name, () =>
      language === 'JSONata' ? jsonataExpression(value, name) : templateExpression(value),
    );
  }

  /** A field that holds a value of a type, or (in JSONata) an expression of one; in JSONPath, `<name>Path` may stand for it. */
  public field(name: string, type: 'string' | 'integer', language: QueryLanguage): Field | undefined {
    const value = this.value(name);
    const path = language === 'JSONPath' && this.has(`${name}Path`) ? `${name}Path` : undefined;
    if (path !== undefined && value !== undefined) {
      this.error(name, `and ${path} can't both be there`);
    }
    if (path !== undefined) {
      // Error and Cause, alone, may be made by a function.
      const expression = type === 'string' ? this.pathOrFunction(path) : this.path(path);
      return expression && { name: path, expression };
    }
    if (value === undefined) {
      return undefined;
    }
    if (language === 'JSONata' && typeof value === 'string' && isJsonata(value)) {
      const expression = this.compiled(name, () => jsonataExpression(value, name));
      return expression && { name, expression };
    }
    if (type === 'string' ? typeof value !== 'string' : !Number.isInteger(value) || (value as number) < 0) {
      this.error(name, `must be ${type === 'string' ? 'a string' : 'a non-negative integer'}`);
      return undefined;
    }
    return { name, expression: constant(value) };
  }

  /** Reports the fields that nobody has read. */
  public finish(): void {
    for (const name of Object.keys(this.object)) {
      if (!this.read.has(name)) {
        this.error(name, 'does not belong here');
      }
    }
  }

  private compiled<T>(name: string, compile: () => T): T | undefined {
    try {
      return compile();
    } catch (error) {
      this.error(name, `can't be understood: ${(error as Error).message}`);
      return undefined;
    }
  }
}
