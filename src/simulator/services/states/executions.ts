import type { Execution, JobEvent, Json, MapRun } from '../../engine';

/** What a start names: a state machine, with the version and the alias by which it is reached. */
export interface Door {
  readonly machine: { readonly arn: string; readonly type: 'STANDARD' | 'EXPRESS' };
  readonly versionArn?: string;
  readonly aliasArn?: string;
}

/** An execution as the API tells of it. */
export interface KnownExecution {
  readonly executionArn: string;
  readonly name: string;
  readonly door: Door;
  /** Its input, as it was given. */
  readonly inputText: string;
  readonly execution: Execution;
  /** Goes on with it where it failed. Throws `ExecutionNotRedrivable` where AWS refuses that. */
  redrive(): void;
}

/** A map run as the API tells of it. */
export interface KnownMapRun {
  readonly run: MapRun;
  /** The child executions that have begun, in the order of their items. */
  children(): readonly KnownExecution[];
}

/** What is started. */
export interface StartRequest {
  /** A name of its own where it is left out. */
  readonly name?: string;
  readonly input: Json;
  readonly inputText: string;
  /** The execution that starts it, if one does. */
  readonly parentArn?: string;
}

/** The executions of the simulator, as the API reaches them. */
export interface ExecutionBook {
  /** What the ARN of a state machine, a version or an alias leads to; undefined where no template has it. */
  door(arn: string): Door | undefined;
  start(door: Door, request: StartRequest): KnownExecution;
  /** Starts one and waits for its end, for which time may pass: whoever waits for it does nothing else. */
  runToEnd(door: Door, request: StartRequest): Promise<KnownExecution>;
  /** The execution with an ARN; it may be the child of a map run. */
  find(executionArn: string): KnownExecution | undefined;
  mapRun(mapRunArn: string): KnownMapRun | undefined;
  /** All so far but those of map runs, in the order in which they began. */
  all(): readonly KnownExecution[];
  /** Ends a parent with the fault that ended its child. */
  passFault(childArn: string, parentArn: string): void;
}

/** The activities, and their tasks that no worker has taken yet. */
export interface ActivityBook {
  /** When they were created. */
  readonly creationDate: Date;
  has(activityArn: string): boolean;
  /** Takes the oldest task of an activity, if there is one. */
  take(activityArn: string, workerName?: string): ActivityTask | undefined;
}

/** What a worker gets of a task. */
export interface ActivityTask {
  readonly taskToken: string;
  /** The input of the task, as JSON. */
  readonly input: string;
}

/** The tasks that wait for a token. */
export interface TokenBook {
  /**
   * What IAM judges the answer on: the state machine, or the activity, whose task this is the token of, whether or not it
   * has ended; undefined for no token.
   */
  ownerArn(taskToken: string): string | undefined;
  /** Tells a task what became of its work; false where it no longer waits. */
  send(taskToken: string, event: JobEvent): boolean;
}
