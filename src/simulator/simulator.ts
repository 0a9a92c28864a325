import { type Duration, type Stack, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { Cloud } from './cloud';
import { Clock, Execution, type Random, SimulatorFault, seededRandom, uuid } from './engine';
import type { Json } from './engine/json';
import { findResource } from './find-resource';
import { mayAssume } from './iam/judge-service';
import { type Machine, Machines, type StartTarget } from './machines';
import type { Mock } from './mock';
import { Mocks } from './mocks';
import { Run } from './run';
import type { QueuedMessage } from './services';
import { MachineTasks } from './task-port';
import { TaskTokens } from './task-tokens';
import { loadAssembly } from './template/load-assembly';
import type { Resources } from './template/resource';
import { unusedPermissions } from './unused-permissions';

/** How a simulator starts. */
export interface SimulatorOptions {
  /**
   * What all chance comes from: the same seed gives the same run.
   *
   * @default 1
   */
  readonly seed?: number;

  /**
   * The virtual time at which it starts.
   *
   * @default - 2026-01-01, midnight UTC
   */
  readonly startAt?: Date;
}

const DEFAULT_START = new Date('2026-01-01T00:00:00.000Z');

/** Runs the state machines that CDK synthesized: on this machine, in virtual time, judged by the policies of their roles. */
export class Simulator {
  /**
   * Simulates a stack, with all stacks of its stage: a stack alone may lack what it refers to.
   *
   * @param stack a stack of the app; the app must not change afterwards
   */
  public static fromStack(stack: Stack, options?: SimulatorOptions): Simulator {
    const stage = Stage.of(stack);
    if (stage === undefined) throw new SimulatorFault(`${stack.node.path} is in no app: give it one as its scope`);
    const assembly = stage.synth();
    const synthesized = paths(stage);
    return new Simulator(loadAssembly(assembly.directory), options, () => {
      const added = [...paths(stage)].filter((path) => !synthesized.has(path));
      if (added.length > 0) {
        throw new SimulatorFault(
          `the app has changed since it was synthesized (${added[0]} is new): make a new Simulator`,
        );
      }
    });
  }

  /**
   * Simulates a synthesized cloud assembly.
   *
   * @param directory e.g. `cdk.out`
   */
  public static fromAssembly(directory: string, options?: SimulatorOptions): Simulator {
    return new Simulator(loadAssembly(directory), options, () => undefined);
  }

  private readonly clock: Clock;
  private readonly random: Random;
  private readonly cloud: Cloud;
  private readonly machines: Machines;
  private readonly mocks: Mocks;
  private readonly tokens = new TaskTokens();

  private constructor(
    private readonly resources: Resources,
    options: SimulatorOptions = {},
    private readonly checkUnchanged: () => void,
  ) {
    const { seed = 1, startAt = DEFAULT_START } = options;
    this.clock = new Clock(startAt.getTime());
    this.random = seededRandom(seed);
    this.cloud = new Cloud(resources, this.clock, String(seed), (token) => this.tokens.job(token));
    this.machines = new Machines(resources);
    this.mocks = new Mocks(this.machines.all);
  }

  /** Virtual now. */
  public get now(): Date {
    return this.clock.date();
  }

  /** Mocks a task, wherever a state of its name is; throws where two workflows have one. */
  public mock(state: string, mock: Mock): void;
  /** Mocks a task of one workflow. */
  public mock(workflow: StartTarget, state: string, mock: Mock): void;
  public mock(...args: [string, Mock] | [StartTarget, string, Mock]): void {
    if (args.length === 2) this.mocks.add(...args);
    else this.mocks.addTo(this.machine(args[0]), args[1], args[2]);
  }

  /** Forgets all mocks, and nothing else. */
  public reset(): void {
    this.mocks.clear();
  }

  /** Starts an execution and lets virtual time pass until it has ended. */
  public async start(target: StartTarget, input: unknown = {}): Promise<Run> {
    const { run, execution } = this.execute(target, input);
    await this.clock.runUntil(() => execution.status !== 'RUNNING');
    return run.done;
  }

  /** Starts an execution, and lets no time pass. */
  public begin(target: StartTarget, input: unknown = {}): Run {
    return this.execute(target, input).run;
  }

  /** Lets everything happen that can happen without time passing. */
  public async settle(): Promise<void> {
    await this.clock.settle();
  }

  /** Lets virtual time pass. */
  public async advance(duration: Duration): Promise<void> {
    await this.clock.advance(duration.toMilliseconds());
  }

  /** Ends a task that waits for this token, with its result. */
  public sendTaskSuccess(taskToken: string, output: unknown): void {
    this.tokens.send(taskToken, { kind: 'succeeded', output: asJson(output, 'the output') });
  }

  /** Ends a task that waits for this token, with an error. */
  public sendTaskFailure(taskToken: string, error?: string, cause?: string): void {
    this.tokens.send(taskToken, { kind: 'failed', error, cause });
  }

  /** Tells a task that waits for this token that its work goes on. */
  public sendTaskHeartbeat(taskToken: string): void {
    this.tokens.send(taskToken, { kind: 'heartbeat' });
  }

  /** All items of a DynamoDB table, as plain objects. */
  public async items(table: IConstruct | string): Promise<{ [attribute: string]: unknown }[]> {
    return this.cloud.dynamodb.items(findResource(this.resources, table).physicalId);
  }

  /** The messages in an SQS queue, the oldest first, those in flight included. */
  public async messages(queue: IConstruct | string): Promise<QueuedMessage[]> {
    return this.cloud.sqs.messages(findResource(this.resources, queue).physicalId);
  }

  /**
   * What a workflow's role may do that no call so far has used; log delivery and X-Ray, which AWS uses by itself, left
   * out. Empty when the role has least privilege and every path was run.
   */
  public unusedPermissions(workflow: StartTarget): string[] {
    return unusedPermissions(this.machine(workflow).roleArn, this.cloud.calls, this.resources);
  }

  /** Ends the workers and servers of the simulator. */
  public async close(): Promise<void> {
    await this.cloud.close();
  }

  private machine(target: StartTarget): Machine {
    return this.machines.find(target, this.random);
  }

  private execute(target: StartTarget, input: unknown): { run: Run; execution: Execution } {
    this.checkUnchanged();
    const machine = this.machine(target);
    this.checkTrust(machine);
    const name = uuid(this.random);
    const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const execution = new Execution({
      definition: machine.definition,
      input: asJson(input, 'the input'),
      type: machine.type,
      executionArn,
      name,
      roleArn: machine.roleArn,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      tasks: new MachineTasks(machine, this.mocks, this.cloud),
      clock: this.clock,
      random: this.random,
    });
    execution.start();
    return { run: new Run(executionArn, execution, this.cloud.calls), execution };
  }

  private checkTrust(machine: Machine): void {
    const role = this.resources.byArn(machine.roleArn);
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

function paths(root: IConstruct): Set<string> {
  return new Set(root.node.findAll().map((construct) => construct.node.path));
}

/** A value as JSON says it, which is all that an execution sees. */
function asJson(value: unknown, what: string): Json {
  const text = JSON.stringify(value);
  if (text === undefined) throw new SimulatorFault(`${what} is not JSON: ${String(value)}`);
  return JSON.parse(text);
}
