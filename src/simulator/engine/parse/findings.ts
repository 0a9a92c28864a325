/** What kind of thing is wrong, in the words of AWS's ValidateStateMachineDefinition. */
export type FindingCode =
  | 'INVALID_JSON_DESCRIPTION'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION'
  | 'MISSING_TRANSITION_TARGET'
  | 'DUPLICATE_STATE_NAME';

/** One thing that is wrong with a definition. */
export interface Finding {
  readonly code: FindingCode;
  /** Where: a JSON pointer into the definition, e.g. `/States/Pay/Next`. */
  readonly location: string;
  readonly message: string;
}

/** What is wrong with a definition, and what of it the simulator doesn't support. */
export class Findings {
  public readonly errors: Finding[] = [];
  public readonly unsupported: string[] = [];

  public add(code: FindingCode, location: string, message: string): void {
    this.errors.push({ code, location, message });
  }
}
