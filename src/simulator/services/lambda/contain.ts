import type { RuntimeMessage } from './protocol';

/**
 * Keeps a handler in its worker thread, where it would have a process of its own on Lambda: what it does to its process
 * must not reach the simulator's. Runs in the worker thread from its source text: it uses nothing outside but types.
 */
export function contain(answer: (message: RuntimeMessage) => void, load: NodeJS.Require): void {
  const signals: { readonly [name: string]: string } = {
    SIGABRT: 'aborted',
    SIGINT: 'interrupt',
    SIGKILL: 'killed',
    SIGTERM: 'terminated',
    2: 'interrupt',
    6: 'aborted',
    9: 'killed',
    15: 'terminated',
  };
  const { exit } = process;

  // On Lambda a handler is on the main thread, and nobody's child.
  const threads = load('node:worker_threads') as {
    -readonly [K in keyof typeof import('node:worker_threads')]: unknown;
  };
  threads.isMainThread = true;
  threads.parentPort = null;
  threads.workerData = null;
  (load('node:module') as typeof import('node:module')).syncBuiltinESMExports();

  process.kill = (pid, signal = 'SIGTERM') => {
    if (pid !== process.pid && pid !== 0)
      throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH', syscall: 'kill' });
    if (signal === 0) return true;
    if (!(signal in signals)) return unsupported(`process.kill() with the signal ${signal}`);
    answer({ kind: 'killed', signal: signals[signal] });
    return exit();
  };
  process.abort = () => process.kill(process.pid, 'SIGABRT') as never;
  process.chdir = () => unsupported('process.chdir()');

  function unsupported(what: string): never {
    answer({ kind: 'unsupported', what });
    return exit();
  }
}
