import type { Clock } from './clock';
import { WorkflowError } from './errors';
import { SimulatorFault } from './fault';
import { HISTORY_EVENTS } from './limits';

/** An Express execution may have any number of events; but one that never waits would never end in virtual time. */
const ENDLESS = 1_000_000;

/** Whether AWS cut the data short; the simulator never does. */
export interface DataDetails {
  readonly truncated: boolean;
}

export const WHOLE: DataDetails = { truncated: false };

interface Failure {
  readonly error?: string;
  readonly cause?: string;
}

interface Output {
  readonly output: string;
  readonly outputDetails: DataDetails;
}

interface TaskResource {
  readonly resource: string;
  readonly resourceType: string;
}

interface TaskCredentials {
  readonly roleArn: string;
}

interface MapIteration {
  readonly name: string;
  readonly index: number;
}

/** The details that an event may have, under the names that AWS gives them. */
export interface EventDetails {
  readonly executionStartedEventDetails?: { input: string; inputDetails: DataDetails; roleArn: string };
  readonly executionSucceededEventDetails?: Output;
  readonly executionFailedEventDetails?: Failure;
  readonly executionTimedOutEventDetails?: Failure;
  readonly executionAbortedEventDetails?: Failure;
  readonly executionRedrivenEventDetails?: { redriveCount: number };
  readonly stateEnteredEventDetails?: { name: string; input: string; inputDetails: DataDetails };
  readonly stateExitedEventDetails?: Output & {
    readonly name: string;
    readonly assignedVariables?: Readonly<Record<string, string>>;
    readonly assignedVariablesDetails?: DataDetails;
  };
  readonly evaluationFailedEventDetails?: { error: string; cause: string; location?: string; state: string };
  readonly taskScheduledEventDetails?: TaskResource & {
    readonly region: string;
    readonly parameters: string;
    readonly timeoutInSeconds?: number;
    readonly heartbeatInSeconds?: number;
    readonly taskCredentials?: TaskCredentials;
  };
  readonly taskStartedEventDetails?: TaskResource;
  readonly taskSubmittedEventDetails?: TaskResource & Output;
  readonly taskSucceededEventDetails?: TaskResource & Output;
  readonly taskFailedEventDetails?: TaskResource & Failure;
  readonly taskTimedOutEventDetails?: TaskResource & Failure;
  readonly lambdaFunctionScheduledEventDetails?: {
    readonly resource: string;
    readonly input: string;
    readonly inputDetails: DataDetails;
    readonly timeoutInSeconds?: number;
    readonly taskCredentials?: TaskCredentials;
  };
  readonly lambdaFunctionSucceededEventDetails?: Output;
  readonly lambdaFunctionFailedEventDetails?: Failure;
  readonly lambdaFunctionTimedOutEventDetails?: Failure;
  readonly activityScheduledEventDetails?: {
    readonly resource: string;
    readonly input: string;
    readonly inputDetails: DataDetails;
    readonly timeoutInSeconds?: number;
    readonly heartbeatInSeconds?: number;
  };
  readonly activityStartedEventDetails?: { workerName?: string };
  readonly activitySucceededEventDetails?: Output;
  readonly activityFailedEventDetails?: Failure;
  readonly activityTimedOutEventDetails?: Failure;
  readonly mapStateStartedEventDetails?: { length: number };
  readonly mapRunStartedEventDetails?: { mapRunArn: string };
  readonly mapRunRedrivenEventDetails?: { mapRunArn: string; redriveCount: number };
  readonly mapRunFailedEventDetails?: Failure;
  readonly mapIterationStartedEventDetails?: MapIteration;
  readonly mapIterationSucceededEventDetails?: MapIteration;
  readonly mapIterationFailedEventDetails?: MapIteration;
  readonly mapIterationAbortedEventDetails?: MapIteration;
}

/** An event of the shape that GetExecutionHistory returns. */
export interface HistoryEvent extends EventDetails {
  readonly timestamp: Date;
  readonly type: string;
  readonly id: number;
  readonly previousEventId: number;
}

/** A line of events, each of which follows the one before it: the execution, or a branch or iteration of it. */
export interface EventLine {
  lastEventId: number;
}

/** The history of an execution. */
export class History {
  public readonly events: HistoryEvent[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly limited: boolean,
  ) {}

  /** Writes an event at the end of a line of events. */
  public add(line: EventLine, type: string, details?: EventDetails): HistoryEvent {
    if (this.limited && this.events.length >= HISTORY_EVENTS - 1) {
      throw new WorkflowError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${HISTORY_EVENTS}).`,
      );
    }
    if (this.events.length >= ENDLESS) {
      throw new SimulatorFault(`An Express execution goes on after ${ENDLESS} events: does it loop without waiting?`);
    }
    return this.write(line, type, details);
  }

  /** Writes the event that ends the execution, for which there is always room. */
  public end(line: EventLine, type: string, details: EventDetails): void {
    this.write(line, type, details);
  }

  private write(line: EventLine, type: string, details?: EventDetails): HistoryEvent {
    const event: HistoryEvent = {
      timestamp: this.clock.date(),
      type,
      id: this.events.length + 1,
      previousEventId: line.lastEventId,
      ...details,
    };
    this.events.push(event);
    line.lastEventId = event.id;
    return event;
  }
}
