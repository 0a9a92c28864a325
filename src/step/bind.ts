import type { Duration, IResource } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/**
 * One unit of work: a value that can put its states into a definition.
 *
 * Steps hold steps, and a `Workflow` deploys one. A step is bound once for each place where it stands, so the same value
 * may stand in several, but for plain CDK states (`Step.chain`), which belong to one.
 */
export interface IStep {
  /**
   * Puts the step's states into a definition.
   *
   * @param scope the construct that owns what the step creates
   * @param id the id, unique in the scope, of what the step creates
   * @param options where the step stands, and what is to become of its result
   */
  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig;
}

/** Where a step stands, and what is to become of its result and of its errors. */
export interface StepBindOptions {
  /** The name of the step's state; the prefix of its states' names where it has several. */
  readonly stateName: string;

  /** The step's place in the workflow, as the idempotency key names it. */
  readonly path: string;

  /** How many scopes of variables (branches, iterations) enclose the step: 0 in the workflow's outermost flow. */
  readonly depth: number;

  /**
   * Whether the step has to be exactly one state, so that it can have a Catch.
   *
   * @default false
   */
  readonly oneState?: boolean;

  /**
   * The name under which the result is kept for later steps.
   *
   * @default - the result is not kept
   */
  readonly recordAs?: string;

  /**
   * Whether the flow ends with this step. Its output is then the flow's: all the results kept so far with
   * `recordAs`, else the step's own result. The output of any other step is its input, unchanged.
   *
   * @default false
   */
  readonly last?: boolean;

  /**
   * Variables to assign when the step has succeeded, besides its result: JSONata, which may say `$result`, by variable
   * name.
   *
   * @default - none
   */
  readonly assign?: { readonly [variable: string]: string };

  /**
   * Whether every error is worth another attempt, as the step does no harm when it is done twice.
   *
   * @default false
   */
  readonly retryEveryError?: boolean;

  /**
   * What the step does its work for, where that is one item of several.
   *
   * @default - the step is in no fan-out: its input is the state's
   */
  readonly item?: ItemPlace;

  /**
   * Whether it is an Express workflow's, whose executions end after 5 minutes: less is then tried again.
   *
   * @default false
   */
  readonly express?: boolean;

  /**
   * The step whose result is not among the `results` that a function gets.
   *
   * @default - all results so far are
   */
  readonly withoutResultOf?: string;

  /**
   * What a function gets besides `input`, `results` and `idempotencyKey`: JSONata by field name.
   *
   * @default - nothing
   */
  readonly eventFields?: { readonly [field: string]: string };

  /**
   * Where an error goes that the step declares as a business error: nothing has happened.
   *
   * @default - as any other error
   */
  readonly onBusinessError?: StepCatch;

  /**
   * Where any other error goes: what the step should do may have happened, or not.
   *
   * @default - the flow fails with it
   */
  readonly onError?: StepCatch;
}

/** Where a step finds the item that it does its work for. */
export interface ItemPlace {
  /** The item, which is the step's input: JSONata. */
  readonly input: string;

  /** What the item's idempotency keys begin with: JSONata. */
  readonly key: string;

  /** What of the results of earlier steps the item brings along: JSONata. */
  readonly results: string;

  /** How many scopes of variables, counted from the outermost, a step of the item can't see. */
  readonly hiddenScopes: number;
}

/** Where a flow goes on after an error. */
export interface StepCatch {
  /** The state to go on with. */
  readonly handler: sfn.IChainable;

  /**
   * What that state gets: JSONata, which may use `$states.errorOutput`.
   *
   * @default - the input of the state that failed
   */
  readonly output?: string;

  /**
   * Variables to assign on the way: JSONata, which may use `$states.errorOutput`, by variable name.
   *
   * @default - none
   */
  readonly assign?: { readonly [variable: string]: string };
}

/** What a step put into the definition. */
export interface StepConfig {
  /** The step's states. */
  readonly chain: sfn.IChainable;

  /** How long the step may take at most, as terms of a sum. */
  readonly worstCase: WorstCaseTerm[];

  /**
   * Queues in which somebody has to look after what the step left undone.
   *
   * @default - none
   */
  readonly deadLetterQueues?: DeadLetterQueue[];

  /**
   * Errors in which the step as a whole ends in good order, so that they call nobody.
   *
   * @default - none
   */
  readonly orderlyErrors?: string[];

  /**
   * Whether a saga is in it, which ends in good order once it has undone what it did.
   *
   * @default false
   */
  readonly holdsSaga?: boolean;

  /**
   * What in the step only Standard workflows can do, or should: sentences that say what, and why.
   *
   * @default - nothing: Express workflows can do it as well
   */
  readonly standardOnly?: string[];

  /**
   * The functions that it invokes.
   *
   * @default - none
   */
  readonly functions?: FunctionUse[];

  /**
   * Its Distributed Maps, whose children the workflow's role has to start.
   *
   * @default - none
   */
  readonly distributedMaps?: DistributedMapConfig[];

  /**
   * What it created that holds data, besides the dead-letter queues.
   *
   * @default - nothing
   */
  readonly stores?: IResource[];
}

/** A function that a step invokes. */
export interface FunctionUse {
  readonly fn: lambda.IFunction;

  /** How often at the same time, at most. */
  readonly atOnce: number;
}

/** A Distributed Map in a definition. */
export interface DistributedMapConfig {
  /** Its label, of which the ARNs of its children are made. */
  readonly label: string;

  /** Whether its children are Standard or Express executions. */
  readonly executionType: sfn.StateMachineType;
}

/** A queue in which somebody has to look after what was left undone. */
export interface DeadLetterQueue {
  readonly queue: sqs.IQueue;

  /** What a message in it means, and what to do: the alarm says so, after the workflow's path. */
  readonly description: string;
}

/** A term in the sum of how long a workflow may take at most. */
export interface WorstCaseTerm {
  /** What takes the time, and how it adds up. */
  readonly description: string;

  /**
   * The time at most.
   *
   * @default - unknown: the workflow's timeout has to be given
   */
  readonly duration?: Duration;
}
