import { type MapRun as EngineMapRun, type Execution, SimulatorFault } from './engine';
import { MapRun } from './map-run';
import { Run, type RunOptions } from './run';
import type { KnownExecution, KnownMapRun } from './services';

/** What the runs of child executions share with all runs. */
type Shared = Pick<RunOptions, 'records'> & { readonly childrenOf: (executionArn: string) => Run[] };

/** A child execution, and what tests see of it. */
export interface ChildEntry extends KnownExecution {
  readonly run: Run;
}

/**
 * The map runs of all executions. What tests and the API see of a child execution is made when they ask for it: a map run
 * may have very many.
 */
export class MapRuns {
  private readonly byArn = new Map<string, EngineMapRun>();
  /** The map runs of the children that were looked for. */
  private readonly ofChild = new Map<string, EngineMapRun>();
  private readonly seen = new WeakMap<EngineMapRun, MapRun>();
  private readonly entries = new WeakMap<Execution, ChildEntry>();

  constructor(private readonly shared: Shared) {}

  /** Notes that a map run begins, or is redriven. */
  begin(run: EngineMapRun): void {
    this.byArn.set(run.mapRunArn, run);
  }

  /** The map runs of an execution, as tests see them. */
  of({ mapRuns }: Execution): MapRun[] {
    return mapRuns.map((run) => {
      const seen = this.seen.get(run) ?? new MapRun(run, () => this.children(run).map((child) => child.run));
      this.seen.set(run, seen);
      return seen;
    });
  }

  /** A map run, as the API reaches it. */
  find(mapRunArn: string): KnownMapRun | undefined {
    const run = this.byArn.get(mapRunArn);
    return run && { run, children: () => this.children(run) };
  }

  /** A child execution of any map run. */
  findChild(executionArn: string): ChildEntry | undefined {
    const run = this.ofChild.get(executionArn) ?? this.search(executionArn);
    const execution = run?.find(executionArn);
    if (run === undefined || execution === undefined) return undefined;
    this.ofChild.set(executionArn, run);
    return this.entry(execution, run);
  }

  /** Who looks for a child most likely has just been started by it. */
  private search(executionArn: string): EngineMapRun | undefined {
    return [...this.byArn.values()]
      .reverse()
      .find((run) => executionArn.startsWith(run.identity.executionArnPrefix) && run.find(executionArn) !== undefined);
  }

  private children(run: EngineMapRun): ChildEntry[] {
    return run.executions.map((execution) => this.entry(execution, run));
  }

  private entry(execution: Execution, run: EngineMapRun): ChildEntry {
    const entry = this.entries.get(execution) ?? this.newEntry(execution, run);
    this.entries.set(execution, entry);
    return entry;
  }

  private newEntry(execution: Execution, { identity, stateName }: EngineMapRun): ChildEntry {
    const { executionArn, name, type, input } = execution;
    const redrive = (): never => {
      throw new SimulatorFault(`${executionArn} is a child of the Map '${stateName}': redrive the run of that`);
    };
    const run = new Run({
      executionArn,
      name,
      type,
      execution,
      records: this.shared.records,
      redrive,
      // Its fault is that of its parent, which tells of it.
      onAwaited: () => undefined,
      children: () => this.shared.childrenOf(executionArn),
      mapRuns: () => this.of(execution),
      parentArn: identity.executionArn,
    });
    const door = { machine: { arn: identity.stateMachineArn, type } };
    return { executionArn, name, door, inputText: JSON.stringify(input), execution, run, redrive };
  }
}
