import type { Clock } from './clock';
import type { State } from './definition';
import { SimulatorFault } from './fault';
import type { EventLine, History } from './history';
import type { Json, JsonObject } from './json';
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
  readonly random: Random;
}

/** A stay in a state, from when it is entered until it is left. */
export interface Visit {
  readonly state: State;
  readonly enteredEventId: number;
  readonly enteredTime: Date;
  retryCount: number;
  taskToken?: string;
  /** A Parallel or Map has begun its branches or iterations. */
  begun: boolean;
  /** A Parallel or Map has said in the history that it failed: nothing is left to be aborted. */
  failed: boolean;
}

/** The item that an iteration of a Map works on. */
export interface MapItem {
  readonly index: number;
  readonly value: Json;
}

/** One thread of control: the execution itself, a branch of a Parallel, or an iteration of a Map. */
export class Lane implements EventLine {
  public lastEventId: number;
  /** The state that the lane is in. */
  public visit?: Visit;
  /** The lanes that a Parallel or Map, in which this lane is, has begun. */
  public inner: Lane[] = [];
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
    this.inner.push(lane);
    return lane;
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

/** The context object, as a state in a lane sees it. */
export function contextObject(lane: Lane, item = lane.item): JsonObject {
  const { identity, input } = lane.run;
  const context: JsonObject = {
    Execution: {
      Id: identity.executionArn,
      Input: input,
      StartTime: identity.startTime.toISOString(),
      Name: identity.name,
      RoleArn: identity.roleArn,
      RedriveCount: 0,
    },
    StateMachine: { Id: identity.stateMachineArn, Name: identity.stateMachineName },
  };
  const visit = lane.visit;
  if (visit) {
    context.State = {
      Name: visit.state.name,
      EnteredTime: visit.enteredTime.toISOString(),
      ...(visit.state.type === 'Task' && { RetryCount: visit.retryCount }),
    };
  }
  if (item) {
    context.Map = { Item: { Index: item.index, Value: item.value } };
  }
  if (visit?.taskToken !== undefined) {
    context.Task = { Token: visit.taskToken };
  }
  return context;
}
