import { Duration } from 'aws-cdk-lib';
import type { Cloud } from './cloud';
import { standardCost } from './cost';
import type { Execution, HistoryEvent } from './engine';
import type { MapRun } from './map-run';
import type { Call, FunctionLog } from './services';
import { type StateVisit, stateVisits } from './visits';

/** What a function wrote to stdout and stderr in one invocation. */
export type RunLog = Pick<Readonly<FunctionLog>, 'functionName' | 'state' | 'text' | 'failed'>;

/** What a run is made of. */
export interface RunOptions {
  readonly executionArn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly execution: Execution;
  /** Has the calls and the logs of all executions. */
  readonly records: Pick<Cloud, 'calls' | 'logs'>;
  readonly redrive: () => void;
  /** Called when somebody asks for the end of the run, and so is told of a fault. */
  readonly onAwaited: () => void;
  /** The runs that it started so far. */
  readonly children: () => Run[];
  /** The map runs of its Distributed Maps so far. */
  readonly mapRuns: () => MapRun[];
  /** The execution that started it. */
  readonly parentArn?: string;
}

/** One execution in the simulator. */
export class Run {
  public readonly executionArn: string;
  /** The name of the execution. */
  public readonly name: string;
  /** The execution that started it, if one did. */
  public readonly parentArn?: string;
  private readonly execution: Execution;
  private ended: Promise<Run>;

  constructor(private readonly options: RunOptions) {
    const { executionArn, execution, name, parentArn } = options;
    this.executionArn = executionArn;
    this.name = name;
    this.parentArn = parentArn;
    this.execution = execution;
    this.ended = this.end();
  }

  /**
   * Resolves with this run when it has ended; rejects where the simulator can't go on with it, or is closed. It waits, and
   * lets no time pass: what takes virtual time needs `sim.advance` beside it.
   */
  public get done(): Promise<Run> {
    this.options.onAwaited();
    return this.ended;
  }

  /** The runs that its tasks and its functions started, in the order in which they began. */
  get children(): Run[] {
    return this.options.children();
  }

  /**
   * The map runs of its Distributed Maps, in the order in which they began. Each has its child executions, which are runs
   * of their own: what they visit and call is not among this run's, and they are in no other list.
   */
  get mapRuns(): MapRun[] {
    return this.options.mapRuns();
  }

  /** Stops it as StopExecution does: it ends where it is, as ABORTED, and what it waits for is stopped too. */
  public stop(error?: string, cause?: string): void {
    this.execution.stop(error, cause);
  }

  /**
   * Redrives it as RedriveExecution does: it goes on with the states in which it ended. Throws where AWS refuses that.
   * Like `sim.begin`, it lets no time pass.
   */
  public redrive(): void {
    this.options.redrive();
    this.ended = this.end();
  }

  get status(): Execution['status'] {
    return this.execution.status;
  }

  /** The name of the error that ended the run; `SimulatorFault` where the simulator could not go on with it. */
  get error(): string | undefined {
    return this.execution.fault === undefined ? this.execution.error : 'SimulatorFault';
  }

  get cause(): string | undefined {
    const { fault, cause } = this.execution;
    if (fault === undefined) return cause;
    return fault instanceof Error ? fault.message : String(fault);
  }

  /** What the run returned. */
  get output(): unknown {
    return this.execution.output;
  }

  /** The events, of the shape that GetExecutionHistory returns. */
  get history(): readonly HistoryEvent[] {
    return this.execution.history;
  }

  /** The states entered, in their order, those inside Parallel and inline Map included. */
  get visited(): string[] {
    return this.history.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
  }

  /** The states entered, with how they went: their attempts, errors and times. */
  get states(): StateVisit[] {
    return stateVisits(this.history, this.status === 'RUNNING');
  }

  /** Each call of an AWS API that the run made, its functions' own included, with the verdict of IAM. */
  get calls(): readonly Call[] {
    return this.options.records.calls.of(this.executionArn);
  }

  /** What its functions wrote to stdout and stderr, by invocation, in the order in which these began. */
  get logs(): RunLog[] {
    return this.options.records.logs
      .of(this.executionArn)
      .filter((log) => log.text !== '')
      .map(({ functionName, state, text, failed }) => ({ functionName, state, text, failed }));
  }

  /** How much virtual time the run took so far. */
  get elapsed(): Duration {
    const first = this.history[0]?.timestamp.getTime() ?? 0;
    const last = this.history[this.history.length - 1]?.timestamp.getTime() ?? first;
    return Duration.millis(last - first);
  }

  /** State transitions as AWS counts them: states entered, and retries. */
  get transitions(): number {
    return this.states.reduce((sum, visit) => sum + 1 + Math.max(visit.attempts - 1, 0), 0);
  }

  /**
   * What 1,000 such runs cost in us-east-1, in US dollars: the transitions, those of the child executions of its map runs
   * too, not the services that they call. Undefined where it or one of these is an Express workflow, which pays for memory
   * and real time instead.
   */
  get costPer1000(): number | undefined {
    if (this.options.type === 'EXPRESS') return undefined;
    let cost = standardCost(1000, this.transitions);
    for (const child of this.mapRuns.flatMap(({ children }) => children)) {
      const ofChild = child.costPer1000;
      if (ofChild === undefined) return undefined;
      cost += ofChild;
    }
    return cost;
  }

  private end(): Promise<Run> {
    const { execution } = this;
    const ended = new Promise<Run>((resolve, reject) => {
      execution.whenEnded(() => (execution.fault === undefined ? resolve(this) : reject(execution.fault)));
    });
    // Nobody need await it: then the simulator tells of the fault.
    ended.catch(() => undefined);
    return ended;
  }
}
