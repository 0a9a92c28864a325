import type { Cloud } from './cloud';
import { type Clock, Execution, type Random, SimulatorFault, uuid } from './engine';
import type { Json } from './engine/json';
import { mayAssume } from './iam/judge-service';
import type { Machine } from './machines';
import type { Mocks } from './mocks';
import { Run } from './run';
import { MachineTasks } from './task-port';
import type { Resources } from './template/resource';

/** What all executions of a simulator share. */
export interface ExecutionsOptions {
  readonly resources: Resources;
  readonly clock: Clock;
  readonly random: Random;
  readonly cloud: Cloud;
  readonly mocks: Mocks;
}

/** The executions of a simulator: begins them, and sees to it that no fault of one is lost. */
export class Executions {
  private readonly running = new Set<Execution>();
  /** The faults that somebody has yet to be told of. */
  private readonly untold = new Map<Execution, unknown>();

  constructor(private readonly options: ExecutionsOptions) {}

  /** Begins an execution. */
  begin(machine: Machine, input: Json): Run {
    this.checkTrust(machine);
    const { clock, random, mocks, cloud } = this.options;
    const name = uuid(random);
    const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const execution = new Execution({
      definition: machine.definition,
      input,
      type: machine.type,
      executionArn,
      name,
      roleArn: machine.roleArn,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      tasks: new MachineTasks(machine, mocks, cloud),
      clock,
      random,
    });
    return this.watch(execution, executionArn, machine.type);
  }

  /** Throws the fault of a run that nobody was told of yet. */
  throwUntold(): void {
    for (const [execution, fault] of this.untold) {
      this.untold.delete(execution);
      throw fault;
    }
  }

  /** Ends what still runs. */
  close(): void {
    for (const execution of this.running) {
      const fault = new SimulatorFault('the simulator was closed while this run was RUNNING');
      execution.fault = fault;
      execution.stop(fault.name, fault.message);
    }
    this.untold.clear();
  }

  private watch(execution: Execution, executionArn: string, type: Machine['type']): Run {
    let awaited = false;
    const onAwaited = () => {
      awaited = true;
      this.untold.delete(execution);
    };
    this.running.add(execution);
    execution.whenEnded(() => {
      this.running.delete(execution);
      if (execution.fault !== undefined && !awaited) this.untold.set(execution, execution.fault);
    });
    execution.start();
    return new Run({ executionArn, type, execution, records: this.options.cloud, onAwaited });
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
