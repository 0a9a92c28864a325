import { Duration } from 'aws-cdk-lib';
import { standardCost } from './cost';
import type { Execution, HistoryEvent } from './engine';
import type { Call } from './services';
import { type StateVisit, stateVisits } from './visits';

/** One execution in the simulator. */
export class Run {
  /** Resolves with this run when it has ended; rejects where the simulator can't go on with it. */
  public readonly done: Promise<Run>;

  constructor(
    public readonly executionArn: string,
    private readonly execution: Execution,
    private readonly allCalls: readonly Call[],
  ) {
    this.done = new Promise((resolve, reject) => {
      execution.whenEnded(() => (execution.fault === undefined ? resolve(this) : reject(execution.fault)));
    });
    // Somebody who never looks at `done` sees a fault where they wait for the run.
    this.done.catch(() => undefined);
  }

  get status(): Execution['status'] {
    return this.execution.status;
  }

  /** The name of the error that ended the run. */
  get error(): string | undefined {
    return this.execution.error;
  }

  get cause(): string | undefined {
    return this.execution.cause;
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

  /** The states entered, with their attempts, errors and times. */
  get states(): StateVisit[] {
    return stateVisits(this.history);
  }

  /** Each call of an AWS API that the run made, its functions' own included, with the verdict of IAM. */
  get calls(): readonly Call[] {
    return this.allCalls.filter((call) => call.executionArn === this.executionArn);
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

  /** What 1,000 such runs cost in us-east-1, in US dollars: the transitions, not the services that they call. */
  get costPer1000(): number {
    return standardCost(1000, this.transitions);
  }
}
