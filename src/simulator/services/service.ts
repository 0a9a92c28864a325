/** One call of an AWS API. */
export interface ServiceCall {
  /** The IAM prefix of the service, e.g. `dynamodb`. */
  readonly service: string;
  /** The API operation as its model spells it, e.g. `PutItem`. */
  readonly operation: string;
  /** The request as its model spells it, e.g. `{ TableName: … }`. */
  readonly input: { readonly [name: string]: unknown };
}

/** What IAM must allow before a call is made. */
export interface Requirement {
  /** e.g. `dynamodb:PutItem` */
  readonly action: string;
  /** The ARN that is authorized; `*` where the action knows no resource. */
  readonly resource: string;
  /** Condition keys that this call sets, beyond the global ones. */
  readonly context?: { readonly [key: string]: string | readonly string[] };
}

/** The execution, and the state of it, for which a call is made; a function's own calls have that of its invocation. */
export interface Origin {
  readonly executionArn?: string;
  readonly stateName?: string;
}

/** Judges what IAM must allow beyond a call itself; recorded where it is allowed, and so of use. */
export type MayAlso = (requirement: Requirement) => { readonly allowed: boolean; readonly reason: string };

/** A service that the simulator answers for. */
export interface Service {
  /** The IAM prefix, e.g. `dynamodb`. */
  readonly name: string;
  /** What must be allowed; several where one call needs several permissions. Throws `AwsError` where the request is malformed. */
  requirements(call: ServiceCall): readonly Requirement[];
  /**
   * Does it. Throws `AwsError` for what AWS would refuse, any other error for what the simulator cannot do.
   *
   * @param mayAlso judges what the caller may do besides, where the answer depends on that; absent where nobody is judged
   */
  perform(call: ServiceCall, origin?: Origin, mayAlso?: MayAlso): Promise<{ [name: string]: unknown }>;
  /** Another release was deployed: what the service holds for a resource that is gone goes too. */
  redeployed?(): Promise<void>;
  close(): Promise<void>;
}

/** An error of an AWS API, as a client sees it. */
export class AwsError extends Error {
  constructor(
    /** The error code, e.g. `ConditionalCheckFailedException`. */
    public readonly code: string,
    message: string,
    public readonly statusCode = 400,
    /** What the error holds beside its message, e.g. the `Item` of a failed condition. */
    public readonly details: { readonly [name: string]: unknown } = {},
  ) {
    super(message);
    this.name = code;
  }
}
