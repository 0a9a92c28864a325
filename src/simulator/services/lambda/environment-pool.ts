import { SimulatorFault } from '../../engine/fault';
import type { ExecutionEnvironment } from './execution-environment';

/** At most this many worker threads a function: who needs more waits, which virtual time does not notice. */
const MAX_ENVIRONMENTS = 10;

/** The execution environments of one version of a function: warm ones are used again, the last used first. */
export class EnvironmentPool {
  private idle: ExecutionEnvironment[] = [];
  private readonly busy = new Set<ExecutionEnvironment>();
  private readonly waiting: (() => void)[] = [];
  private taken = 0;
  private closed = false;

  constructor(private readonly create: () => Promise<ExecutionEnvironment>) {}

  async use<T>(work: (environment: ExecutionEnvironment) => Promise<T>): Promise<T> {
    await this.take();
    try {
      return await this.useOne(work);
    } finally {
      this.giveBack();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.idle, ...this.busy].map((environment) => environment.close()));
  }

  private async useOne<T>(work: (environment: ExecutionEnvironment) => Promise<T>): Promise<T> {
    this.idle = this.idle.filter((warm) => warm.isAlive);
    const environment = this.idle.pop() ?? (await this.start());
    this.busy.add(environment);
    try {
      return await work(environment);
    } finally {
      this.busy.delete(environment);
      this.idle.push(environment);
    }
  }

  /** Whoever waited for a place, or for the start, may find the pool closed. */
  private async start(): Promise<ExecutionEnvironment> {
    if (this.closed) throw closed();
    const environment = await this.create();
    if (!this.closed) return environment;
    await environment.close();
    throw closed();
  }

  private async take(): Promise<void> {
    if (this.taken < MAX_ENVIRONMENTS) this.taken += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** The place goes to the one that waits longest. */
  private giveBack(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.taken -= 1;
  }
}

function closed(): SimulatorFault {
  return new SimulatorFault('The simulator was closed while a function began to run');
}
