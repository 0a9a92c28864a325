/** An error of the workflow, as its Retry and Catch fields see it. */
export class WorkflowError extends Error {
  constructor(
    /** The error's name, e.g. `States.Timeout`; a job may fail without one. */
    public readonly error: string | undefined,
    /** The error's description. */
    public override readonly cause: string | undefined,
    /** How Retry and Catch match it, where that differs from its name. */
    public readonly matching: { readonly alias?: string; readonly onlyByName?: boolean } = {},
  ) {
    super(cause);
  }
}

/**
 * What went wrong in a state itself, before it is told which state that was: a path that finds nothing, an expression
 * that can't be evaluated, a choice that nothing matches.
 */
export class StateProblem extends Error {
  constructor(
    public readonly error: string,
    public readonly problem: string,
    /** The field at fault, where the query language is JSONata. */
    public readonly location?: string,
  ) {
    super(problem);
  }
}

/** A problem that ends the execution whatever the workflow says. */
export function runtimeProblem(problem: string): StateProblem {
  return new StateProblem('States.Runtime', problem);
}

/** A JSONata expression, or a field that it gives, that can't be evaluated. */
export function queryProblem(problem: string, location?: string): StateProblem {
  return new StateProblem('States.QueryEvaluationError', problem, location);
}

/** More data than a state may pass on. Only its own name matches it, never States.ALL. */
export function dataLimitExceeded(what: string): WorkflowError {
  return new WorkflowError(
    'States.DataLimitExceeded',
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    { onlyByName: true },
  );
}

/** Whether one of the names of an ErrorEquals field matches an error. */
export function matches(errorEquals: readonly string[], thrown: WorkflowError): boolean {
  // AWS: it isn't retriable, and always ends the execution.
  if (thrown.error === 'States.Runtime') {
    return false;
  }
  return errorEquals.some((name) => matchesName(name, thrown));
}

function matchesName(name: string, thrown: WorkflowError): boolean {
  if (name === thrown.error || (name === thrown.matching.alias && name !== undefined)) {
    return true;
  }
  if (thrown.matching.onlyByName) {
    return false;
  }
  return name === 'States.ALL' || (name === 'States.TaskFailed' && thrown.error !== 'States.Timeout');
}
