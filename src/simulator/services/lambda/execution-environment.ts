import { Worker } from 'node:worker_threads';
import { SimulatorFault } from '../../engine/fault';
import type { Session } from '../credentials';
import type { Origin } from '../service';
import { clearLog, newLog, readLog } from './log';
import { guardMemory } from './memory-guard';
import type { Invocation, RuntimeData, RuntimeMessage } from './protocol';
import { runtimeSource } from './runtime';

/** How an invocation ended, before Lambda has its say on the size of the response. */
export interface Outcome {
  readonly payload: string;
  readonly failed: boolean;
  /** Killed after the function's timeout. */
  readonly timedOut: boolean;
  /** What it did that the simulator can't do. */
  readonly unsupported?: string;
  readonly log: string;
}

export interface EnvironmentOptions extends Omit<RuntimeData, 'log' | 'sdkRoot'> {
  /** By which the calls of the function are known to be its own. */
  readonly session: Session;
  readonly variables: { readonly [name: string]: string };
  readonly memoryMb: number;
}

/** The messages after which an environment takes no other invocation. */
const LOST: readonly RuntimeMessage['kind'][] = ['crashed', 'killed', 'unsupported'];

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
  private readonly memoryMb: number;
  private alive = true;

  constructor(options: EnvironmentOptions) {
    const { variables, memoryMb, session, ...data } = options;
    this.session = session;
    this.memoryMb = memoryMb;
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
    this.worker.on('message', ({ kind }: RuntimeMessage) => LOST.includes(kind) && this.close());
    this.worker.unref();
    this.session.kill = () => void this.close();
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
    const { worker, memoryMb } = this;
    const close = () => void this.close();
    return new Promise((resolve, reject) => {
      let timer = setTimeout(onTimeout, INIT_TIMEOUT_MS + invocation.timeoutMs);
      const endGuard = guardMemory({ memoryMb, onKilled: () => onSignal('killed'), onSuspected });
      worker.on('message', onMessage).on('exit', onExit).on('error', onError);
      worker.postMessage(invocation);

      function end(): void {
        clearTimeout(timer);
        endGuard();
        worker.off('message', onMessage).off('exit', onExit).off('error', onError);
      }
      function settle(payload: string, failed: boolean, more: { timedOut?: boolean; unsupported?: string } = {}): void {
        end();
        resolve({ payload, failed, timedOut: false, ...more });
      }
      function fault(why: string): void {
        end();
        reject(new SimulatorFault(`The worker thread of ${invocation.functionArn} ${why}`));
      }
      function onMessage(message: RuntimeMessage): void {
        switch (message.kind) {
          case 'started':
            clearTimeout(timer);
            timer = setTimeout(onTimeout, invocation.timeoutMs);
            break;
          case 'killed':
            onSignal(message.signal);
            break;
          case 'unsupported':
            settle('null', true, { unsupported: message.what });
            break;
          default:
            settle(message.payload, message.kind !== 'returned');
        }
      }
      function onTimeout(): void {
        // An answer that already waits to be read is in time: this thread may have been too busy to read it.
        setImmediate(() => {
          const seconds = (invocation.timeoutMs / 1000).toFixed(2);
          const payload = failure(invocation, 'Sandbox.Timedout', `Task timed out after ${seconds} seconds`);
          settle(payload, true, { timedOut: true });
        });
      }
      function onExit(code: number): void {
        onEnd(code === 0 ? 'without providing a reason' : `with error: exit status ${code}`);
      }
      function onSignal(signal: string): void {
        onEnd(`with error: signal: ${signal}`);
      }
      function onEnd(how: string): void {
        close();
        settle(failure(invocation, 'Runtime.ExitError', `Runtime exited ${how}`), true);
      }
      function onError(error: NodeJS.ErrnoException): void {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') onSignal('killed');
        else fault(`failed: ${error.message}`);
      }
      function onSuspected(): void {
        close();
        fault('was ended: with others that ran, it took more memory than they have. Give them more, or mock them');
      }
    });
  }
}

function failure(invocation: Invocation, errorType: string, error: string): string {
  return JSON.stringify({ errorType, errorMessage: `RequestId: ${invocation.requestId} Error: ${error}` });
}
