import { type Clock, Execution, type Random, SimulatorFault, uuid } from './engine';
import { Grouped } from './grouped';
import { mayAssume } from './iam/judge-service';
import type { Door, Machine, Machines } from './machines';
import { type ChildEntry, MapRuns } from './map-runs';
import { Run } from './run';
import type { ExecutionBook, KnownExecution, KnownMapRun, StartRequest } from './services';
import { MachineTasks, type TaskWorld } from './task-port';
import type { Resources } from './template/resource';
import { UntoldFaults } from './untold-faults';

/** How many executions may start one another, none of which has ended: AWS documents no limit. */
const MAX_DEPTH = 1_000;

/** What all executions of a simulator share. */
export interface ExecutionsOptions extends TaskWorld {
  readonly resources: Resources;
  readonly machines: Machines;
  readonly clock: Clock;
  readonly random: Random;
}

/** An execution, and what tests see of it. */
interface Entry extends KnownExecution {
  readonly run: Run;
}

/** The executions of a simulator: begins them, and sees to it that no fault of one is lost. */
export class Executions implements ExecutionBook {
  private readonly entries = new Grouped<Entry>(({ run }) => run.parentArn);
  private readonly byArn = new Map<string, Entry>();
  private readonly untold = new UntoldFaults();
  private readonly mapRuns: MapRuns;
  private closed = false;

  constructor(private readonly options: ExecutionsOptions) {
    this.mapRuns = new MapRuns({ records: options.cloud, childrenOf: (executionArn) => this.childrenOf(executionArn) });
  }

  /** The runs so far, in the order in which they began; those of map runs are to be found there. */
  get runs(): Run[] {
    return this.entries.all.map(({ run }) => run);
  }

  door(arn: string): Door | undefined {
    return this.options.machines.at(arn, this.options.random);
  }

  find(executionArn: string): Entry | ChildEntry | undefined {
    return this.byArn.get(executionArn) ?? this.mapRuns.findChild(executionArn);
  }

  mapRun(mapRunArn: string): KnownMapRun | undefined {
    return this.mapRuns.find(mapRunArn);
  }

  all(): readonly Entry[] {
    return this.entries.all;
  }

  async runToEnd(door: Door, request: StartRequest): Promise<Entry> {
    const entry = this.start(door, request);
    await this.options.clock.suspend((resume) => entry.execution.whenEnded(resume));
    const { fault } = entry.execution;
    if (fault === undefined) return entry;
    this.untold.told(entry.execution);
    throw fault;
  }

  start(door: Door, request: StartRequest): Entry {
    const { machine } = door;
    this.checkTrust(machine);
    this.checkDepth(machine, request);
    const { random, cloud, clock } = this.options;
    const name = request.name ?? uuid(random);
    const executionArn = executionArnOf(machine, name, random);
    const execution = new Execution({
      definition: machine.definition,
      input: request.input,
      type: machine.type,
      executionArn,
      name,
      roleArn: machine.roleArn,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      tasks: new MachineTasks(machine, this.options),
      objects: cloud.objects(machine.roleArn),
      clock,
      random,
      onMapRun: (mapRun) => {
        this.mapRuns.begin(mapRun);
        cloud.mapRunCalls.begin(mapRun, machine.roleArn);
      },
    });
    const run = new Run({
      executionArn,
      name,
      type: machine.type,
      execution,
      records: cloud,
      onAwaited: () => this.untold.told(execution),
      redrive: () => {
        this.redrive(execution);
        this.announce(entry);
      },
      children: () => this.childrenOf(executionArn),
      mapRuns: () => this.mapRuns.of(execution),
      parentArn: request.parentArn,
    });
    const { inputText } = request;
    const entry = { executionArn, name, door, inputText, execution, run, redrive: () => run.redrive() };
    this.entries.add(entry);
    this.byArn.set(executionArn, entry);
    this.untold.watch(execution);
    execution.start();
    this.announce(entry);
    return entry;
  }

  /** Lets the rules of the default bus know that an execution runs, and later that it has ended. */
  private announce(entry: KnownExecution): void {
    const { cloud } = this.options;
    cloud.executionChanged(entry);
    entry.execution.whenEnded(() => {
      if (!this.closed) cloud.executionChanged(entry);
    });
  }

  passFault(childArn: string, parentArn: string): void {
    const child = this.find(childArn)?.execution;
    const parent = this.find(parentArn)?.execution;
    if (child && parent?.status === 'RUNNING') {
      this.untold.told(child);
      end(parent, child.fault as Error);
    }
  }

  /** Throws the fault of a run that nobody was told of yet. */
  throwUntold(): void {
    this.untold.throwOne();
  }

  /** Ends what still runs. */
  close(): void {
    this.closed = true;
    // Children before their parents, which would stop them.
    for (const { execution } of [...this.entries.all].reverse()) {
      if (execution.status === 'RUNNING') {
        end(execution, new SimulatorFault('the simulator was closed while this run was RUNNING'));
      }
    }
    this.untold.clear();
  }

  private redrive(execution: Execution): void {
    if (this.closed) throw new SimulatorFault('the simulator is closed: make a new one');
    execution.redrive();
    this.untold.watch(execution);
  }

  private childrenOf(executionArn: string): Run[] {
    return this.entries.of(executionArn).map(({ run }) => run);
  }

  /** One that starts itself would never end, and take all the memory that there is. */
  private checkDepth(machine: Machine, { parentArn }: StartRequest): void {
    const now = this.options.clock.now();
    let depth = 0;
    let parent = this.entryOf(parentArn);
    // Those that ended earlier are over: a workflow may start itself anew each day.
    while (parent && (parent.execution.stopDate?.getTime() ?? now) === now) {
      depth += 1;
      parent = this.entryOf(parent.run.parentArn);
    }
    if (depth < MAX_DEPTH) return;
    throw new SimulatorFault(
      `${machine.label} is started by the last of ${MAX_DEPTH} executions, each of which started the next one, and none ` +
        'of which ended before now: does it start itself without end?',
    );
  }

  private entryOf(executionArn?: string): Entry | ChildEntry | undefined {
    return executionArn === undefined ? undefined : this.find(executionArn);
  }

  private checkTrust(machine: Machine): void {
    const role = this.options.resources.byArn(machine.roleArn);
    const verdict =
      role &&
      mayAssume(role, 'states.amazonaws.com', {
        'aws:SourceArn': machine.arn,
        'aws:SourceAccount': machine.arn.split(':')[4],
      });
    if (verdict && !verdict.allowed) {
      throw new SimulatorFault(`Step Functions can't assume the role of ${machine.label}: ${verdict.reason}`);
    }
  }
}

function executionArnOf({ arn, type }: Machine, name: string, random: Random): string {
  if (type === 'STANDARD') return `${arn.replace(':stateMachine:', ':execution:')}:${name}`;
  // The names of Express executions needn't be unique.
  return `${arn.replace(':stateMachine:', ':express:')}:${name}:${uuid(random)}`;
}

function end(execution: Execution, fault: Error): void {
  execution.fault = fault;
  execution.stop(fault.name, fault.message);
}
