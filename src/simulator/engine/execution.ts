import type { Clock } from './clock';
import type { Definition } from './definition';
import { WorkflowError } from './errors';
import { type Ending, Fiber } from './fiber';
import { type EventDetails, History, type HistoryEvent, WHOLE } from './history';
import { runGraph } from './interpreter';
import type { Json } from './json';
import { Lane } from './lane';
import { EXECUTION_SECONDS } from './limits';
import type { Random } from './random';
import { failure } from './states/task-events';
import type { TaskPort } from './task';
import { Variables } from './variables';

/** How an execution fares. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What an execution needs. */
export interface ExecutionOptions {
  readonly definition: Definition;
  readonly input: Json;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly executionArn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly tasks: TaskPort;
  readonly clock: Clock;
  /** Numbers from 0 to 1, for jitter, UUIDs, task tokens and $random: the same ones, the same execution. */
  readonly random: Random;
}

/** One run of a state machine, in virtual time. */
export class Execution {
  public status: ExecutionStatus = 'RUNNING';
  public readonly input: Json;
  public output?: Json;
  public error?: string;
  public cause?: string;
  public readonly startDate: Date;
  public stopDate?: Date;
  /** What the simulator could not do, if that is what ended the run. The status is then FAILED. */
  public fault?: unknown;

  private readonly events: History;
  private readonly lane: Lane;
  private fiber?: Fiber<Json>;
  private stopTimer?: () => void;
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly options: ExecutionOptions) {
    const { clock, type, tasks, random } = options;
    // A copy: whoever gave it may change it.
    const input = JSON.parse(JSON.stringify(options.input)) as Json;
    this.input = input;
    this.startDate = clock.date();
    this.events = new History(clock, type === 'STANDARD');
    const identity = { ...options, startTime: this.startDate };
    this.lane = new Lane({ identity, input, clock, tasks, random, history: this.events }, new Variables(), 0);
  }

  /** The events so far. */
  public get history(): readonly HistoryEvent[] {
    return this.events.events;
  }

  /** Lets the execution begin; it runs when the clock lets it. */
  public start(): void {
    const { input } = this;
    const { clock, definition, type, roleArn } = this.options;
    this.write('ExecutionStarted', {
      executionStartedEventDetails: { input: this.lane.text(input), inputDetails: WHOLE, roleArn },
    });
    // AWS: the first state's event doesn't name this one as the one before it.
    this.lane.lastEventId = 0;
    const seconds = Math.min(definition.timeoutSeconds ?? Infinity, EXECUTION_SECONDS[type]);
    this.stopTimer = clock.schedule(seconds * 1000, () => this.timeOut());
    this.fiber = new Fiber(clock, runGraph(this.lane, definition, input), (ending) => this.ended(ending));
  }

  /** Stops the execution from outside, if it still runs. */
  public stop(error?: string, cause?: string): void {
    if (this.status === 'RUNNING') {
      this.fiber?.cancel();
      this.fail('ABORTED', new WorkflowError(error, cause));
    }
  }

  /** Calls a function when the execution has ended; at once if it has. */
  public whenEnded(listener: () => void): void {
    if (this.status === 'RUNNING') {
      this.listeners.push(listener);
    } else {
      listener();
    }
  }

  private timeOut(): void {
    // AWS: the event has no details; the error says what a parent sees.
    this.fiber?.cancel();
    this.fail('TIMED_OUT', new WorkflowError('States.Timeout', undefined));
  }

  private ended(ending: Ending<Json>): void {
    if (ending.ok) {
      this.output = ending.value;
      const output = this.lane.text(ending.value);
      this.write('ExecutionSucceeded', { executionSucceededEventDetails: { output, outputDetails: WHOLE } });
      this.end('SUCCEEDED');
    } else if (ending.error instanceof WorkflowError) {
      this.fail('FAILED', ending.error);
    } else {
      this.fault = ending.error;
      this.end('FAILED');
    }
  }

  private fail(status: 'FAILED' | 'TIMED_OUT' | 'ABORTED', error: WorkflowError): void {
    this.error = error.error;
    this.cause = error.cause;
    const details = failure(error);
    switch (status) {
      case 'FAILED':
        this.write('ExecutionFailed', { executionFailedEventDetails: details });
        break;
      case 'TIMED_OUT':
        this.write('ExecutionTimedOut', { executionTimedOutEventDetails: {} });
        break;
      case 'ABORTED':
        this.write('ExecutionAborted', { executionAbortedEventDetails: details });
    }
    this.end(status);
  }

  private end(status: ExecutionStatus): void {
    this.status = status;
    this.stopDate = this.options.clock.date();
    this.stopTimer?.();
    for (const listener of this.listeners.splice(0)) {
      listener();
    }
  }

  private write(type: string, details: EventDetails): void {
    this.events.end(this.lane, type, details);
  }
}
