/**
 * Has the console write a line of JSON for each of its own, as Lambda's Node.js runtime does for a function whose log
 * format is JSON; what is written to stdout by itself stays as it is. Returns what tells the id of the request.
 * Runs in a worker thread from its source text: it uses nothing outside.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html#node-js-logging-advanced
 */
export function useJsonConsole(least: string, load: NodeJS.Require): (requestId: string) => void {
  const { format } = load('node:util') as typeof import('node:util');
  const { stringify } = JSON;
  const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
  const methods: { [method: string]: string } = {
    trace: 'TRACE',
    debug: 'DEBUG',
    info: 'INFO',
    log: 'INFO',
    warn: 'WARN',
    error: 'ERROR',
    fatal: 'FATAL',
  };
  let current: string | undefined;

  for (const [method, level] of Object.entries(methods)) {
    const isWanted = LEVELS.indexOf(level) >= LEVELS.indexOf(least);
    const write = (...said: unknown[]) => {
      if (isWanted) process.stdout.write(`${line(level, said)}\n`);
    };
    (console as unknown as { [method: string]: unknown })[method] = write;
  }
  return (requestId) => {
    current = requestId;
  };

  function line(level: string, said: unknown[]): string {
    const head = { timestamp: new Date().toISOString(), level, requestId: current };
    if (said.length > 1) {
      const error = said.find((one) => one instanceof Error);
      return stringify({ ...head, message: format(...said), ...(error && describe(error)) });
    }
    try {
      return stringify({ ...head, message: said[0] }, (_name, value) =>
        value instanceof Error ? { ...describe(value), ...value } : value,
      );
    } catch {
      // A cycle or a BigInt.
      return stringify({ ...head, message: format(said[0]) });
    }
  }

  function describe(error: Error): object {
    const { message: errorMessage, stack } = error;
    return { errorType: error.constructor?.name ?? 'UnknownError', errorMessage, stackTrace: stack?.split('\n') };
  }
}
