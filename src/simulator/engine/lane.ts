import type { Clock } from './clock';
import type { ExecutionType, State, StateGraph } from './definition';
import type { Execution } from './execution';
import { SimulatorFault } from './fault';
import type { EventLine, History } from './history';
import type { Json } from './json';
import type { MapRun } from './map-run/map-run';
import type { ObjectPort } from './objects';
import type { Random } from './random';
import type { TaskPort } from './task';
import { Variables } from './variables';

/** What identifies an execution, to itself and to others. */
export interface ExecutionIdentity {
  readonly executionArn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly startTime: Date;
}

/** What all lanes of an execution share. */
export interface Run {
  readonly identity: ExecutionIdentity;
  readonly input: Json;
  readonly clock: Clock;
  readonly history: History;
  readonly tasks: TaskPort;
  readonly objects?: ObjectPort;
  readonly random: Random;
  /** The map runs of the execution's Distributed Maps so far. */
  readonly mapRuns: MapRun[];
  /** How often the execution was redriven, and when it was last. */
  readonly redrives: { readonly redriveCount: number; readonly redriveDate?: Date };
  /** Says that a map run begins, before it has child executions, or is redriven. */
  mapRunBegins(run: MapRun): void;
  /** An execution of a Distributed Map's processor, which is still to be started. */
  child(child: ChildExecution): Execution;
}

/** What a child execution is told from its parent by. */
export interface ChildExecution {
  readonly definition: StateGraph;
  readonly input: Json;
  readonly type: ExecutionType;
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly mapRunArn: string;
}

/** A stay in a state, from when it is entered until it is left. */
export interface Visit {
  readonly state: State;
  readonly input: Json;
  readonly enteredEventId: number;
  readonly enteredTime: Date;
  retryCount: number;
  taskToken?: string;
  /** A Parallel or Map has begun its branches or iterations. */
  begun: boolean;
  /** A Parallel or Map has said in the history that it failed: nothing is left to be aborted. */
  failed: boolean;
  /** The branches or iterations that a Parallel or Map has begun in its latest attempt. */
  branches?: Lane[];
  /** The map run of a Distributed Map's latest attempt. */
  mapRun?: MapRun;
}

/** The item that an iteration of a Map works on. */
export interface MapItem {
  readonly index: number;
  readonly value: Json;
  /** The item's key, where a Distributed Map has it from an object. */
  readonly key?: string;
  /** Where a Distributed Map has the item from. */
  readonly source?: string;
}

/** One thread of control: the execution itself, a branch of a Parallel, or an iteration of a Map. */
export class Lane implements EventLine {
  public lastEventId: number;
  /** The state that the lane is in. */
  public visit?: Visit;
  /** The lanes that a Parallel or Map, in which this lane is, has begun. */
  public inner: Lane[] = [];
  /** What the lane's graph gave, once it has ended. */
  public result?: { readonly value: Json };
  private lastValue?: Json;
  private lastText = '';

  constructor(
    public readonly run: Run,
    public readonly variables: Variables,
    lastEventId: number,
    public readonly item?: MapItem,
  ) {
    this.lastEventId = lastEventId;
  }

  /** The stay in the state that the lane is in. */
  public get current(): Visit {
    if (!this.visit) {
      throw new SimulatorFault('The engine works in a lane that is in no state');
    }
    return this.visit;
  }

  /** A lane inside this one, with a scope of variables of its own. */
  public open(item?: MapItem): Lane {
    const lane = new Lane(this.run, new Variables(this.variables), this.lastEventId, item ?? this.item);
    // A branch begins with what this lane has.
    lane.lastValue = this.lastValue;
    lane.lastText = this.lastText;
    this.inner.push(lane);
    return lane;
  }

  /** Notes that the lane's graph has ended, after which nobody sees its variables. */
  public end(value: Json): Json {
    this.result = { value };
    this.variables.forget();
    return value;
  }

  /** The JSON text of a value. A state's output is the next one's input, so the latest text is kept. */
  public text(value: Json): string {
    if (value !== this.lastValue || this.lastText === '') {
      this.lastValue = value;
      this.lastText = JSON.stringify(value);
    }
    return this.lastText;
  }
}
