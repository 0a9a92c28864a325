import type { Clock } from './clock';
import type { ExecutionType } from './definition';
import { WorkflowError } from './errors';
import type { ExecutionOptions } from './execution-options';
import { failureEvent } from './failure-event';
import { SimulatorFault } from './fault';
import { type Ending, Fiber } from './fiber';
import { type EventDetails, History, type HistoryEvent, WHOLE } from './history';
import { runGraph } from './interpreter';
import type { Json } from './json';
import { Lane, type Run } from './lane';
import { EXECUTION_SECONDS } from './limits';
import type { MapRun } from './map-run/map-run';
import { ExecutionNotRedrivable, type Redrivability, redrivability } from './redrive';
import { Variables } from './variables';

/** How an execution fares. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What an execution needs in order to go on. */
interface Means {
  readonly options: ExecutionOptions;
  readonly events: History;
  readonly lane: Lane;
}

/** One run of a state machine, in virtual time. */
export class Execution {
  public status: ExecutionStatus = 'RUNNING';
  public readonly executionArn: string;
  public readonly name: string;
  public readonly type: ExecutionType;
  public readonly input: Json;
  public output?: Json;
  public error?: string;
  public cause?: string;
  public readonly startDate: Date;
  public stopDate?: Date;
  /** How often it was redriven, and when it was last. */
  public redriveCount = 0;
  public redriveDate?: Date;
  /** The map run of which this is a child execution. */
  public readonly mapRunArn?: string;
  /** The events so far. */
  public history: readonly HistoryEvent[];
  /** What the simulator could not do, if that is what ended the run. The status is then FAILED. */
  public fault?: unknown;
  /** The map runs of its Distributed Maps, in the order in which they began, with their child executions. */
  public readonly mapRuns: readonly MapRun[];

  private readonly clock: Clock;
  /** Absent once it can't go on any more: a map run may have a million children that have ended. */
  private means?: Means;
  private fiber?: Fiber<Json>;
  private stopTimer?: () => void;
  private listeners?: (() => void)[];

  constructor(options: ExecutionOptions) {
    const { clock, type, tasks, objects, random, onMapRun, executionArn, name } = options;
    const { roleArn, stateMachineArn, stateMachineName } = options;
    // A copy: whoever gave it may change it.
    const input = JSON.parse(JSON.stringify(options.input)) as Json;
    this.executionArn = executionArn;
    this.name = name;
    this.type = type;
    this.input = input;
    this.clock = clock;
    this.startDate = clock.date();
    this.mapRunArn = options.mapRunArn;
    const events = new History(clock, type === 'STANDARD');
    this.history = events.events;
    const mapRuns: MapRun[] = [];
    this.mapRuns = mapRuns;
    const run: Run = {
      identity: { executionArn, name, roleArn, stateMachineArn, stateMachineName, startTime: this.startDate },
      input,
      clock,
      tasks,
      objects,
      random,
      history: events,
      mapRuns,
      mapRunBegins: (run) => onMapRun?.(run),
      redrives: this,
      child: (child) => new Execution({ ...options, ...child }),
    };
    this.means = { options, events, lane: new Lane(run, new Variables(), 0) };
  }

  /** Whether it may be redriven now. */
  public get redrivability(): Redrivability {
    return redrivability(this, this.clock.now());
  }

  /** Lets the execution begin; it runs when the clock lets it. */
  public start(): void {
    const { lane, options } = this.going;
    this.write('ExecutionStarted', {
      executionStartedEventDetails: { input: lane.text(this.input), inputDetails: WHOLE, roleArn: options.roleArn },
    });
    // AWS: the first state's event doesn't name this one as the one before it.
    lane.lastEventId = 0;
    this.go();
  }

  /**
   * Goes on with an execution that ended without success: with the states that it was in. Retries and timeouts count
   * anew. Throws ExecutionNotRedrivable where AWS refuses it.
   */
  public redrive(): void {
    const { status, reason } = this.redrivability;
    if (status !== 'REDRIVABLE') {
      throw new ExecutionNotRedrivable(reason ?? 'Execution can only be redriven by its map run');
    }
    this.redriveCount++;
    this.redriveDate = this.clock.date();
    this.status = 'RUNNING';
    this.error = this.cause = this.stopDate = undefined;
    this.write('ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount: this.redriveCount } });
    this.go();
  }

  /** Stops the execution from outside, if it still runs. */
  public stop(error?: string, cause?: string): void {
    if (this.status === 'RUNNING') {
      this.cancel();
      this.fail('ABORTED', new WorkflowError(error, cause));
    }
  }

  /** Calls a function when the execution has ended; at once if it has. */
  public whenEnded(listener: () => void): void {
    if (this.status === 'RUNNING') {
      this.listeners = [...(this.listeners ?? []), listener];
    } else {
      listener();
    }
  }

  private get going(): Means {
    if (!this.means) {
      throw new SimulatorFault(`The execution ${this.executionArn} is to go on, but it is over`);
    }
    return this.means;
  }

  private go(): void {
    const { options, lane } = this.going;
    const { definition, type } = options;
    const seconds = Math.min(definition.timeoutSeconds ?? Infinity, EXECUTION_SECONDS[type]);
    this.stopTimer = this.clock.schedule(seconds * 1000, () => this.timeOut());
    this.fiber = new Fiber(this.clock, runGraph(lane, definition, this.input), (ending) => this.ended(ending));
  }

  private timeOut(): void {
    this.cancel();
    this.fail('TIMED_OUT', new WorkflowError('States.Timeout', undefined));
  }

  private cancel(): void {
    this.fiber?.cancel();
    for (const run of this.mapRuns) {
      if (run.status === 'RUNNING') {
        run.abort(this.clock.date());
      }
    }
  }

  private ended(ending: Ending<Json>): void {
    if (ending.ok) {
      this.output = ending.value;
      const output = this.going.lane.text(ending.value);
      this.write('ExecutionSucceeded', { executionSucceededEventDetails: { output, outputDetails: WHOLE } });
      this.end('SUCCEEDED');
    } else if (ending.error instanceof WorkflowError) {
      this.fail('FAILED', ending.error);
    } else {
      this.cancel();
      this.fault = ending.error;
      this.end('FAILED');
    }
  }

  private fail(status: 'FAILED' | 'TIMED_OUT' | 'ABORTED', error: WorkflowError): void {
    this.error = error.error;
    this.cause = error.cause;
    const { type, details } = failureEvent(status, error);
    this.write(type, details);
    this.end(status);
  }

  private end(status: ExecutionStatus): void {
    this.status = status;
    this.stopDate = this.clock.date();
    this.stopTimer?.();
    this.stopTimer = this.fiber = undefined;
    if (this.redrivability.status !== 'REDRIVABLE') {
      this.means = undefined;
      // A copy takes no more room than its events.
      this.history = this.history.slice();
    }
    const { listeners = [] } = this;
    this.listeners = undefined;
    for (const listener of listeners) {
      listener();
    }
  }

  private write(type: string, details: EventDetails): void {
    const { events, lane } = this.going;
    events.end(lane, type, details);
  }
}
