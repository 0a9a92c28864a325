import { useVirtualClock } from './clock';
import { contain } from './contain';
import { describeError, describeReason } from './describe-error';
import { useJsonConsole } from './json-console';
import { loadHandler } from './load-handler';
import { captureLogs } from './log';
import type { Handler, Invocation, RuntimeData, RuntimeMessage } from './protocol';
import { redirectAws } from './redirect-aws';

/** The parts of the runtime that live in other files. */
interface Parts {
  readonly require: NodeJS.Require;
  readonly importModule: (file: string) => Promise<unknown>;
  readonly captureLogs: typeof captureLogs;
  readonly useVirtualClock: typeof useVirtualClock;
  readonly useJsonConsole: typeof useJsonConsole;
  readonly redirectAws: typeof redirectAws;
  readonly contain: typeof contain;
  readonly describeError: typeof describeError;
  readonly describeReason: typeof describeReason;
  readonly loadHandler: typeof loadHandler;
}

/**
 * Lambda's Node.js runtime: answers the invocations of one execution environment. What looks odd is what Lambda's
 * runtime does, and handlers may rely on.
 * Runs in a worker thread from its source text: it uses nothing outside but types.
 */
function runtime(parts: Parts): void {
  const { parentPort, workerData } = parts.require('node:worker_threads') as typeof import('node:worker_threads');
  const { isNativeError } = (parts.require('node:util') as typeof import('node:util')).types;
  const port = parentPort as NonNullable<typeof parentPort>;
  const data = workerData as RuntimeData;
  const setTime = parts.useVirtualClock();
  // The handler may change its globals, and shall not change what the runtime does with them.
  const { stringify, parse } = JSON;
  const { setImmediate } = globalThis;
  let handler: Handler | undefined;
  let whenLoopIsEmpty: (() => void) | undefined;

  parts.captureLogs(data.log);
  const { jsonLogLevel } = data;
  const setRequest = jsonLogLevel === undefined ? undefined : parts.useJsonConsole(jsonLogLevel, parts.require);
  parts.redirectAws(data.endpoint, parts.require);
  parts.contain(answer, parts.require);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', (reason) => {
    const error = new Error(parts.describeReason(reason));
    error.name = 'Runtime.UnhandledPromiseRejection';
    crash(error);
  });
  process.on('beforeExit', () => whenLoopIsEmpty?.());
  port.on('message', (invocation: Invocation) => void invoke(invocation));

  async function invoke(invocation: Invocation): Promise<void> {
    setTime(invocation.now);
    try {
      handler ??= await parts.loadHandler(data, parts.require, parts.importModule);
    } catch (error) {
      return crash(error);
    }
    setRequest?.(invocation.requestId);
    answer({ kind: 'started' });
    run(handler, invocation);
  }

  function run(handle: Handler, invocation: Invocation): void {
    let waits = true;
    const settle = once((message: RuntimeMessage) => {
      whenLoopIsEmpty = undefined;
      port.ref();
      // A rejection that nobody handles comes first: it ends the environment.
      setImmediate(answer, message);
    });
    const succeed = (result?: unknown): void => settle(success(result));
    const fail = (error?: unknown): void => settle(failure(error ?? 'handled'));
    const done = (error?: unknown, result?: unknown): void => (error == null ? succeed(result) : fail(error));
    const callback = once((error?: unknown, result?: unknown) => {
      if (error != null || !waits) done(error, result);
      else whenLoopIsEmpty = () => succeed(result);
    });
    const context = {
      ...invocationContext(invocation),
      get callbackWaitsForEmptyEventLoop() {
        return waits;
      },
      set callbackWaitsForEmptyEventLoop(value: boolean) {
        waits = value;
      },
      succeed,
      fail,
      done,
    };
    // A handler that has nothing left to do and never answered has returned null.
    whenLoopIsEmpty = () => succeed();
    port.unref();
    try {
      const result = handle(parse(invocation.payload), context, callback);
      if (isThenable(result)) result.then(succeed, fail);
      else if (!data.callbacks) succeed(result);
    } catch (error) {
      callback(error);
    }
  }

  function invocationContext(invocation: Invocation): object {
    const { env } = process;
    const deadline = invocation.now + invocation.timeoutMs;
    return {
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      invokedFunctionArn: invocation.functionArn,
      awsRequestId: invocation.requestId,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
  }

  function crash(error: unknown): void {
    answer({ ...failure(error), kind: 'crashed' });
  }

  function success(result: unknown): RuntimeMessage {
    let payload: string | undefined;
    try {
      payload = stringify(result === undefined ? null : result);
    } catch {
      // A cycle or a BigInt: no payload, like a function.
    }
    return payload === undefined
      ? failure(new Error('Unable to stringify response body'))
      : { kind: 'returned', payload };
  }

  function failure(error: unknown): { kind: 'failed'; payload: string } {
    try {
      if (setRequest) console.error(isNativeError(error) ? error : new Error(String(error)));
      else console.error('Invoke Error', error);
    } catch {
      // What can't be printed still is an error.
    }
    return { kind: 'failed', payload: stringify(parts.describeError(error, isNativeError)) };
  }

  function answer(message: RuntimeMessage): void {
    port.postMessage(message);
  }

  function once<A extends unknown[]>(act: (...args: A) => void): (...args: A) => void {
    let called = false;
    return (...args) => {
      if (called) return;
      called = true;
      act(...args);
    };
  }

  function isThenable(value: unknown): value is PromiseLike<unknown> {
    return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
  }
}

/** What the worker thread of an execution environment runs. Compilers that keep names wrap functions in `__name`. */
export const runtimeSource = `const __name = (f) => f;
(${runtime})({
  require,
  importModule: (file) => import(file),
  captureLogs: ${captureLogs},
  useVirtualClock: ${useVirtualClock},
  useJsonConsole: ${useJsonConsole},
  redirectAws: ${redirectAws},
  contain: ${contain},
  describeError: ${describeError},
  describeReason: ${describeReason},
  loadHandler: ${loadHandler},
});`;
