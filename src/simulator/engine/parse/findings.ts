/** What is wrong with a definition, and what of it the simulator doesn't support. */
export class Findings {
  public readonly errors: string[] = [];
  public readonly unsupported: string[] = [];

  /** The type of the state machine, on which some things depend. */
  constructor(public readonly type: 'STANDARD' | 'EXPRESS') {}
}
