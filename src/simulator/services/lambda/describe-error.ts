/**
 * What Lambda's Node.js runtime answers for what a handler threw, which need not be an error.
 * Runs in a worker thread from its source text: it uses nothing outside.
 */
export function describeError(error: unknown, isNativeError: (value: unknown) => boolean): object {
  try {
    const { name, message, stack } = error as Error;
    if (isNativeError(error) || (name && message && stack)) {
      return { errorType: name, errorMessage: message, trace: (stack ?? '').split('\n') };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    const errorMessage =
      'callback called with Error argument, but there was a problem while retrieving one or more of its ' +
      'message, name, and stack';
    return { errorType: 'handled', errorMessage };
  }
}

/** The text of why a promise was rejected, or of what kind that is. Runs like `describeError`. */
export function describeReason(reason: unknown): string {
  try {
    return String(reason);
  } catch {
    return typeof reason;
  }
}
