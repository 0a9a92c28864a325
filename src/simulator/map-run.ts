import type { MapRun as EngineMapRun, MapRunCounts, MapRunStatus } from './engine';
import type { Run } from './run';

/** One run of a Distributed Map: its child executions, one for each item or batch of items. */
export class MapRun {
  public readonly mapRunArn: string;
  /** The state. */
  public readonly stateName: string;
  /** The last part of its child executions' state machine ARN: the state's `Label`, or what stands for it. */
  public readonly label: string;
  /** The type of the child executions. */
  public readonly executionType: 'STANDARD' | 'EXPRESS';
  public readonly startDate: Date;

  constructor(
    private readonly run: EngineMapRun,
    private readonly runs: () => Run[],
  ) {
    const { mapRunArn, stateName, stateMachineArn, executionType, startDate } = run.identity;
    this.mapRunArn = mapRunArn;
    this.stateName = stateName;
    this.label = stateMachineArn.split('/').at(-1) ?? '';
    this.executionType = executionType;
    this.startDate = startDate;
  }

  get status(): MapRunStatus {
    return this.run.status;
  }

  get stopDate(): Date | undefined {
    return this.run.stopDate;
  }

  /** How many items are in which state. */
  get itemCounts(): MapRunCounts {
    return this.run.itemCounts;
  }

  /** How many child executions are in which state. */
  get executionCounts(): MapRunCounts {
    return this.run.executionCounts;
  }

  /** How often it was redriven. */
  get redriveCount(): number {
    return this.run.redriveCount;
  }

  /** The child executions that have begun, in the order of their items. */
  get children(): Run[] {
    return this.runs();
  }
}
