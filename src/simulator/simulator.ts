import { type Duration, type Stack, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { Cloud } from './cloud';
import { Clock, type JobEvent, type Random, SimulatorFault, seededRandom } from './engine';
import type { Json } from './engine/json';
import { Executions } from './executions';
import { findResource, QUEUES, TABLES } from './find-resource';
import { privilegeFindings, unusedPermissions } from './least-privilege';
import { type Machine, Machines, type StartTarget } from './machines';
import type { Mock } from './mock';
import { Mocks } from './mocks';
import type { Run } from './run';
import type { QueuedMessage } from './services';
import { TaskTokens } from './task-tokens';
import { loadAssembly } from './template/load-assembly';
import type { Resources } from './template/resource';

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

/**
 * Runs the state machines that CDK synthesized: on this machine, in virtual time, judged by the policies of their roles.
 *
 * Only `start` and `advance` let virtual time pass. What happens inside a handler takes real time: its own timers are not
 * virtual, though its `Date` begins at the virtual time.
 */
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
  private readonly executions: Executions;
  private readonly tokens = new TaskTokens();
  private closing?: Promise<void>;

  private constructor(
    private readonly resources: Resources,
    options: SimulatorOptions = {},
    private readonly checkUnchanged: () => void,
  ) {
    const { seed = 1, startAt = DEFAULT_START } = options;
    this.clock = new Clock(startAt.getTime());
    this.random = seededRandom(seed);
    this.cloud = new Cloud({
      resources,
      clock: this.clock,
      seed: String(seed),
      tokens: this.tokens,
      executions: () => this.executions,
    });
    this.machines = new Machines(resources);
    this.mocks = new Mocks(this.machines.all);
    const { clock, random, cloud, machines, mocks, tokens } = this;
    this.executions = new Executions({ resources, machines, clock, random, cloud, mocks, tokens });
  }

  /** Virtual now. */
  public get now(): Date {
    return this.clock.date();
  }

  /** All runs so far, those that other runs started included, in the order in which they began. */
  public get runs(): readonly Run[] {
    return this.executions.runs;
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

  /**
   * Starts an execution and lets virtual time pass until it has ended. Rejects where the simulator can't go on with it, or
   * with another run of which nobody has asked for the end.
   *
   * @param target a `Workflow`, a state machine (or its version, or alias), or the logical id or construct path of one
   */
  public async start(target: StartTarget, input: unknown = {}): Promise<Run> {
    const run = this.begin(target, input);
    await this.clock.runUntil(() => run.status !== 'RUNNING');
    await run.done;
    this.executions.throwUntold();
    return run;
  }

  /**
   * Starts an execution, and lets no time pass: `advance` does. Its fault, if it has one, is that of `run.done`, or else of
   * the next `settle`, `advance` or `start`.
   */
  public begin(target: StartTarget, input: unknown = {}): Run {
    this.checkOpen();
    this.checkUnchanged();
    const json = asJson(input, 'the input');
    const door = this.machines.find(target, this.random);
    return this.executions.start(door, { input: json, inputText: JSON.stringify(json) }).run;
  }

  /** Lets everything happen that can happen without virtual time passing. Rejects like `start` with a run's fault. */
  public async settle(): Promise<void> {
    this.checkOpen();
    await this.clock.settle();
    this.executions.throwUntold();
  }

  /** Lets virtual time pass. Rejects like `start` with a run's fault. */
  public async advance(duration: Duration): Promise<void> {
    this.checkOpen();
    await this.clock.advance(duration.toMilliseconds());
    this.executions.throwUntold();
  }

  /** Ends a task that waits for this token, with its result. */
  public sendTaskSuccess(taskToken: string, output: unknown): void {
    this.answerTask(taskToken, { kind: 'succeeded', output: asJson(output, 'the output') });
  }

  /** Ends a task that waits for this token, with an error. */
  public sendTaskFailure(taskToken: string, error?: string, cause?: string): void {
    this.answerTask(taskToken, { kind: 'failed', error, cause });
  }

  /** Tells a task that waits for this token that its work goes on. */
  public sendTaskHeartbeat(taskToken: string): void {
    this.answerTask(taskToken, { kind: 'heartbeat' });
  }

  /** All items of a DynamoDB table, as plain objects. */
  public async items(table: IConstruct | string): Promise<{ [attribute: string]: unknown }[]> {
    return this.cloud.dynamodb.items(findResource(this.resources, table, TABLES).physicalId);
  }

  /** The messages in an SQS queue, the oldest first, those in flight included. */
  public async messages(queue: IConstruct | string): Promise<QueuedMessage[]> {
    return this.cloud.sqs.messages(findResource(this.resources, queue, QUEUES).physicalId);
  }

  /**
   * What a workflow's role may do that no call so far has used; log delivery and X-Ray, which AWS uses by itself, left
   * out. Empty when the role has least privilege and every path was run.
   */
  public unusedPermissions(workflow: StartTarget): string[] {
    return unusedPermissions(this.machine(workflow).roleArn, this.cloud.calls, this.resources);
  }

  /** What keeps the roles of the state machines from least privilege, as `expectLeastPrivilege` says it. */
  public privilegeFindings(): string[] {
    const roles = new Set(this.machines.all.map(({ roleArn }) => roleArn));
    return [...roles].flatMap((roleArn) => privilegeFindings(roleArn, this.cloud.calls, this.resources));
  }

  /**
   * Ends the simulator, its workers, servers and temporary folders. A run that still runs ends as ABORTED, and its `done`
   * rejects. Nothing can be started afterwards, but what the runs tell stays.
   */
  public close(): Promise<void> {
    if (this.closing === undefined) {
      this.executions.close();
      this.closing = this.cloud.close();
    }
    return this.closing;
  }

  private machine(target: StartTarget): Machine {
    return this.machines.find(target, this.random).machine;
  }

  private answerTask(taskToken: string, event: JobEvent): void {
    if (this.tokens.send(taskToken, event)) return;
    throw new SimulatorFault(`no task waits for the token ${taskToken}: it has ended, or there never was one`);
  }

  private checkOpen(): void {
    if (this.closing !== undefined) throw new SimulatorFault('the simulator is closed: make a new one');
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
