/** The codes that JSONata's own bounds have, and AWS's words for them, which have no code. */
const BOUNDS: { readonly [code: string]: string } = {
  D1011: 'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.',
  D1012: 'Expression evaluation timeout: Check for infinite loop',
  D2014: 'Expression evaluation memory limit exceeded: Check for excessive memory usage',
  D2015: 'Expression evaluation memory limit exceeded: Check for excessive memory usage',
};

/** What JavaScript says where there is no room: on its stack, or for a text or an array. */
const RANGES: readonly [RegExp, string][] = [
  [/call stack/, 'D1011'],
  [/^Invalid (string|array|count)|allocation failed/, 'D2015'],
];

/** What is thrown where data gets too large. */
export function memoryLimitExceeded(): Error {
  return new Error(BOUNDS.D2015);
}

/** The end of AWS's message about an expression that threw: a code and what it says, or a bound that it exceeded. */
export function reasonOf(thrown: unknown): string {
  const { code, message } = thrown as { readonly code?: string; readonly message: string };
  const bound = thrown instanceof RangeError && RANGES.find(([text]) => text.test(message));
  if (bound) {
    return `: ${BOUNDS[bound[1]]}`;
  }
  if (code === undefined) {
    return `: ${message}`;
  }
  return code in BOUNDS ? `: ${BOUNDS[code]}` : `. ${code}: ${message}`;
}
