/** What becomes of the whole when one of its workflows fails. */
export class FailurePolicy {
  /** It fails at once, with the error of the one that failed; those that still run are stopped. */
  public static failFast(): FailurePolicy {
    return new FailurePolicy(false);
  }

  /**
   * The others go on, and then it fails with `NestedWorkflows.ChildrenFailed`, whose cause lists all failures. The result
   * of the one that failed is `{ failed: true, error, cause }`.
   */
  public static collect(): FailurePolicy {
    return new FailurePolicy(true);
  }

  /**
   * It goes on, and may succeed. The result of the one that failed is `{ failed: true, error, cause, ignored }`, with the
   * reason.
   *
   * @param reason why its failure doesn't matter
   */
  public static ignore(reason: string): FailurePolicy {
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new Error("FailurePolicy.ignore needs a reason: why doesn't the failure matter?");
    }
    return new FailurePolicy(true, reason);
  }

  private constructor(
    /** Whether the others go on. */
    public readonly tolerant: boolean,
    /** Why the failure doesn't matter, if it doesn't. */
    public readonly reason?: string,
  ) {}
}
