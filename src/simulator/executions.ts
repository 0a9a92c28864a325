import type { Cloud } from './cloud';
import { type Clock, Execution, type Random, SimulatorFault, uuid } from './engine';
import { mayAssume } from './iam/judge-service';
import { impatientClock } from './impatient-clock';
import type { Door, Machine, Machines } from './machines';
import type { Mocks } from './mocks';
import { Run } from './run';
import type { ExecutionBook, KnownExecution, StartRequest } from './services';
import { MachineTasks } from './task-port';
import type { TaskTokens } from './task-tokens';
import type { Resources } from './template/resource';
import { UntoldFaults } from './untold-faults';

/** What all executions of a simulator share. */
export interface ExecutionsOptions {
  readonly resources: Resources;
  readonly machines: Machines;
  readonly clock: Clock;
  readonly random: Random;
  readonly cloud: Cloud;
  readonly mocks: Mocks;
  readonly tokens: TaskTokens;
}

/** An execution, and what tests see of it. */
interface Entry extends KnownExecution {
  readonly run: Run;
}

/** The executions of a simulator: begins them, and sees to it that no fault of one is lost. */
export class Executions implements ExecutionBook {
  private readonly entries: Entry[] = [];
  private readonly untold = new UntoldFaults();
  private closed = false;

  constructor(private readonly options: ExecutionsOptions) {}

  /** The runs so far, in the order in which they began. */
  get runs(): Run[] {
    return this.entries.map(({ run }) => run);
  }

  door(arn: string): Door | undefined {
    return this.options.machines.at(arn, this.options.random);
  }

  find(executionArn: string): Entry | undefined {
    return this.entries.find((entry) => entry.executionArn === executionArn);
  }

  all(): readonly Entry[] {
    return this.entries;
  }

  async runAtOnce(door: Door, request: StartRequest): Promise<Entry> {
    const { label } = door.machine;
    const wait = (): void =>
      end(
        entry.execution,
        new SimulatorFault(`${label} waits, but whoever called StartSyncExecution holds time still until it has ended`),
      );
    const entry = this.start(
      door,
      request,
      impatientClock(this.options.clock, () => wait()),
    );
    await new Promise<void>((resolve) => entry.execution.whenEnded(resolve));
    const { fault } = entry.execution;
    if (fault === undefined) return entry;
    this.untold.told(entry.execution);
    throw fault;
  }

  start(door: Door, request: StartRequest, clock = this.options.clock): Entry {
    const { machine } = door;
    this.checkTrust(machine);
    const { random, mocks, cloud, tokens } = this.options;
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
      tasks: new MachineTasks(machine, mocks, cloud, tokens),
      clock,
      random,
      onMapRun: refuseMapRun,
    });
    const run = new Run({
      executionArn,
      name,
      type: machine.type,
      execution,
      records: cloud,
      onAwaited: () => this.untold.told(execution),
      redrive: () => this.redrive(execution),
      children: () => this.runs.filter((other) => other.parentArn === executionArn),
      parentArn: request.parentArn,
    });
    const { inputText } = request;
    const entry = { executionArn, name, door, inputText, execution, run, redrive: () => run.redrive() };
    this.entries.push(entry);
    this.untold.watch(execution);
    execution.start();
    return entry;
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
    for (const { execution } of [...this.entries].reverse()) {
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

/** The engine runs them, but nobody here judges yet what the role needs for them, nor lists their children. */
function refuseMapRun({ stateName }: { readonly stateName: string }): never {
  throw new SimulatorFault(`The Map '${stateName}': ProcessorConfig.Mode DISTRIBUTED is not supported yet`);
}
