import type { Flow } from './flow';
import type { Json } from './json';
import type { DistributedMap } from './map-run/distributed';
import type { Evaluation, Expression } from './query/expression';

/** What a workflow is made for: to last, or to be many. */
export type ExecutionType = 'STANDARD' | 'EXPRESS';

/** A state machine's definition, checked, with its expressions ready to be evaluated. */
export interface Definition extends StateGraph {
  /** How long an execution may take. */
  readonly timeoutSeconds?: number;
}

/** States that lead to one another: a state machine, a branch of a Parallel, or what a Map does with each item. */
export interface StateGraph {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

interface Common {
  readonly name: string;
  readonly flow: Flow;
  /** The state that follows; none where this is the end. */
  readonly next?: string;
  /** The types of the events that say that the state is entered and left. */
  readonly entered: string;
  readonly exited: string;
}

export interface PassState extends Common {
  readonly type: 'Pass';
  readonly result?: Json;
}

export interface SucceedState extends Common {
  readonly type: 'Succeed';
}

export interface FailState extends Common {
  readonly type: 'Fail';
  readonly error?: Field;
  readonly cause?: Field;
}

export interface WaitState extends Common {
  readonly type: 'Wait';
  readonly until: Field;
}

export interface ChoiceState extends Common {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default?: string;
}

export interface TaskState extends Common, Recovery {
  readonly type: 'Task';
  readonly resource: TaskResource;
  readonly timeout?: Field;
  readonly heartbeat?: Field;
  /** The role that makes the call, where that isn't the state machine's. */
  readonly credentials?: Field;
}

export interface ParallelState extends Common, Recovery {
  readonly type: 'Parallel';
  readonly branches: readonly StateGraph[];
}

export interface MapState extends Common, Recovery {
  readonly type: 'Map';
  readonly items?: Field;
  readonly itemSelector?: Expression;
  readonly maxConcurrency?: Field;
  readonly processor: StateGraph;
  /** What else a Distributed Map says. */
  readonly distributed?: DistributedMap;
}

export type State =
  | PassState
  | SucceedState
  | FailState
  | WaitState
  | ChoiceState
  | TaskState
  | ParallelState
  | MapState;

/** A field whose value is checked when it is evaluated; its name tells which language it is in. */
export interface Field {
  readonly name: string;
  readonly expression: Expression;
}

/** What a Task's `Resource` says. */
export interface TaskResource {
  readonly arn: string;
  /** A function's own ARN, an activity's, or a service integration: each has events of its own. */
  readonly kind: 'function' | 'activity' | 'integration';
  /** What the events call the resource, e.g. `invoke` of `lambda`. */
  readonly resource: string;
  readonly resourceType: string;
  readonly waitsForToken: boolean;
}

/** What a state does about errors. */
export interface Recovery {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds?: number;
  readonly fullJitter: boolean;
}

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly flow: Flow;
}

export interface ChoiceRule {
  readonly test: (at: Evaluation) => boolean | Promise<Json>;
  /** The condition in JSONata, for messages. */
  readonly condition?: Field;
  readonly next: string;
  readonly flow: Flow;
}
