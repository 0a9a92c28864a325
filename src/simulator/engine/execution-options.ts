import type { Clock } from './clock';
import type { Definition, ExecutionType } from './definition';
import type { Json } from './json';
import type { MapRun } from './map-run/map-run';
import type { ObjectPort } from './objects';
import type { Random } from './random';
import type { TaskPort } from './task';

/** What an execution needs. */
export interface ExecutionOptions {
  readonly definition: Definition;
  readonly input: Json;
  readonly type: ExecutionType;
  readonly executionArn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  /** The map run of which this is a child execution. */
  readonly mapRunArn?: string;
  readonly tasks: TaskPort;
  /** S3, for Distributed Maps that read their items from it or write their results to it. */
  readonly objects?: ObjectPort;
  /**
   * Is told of each map run when it begins, before it has child executions, and when it is redriven; of those inside child
   * executions too.
   */
  readonly onMapRun?: (run: MapRun) => void;
  readonly clock: Clock;
  /** Numbers from 0 to 1, for jitter, UUIDs, task tokens and $random: the same ones, the same execution. */
  readonly random: Random;
}
