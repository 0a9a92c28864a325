import { Worker } from 'node:worker_threads';
import { SimulatorFault } from '../../engine/fault';
import type { Session } from '../credentials';
import type { Origin } from '../service';
import { clearLog, newLog, readLog } from './log';
import type { Invocation, RuntimeData, RuntimeMessage } from './protocol';
import { runtimeSource } from './runtime';

/** How an invocation ended, before Lambda has its say on the size of the response. */
export interface Outcome {
  readonly payload: string;
  readonly failed: boolean;
  /** Killed after the function's timeout. */
  readonly timedOut: boolean;
  readonly log: string;
}

export interface EnvironmentOptions extends Omit<RuntimeData, 'log' | 'sdkRoot'> {
  /** By which the calls of the function are known to be its own. */
  readonly session: Session;
  readonly variables: { readonly [name: string]: string };
  readonly memoryMb: number;
}

/** Lambda gives the code of a function 10 seconds to load. */
const INIT_TIMEOUT_MS = 10_000;

/**
 * One execution environment of a function: a worker thread with variables, memory and a clock of its own. It takes one
 * invocation at a time, stays warm in between, and is lost when its code crashes, exits or runs out of time.
 */
export class ExecutionEnvironment {
  private readonly log = newLog();
  private readonly worker: Worker;
  private readonly session: Session;
  private alive = true;

  constructor(options: EnvironmentOptions) {
    const { variables, memoryMb, session, ...data } = options;
    this.session = session;
    this.worker = new Worker(runtimeSource, {
      eval: true,
      // Neither the host's loaders nor its variables are those of the function.
      execArgv: [],
      env: variables,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      workerData: { ...data, sdkRoot: process.cwd(), log: this.log } satisfies RuntimeData,
    });
    this.worker.on('error', () => this.close());
    this.worker.on('exit', () => this.close());
    this.worker.on('message', ({ kind }: RuntimeMessage) => kind === 'crashed' && this.close());
    this.worker.unref();
  }

  get isAlive(): boolean {
    return this.alive;
  }

  async invoke(invocation: Invocation, origin: Origin = {}): Promise<Outcome> {
    clearLog(this.log);
    this.session.origin = origin;
    this.worker.ref();
    try {
      const end = await this.run(invocation);
      if (end.timedOut) await this.close();
      return { ...end, log: readLog(this.log) };
    } finally {
      this.worker.unref();
    }
  }

  async close(): Promise<void> {
    this.alive = false;
    await this.worker.terminate();
  }

  private run(invocation: Invocation): Promise<Omit<Outcome, 'log'>> {
    const { worker } = this;
    return new Promise((resolve, reject) => {
      let timer = setTimeout(onTimeout, INIT_TIMEOUT_MS + invocation.timeoutMs);
      worker.on('message', onMessage).on('exit', onExit).on('error', onError);
      worker.postMessage(invocation);

      function settle(payload: string, failed: boolean, timedOut = false): void {
        clearTimeout(timer);
        worker.off('message', onMessage).off('exit', onExit).off('error', onError);
        resolve({ payload, failed, timedOut });
      }
      function onMessage(message: RuntimeMessage): void {
        if (message.kind === 'started') {
          clearTimeout(timer);
          timer = setTimeout(onTimeout, invocation.timeoutMs);
        } else {
          settle(message.payload, message.kind !== 'returned');
        }
      }
      function onTimeout(): void {
        // An answer that already waits to be read is in time: this thread may have been too busy to read it.
        setImmediate(() => {
          const seconds = (invocation.timeoutMs / 1000).toFixed(2);
          settle(failure(invocation, 'Sandbox.Timedout', `Task timed out after ${seconds} seconds`), true, true);
        });
      }
      function onExit(code: number): void {
        const how = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
        settle(failure(invocation, 'Runtime.ExitError', `Runtime exited ${how}`), true);
      }
      function onError(error: NodeJS.ErrnoException): void {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
          settle(failure(invocation, 'Runtime.ExitError', 'Runtime exited with error: signal: killed'), true);
        } else {
          reject(new SimulatorFault(`The worker thread of ${invocation.functionArn} failed: ${error.message}`));
        }
      }
    });
  }
}

function failure(invocation: Invocation, errorType: string, error: string): string {
  return JSON.stringify({ errorType, errorMessage: `RequestId: ${invocation.requestId} Error: ${error}` });
}
