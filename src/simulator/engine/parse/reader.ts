import type { Json, JsonObject } from '../json';
import { pointerStep } from '../json-pointer';
import type { FindingCode, Findings } from './findings';

/** Reads the fields of one object of a definition. What nobody has read, in the end, doesn't belong there. */
export class Reader {
  private readonly read = new Set(['Comment']);

  constructor(
    public readonly object: JsonObject,
    /** What the object is, for messages: `Task 'X'`. */
    public readonly what: string,
    public readonly findings: Findings,
    /** Where the object is in the definition: a JSON pointer. */
    public readonly pointer = '',
    /** Where the object is in its state, as AWS's messages say it: `Choices[0]/`. */
    public readonly within = '',
  ) {}

  /** Reports what is wrong with a field, or with an element of it: `Retry[0]`. */
  public error(place: string, message: string, code: FindingCode = 'SCHEMA_VALIDATION_FAILED'): void {
    this.findings.add(code, this.pointerTo(place), `${this.what}: ${place} ${message}`);
  }

  /** The JSON pointer to a field, or to an element of it: `Retry[0]`. */
  public pointerTo(place: string): string {
    const element = /^(\w+)\[(\d+)\]$/.exec(place);
    return this.pointer + (element ? pointerStep(element[1]) + pointerStep(element[2]) : pointerStep(place));
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
    return new Reader(value, `${this.what}: ${place}`, this.findings, this.pointerTo(place), `${this.within}${place}/`);
  }

  /** Reports the fields that nobody has read. */
  public finish(): void {
    for (const name of Object.keys(this.object)) {
      if (!this.read.has(name)) {
        this.error(name, 'does not belong here');
      }
    }
  }
}
