/** What becomes of a workflow whose request is rejected, or expires as rejected. */
export enum OnRejected {
  /** The step fails with `Approval.Rejected`: in a saga a business error. */
  FAIL = 'fail',
  /** The step's result says it: `{ decision: 'rejected', … }`. */
  RETURN = 'return',
}

/** What is asked. */
export interface AskOptions {
  /** What has to be decided: a text, or JSONata of the form `{% … %}` that gives one, of at most 1,000 characters. */
  readonly question: string;

  /**
   * What the approver has to know: an object of labels and values, shown as a table of at most 50 rows, whose values have
   * at most 2,000 characters, and all together at most 100 KiB. Strings of the form `{% … %}` in it, or it as a whole, are JSONata.
   *
   * @default - nothing
   */
  // biome-ignore lint/suspicious/noExplicitAny: what jsii calls any JSON
  readonly details?: any;

  /**
   * Who asks, as approvers are called: they are neither told nor may they decide. What has an `@` in it has to be an
   * address as `Approver.email` takes it, or an ARN. A text, or JSONata of the form `{% … %}` that gives one.
   *
   * @default - unknown: anybody may decide
   */
  readonly requester?: string;

  /**
   * What becomes of the workflow when the answer is no.
   *
   * @default OnRejected.FAIL
   */
  readonly onRejected?: OnRejected;
}
