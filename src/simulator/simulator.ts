import type { Duration, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { Activities } from './activities';
import { type ApprovalAnswer, approve } from './approve';
import { Cloud } from './cloud';
import { Clock, type JobEvent, type Random, SimulatorFault, seededRandom } from './engine';
import type { Json } from './engine/json';
import { Executions } from './executions';
import { ACTIVITIES, BUCKETS, BUSES, findResource, QUEUES, SECRETS, TABLES, TOPICS } from './find-resource';
import { privilegeFindings, unusedPermissions } from './least-privilege';
import { type Machine, Machines, type StartTarget } from './machines';
import type { Mock } from './mock';
import { Mocks } from './mocks';
import { type RequestOptions, Requests } from './requests';
import { resolveToken } from './resolve-token';
import type { Run, RunLog } from './run';
import type {
  BucketObject,
  BusEvent,
  Call,
  Email,
  Fault,
  InjectedFault,
  Notification,
  QueuedMessage,
} from './services';
import { alreadySynthesized, type Synthesized, synthesized } from './synthesized';
import { TaskTokens } from './task-tokens';
import { Deployed } from './template/deployed';

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

/** A task of an activity that a worker took. */
export interface TakenTask {
  /** With this it is answered. */
  readonly taskToken: string;
  readonly input: unknown;
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
    return new Simulator(synthesized(stack), options);
  }

  /**
   * Simulates a synthesized cloud assembly.
   *
   * @param directory e.g. `cdk.out`
   */
  public static fromAssembly(directory: string, options?: SimulatorOptions): Simulator {
    return new Simulator(alreadySynthesized(directory), options);
  }

  private readonly resources: Deployed;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly cloud: Cloud;
  private readonly machines: Machines;
  private readonly mocks: Mocks;
  private readonly executions: Executions;
  private readonly requests: Requests;
  private readonly tokens = new TaskTokens();
  private readonly activities: Activities;
  private closing?: Promise<void>;

  private constructor(
    private release: Synthesized,
    { seed = 1, startAt = DEFAULT_START }: SimulatorOptions = {},
  ) {
    const resources = new Deployed(release.directory);
    this.resources = resources;
    this.clock = new Clock(startAt.getTime());
    this.random = seededRandom(seed);
    this.activities = new Activities(resources, this.tokens, new Date(this.clock.now()));
    this.cloud = new Cloud({
      resources,
      clock: this.clock,
      seed: String(seed),
      tokens: this.tokens,
      activities: this.activities,
      executions: () => this.executions,
    });
    this.machines = new Machines(resources);
    this.mocks = new Mocks(this.machines);
    const { clock, random, cloud, machines, mocks, tokens, activities } = this;
    this.requests = new Requests(resources, cloud, clock);
    this.executions = new Executions({ resources, machines, clock, random, cloud, mocks, tokens, activities });
  }

  /** Virtual now. */
  public get now(): Date {
    return this.clock.date();
  }

  /** Each call of an AWS API so far, with the verdict of IAM: those of all runs, and those of no run. */
  public get calls(): readonly Call[] {
    return this.cloud.calls.all;
  }

  /** What functions wrote to stdout and stderr, by invocation: those of all runs, and those of no run. */
  public get logs(): RunLog[] {
    return this.cloud.logs.all.filter(({ text }) => text !== '');
  }

  /** The mails that SES took, in order. */
  public get emails(): readonly Email[] {
    return this.cloud.ses.emails;
  }

  /**
   * All runs so far, those that other runs started included, in the order in which they began. The child executions of a
   * Distributed Map are not among them: they are in the `mapRuns` of its run.
   */
  public get runs(): readonly Run[] {
    return this.executions.runs;
  }

  /**
   * Deploys another release over what there is, as CloudFormation would, and lets no time pass. What it no longer has goes,
   * unless a policy retains it; tables, queues and buckets that stay keep what is in them. Executions go on with the
   * definition that they began with; the policies of the roles are the new ones from now on.
   *
   * @param release a stack of an app that has the same stacks (with all stacks of its stage), or a synthesized cloud assembly
   */
  public async deploy(release: Stack | string): Promise<void> {
    this.checkOpen();
    const next = typeof release === 'string' ? alreadySynthesized(release) : synthesized(release);
    this.resources.deploy(next.directory);
    this.release = next;
    await this.cloud.redeployed();
  }

  /** Mocks a task, wherever a state of its name is; throws where two workflows have one. */
  public mock(state: string, mock: Mock): void;
  /** Mocks a task of one workflow. */
  public mock(workflow: StartTarget, state: string, mock: Mock): void;
  public mock(...args: [string, Mock] | [StartTarget, string, Mock]): void {
    if (args.length === 2) this.mocks.add(...args);
    else this.mocks.addTo(this.machine(args[0]), args[1], args[2]);
  }

  /**
   * Lets calls of AWS services go wrong, whoever makes them; a mocked task makes none. Gives what tells how many it hit.
   *
   * @param action an action of IAM, `*` for any part of it: `ses:SendEmail`, `dynamodb:*`, `*`
   */
  public fault(action: string, fault: Fault): InjectedFault {
    return this.cloud.injected.add(action, fault);
  }

  /** Forgets all mocks and all faults that are set, and nothing else. */
  public reset(): void {
    this.mocks.clear();
    this.cloud.injected.clear();
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
    this.release.checkUnchanged();
    const door = this.machines.find(target, this.random);
    const json = asJson(input, `the input of ${door.machine.label}`);
    return this.executions.start(door, { input: json, inputText: JSON.stringify(json) }).run;
  }

  /** Lets everything happen that can happen without virtual time passing. Rejects like `start` with a run's fault. */
  public async settle(): Promise<void> {
    this.checkOpen();
    await this.clock.settle();
    this.executions.throwUntold();
  }

  /**
   * Lets virtual time pass, in which schedules fire (those that are due while `start` lets time pass are left out), and
   * DynamoDB deletes what has expired for 48 hours. Rejects like `start` with a run's fault.
   */
  public async advance(duration: Duration): Promise<void> {
    this.checkOpen();
    const until = this.clock.now() + duration.toMilliseconds();
    const { schedules } = this.cloud;
    for (let next = schedules.next(this.clock.now()); next !== undefined && next <= until; ) {
      await this.clock.advance(next - this.clock.now());
      schedules.fire();
      await this.clock.settle();
      next = schedules.next(this.clock.now());
    }
    await this.clock.advance(Math.max(0, until - this.clock.now()));
    await this.cloud.dynamodb.deleteExpired();
    this.executions.throwUntold();
  }

  /**
   * Sends a request to an API Gateway API or to the URL of a function, and lets happen what then can without virtual time
   * passing; a function that runs out of time takes it, and so does an Express workflow for whose end one waits. What comes
   * back is as a browser would see it.
   *
   * @param api the API, its logical id or construct path, or the URL that it has in AWS (or a token of it), with the path
   */
  public async fetch(api: IConstruct | string, options: RequestOptions = {}): Promise<Response> {
    this.checkOpen();
    const response = await this.requests.fetch(typeof api === 'string' ? this.resolve(api) : api, options);
    this.executions.throwUntold();
    return response;
  }

  /**
   * Answers a request for approval as a person does: opens the link of the message, chooses, and sends the page's form.
   *
   * @param message the mail, or whatever else has the link in its text
   */
  public approve(message: { readonly text?: string }, answer: ApprovalAnswer = {}): Promise<Response> {
    return approve((url, options) => this.fetch(url, options), message, answer);
  }

  /**
   * Serves an API to browsers on this machine, until the simulator is closed, and gives its URL there. Time stands still
   * as ever: only `start` and `advance` let it pass, and answers that take time.
   *
   * @param api may be left out where the templates have one alone
   */
  public async serve(api?: IConstruct | string): Promise<string> {
    this.checkOpen();
    return this.requests.serve(api);
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

  /**
   * Takes the oldest task of an activity, as a worker does with GetActivityTask, if there is one: its token, with which the
   * task is answered, and its input.
   */
  public getActivityTask(activity: IConstruct | string, workerName?: string): TakenTask | undefined {
    const { physicalId } = findResource(this.resources, activity, ACTIVITIES);
    const task = this.activities.take(physicalId, workerName);
    return task && { taskToken: task.taskToken, input: JSON.parse(task.input) };
  }

  /**
   * Puts an object into an S3 bucket.
   *
   * @param bucket a bucket of the app, or the name of a bucket; one that no template has exists from its first object on
   * @param body its content: text, bytes, or what is put as JSON text
   */
  public putObject(bucket: IConstruct | string, key: string, body: unknown): void {
    const isContent = typeof body === 'string' || body instanceof Uint8Array;
    const content = isContent ? body : JSON.stringify(asJson(body, `the content of ${key}`));
    this.cloud.s3.put(this.bucketName(bucket), key, content, isContent ? undefined : 'application/json');
  }

  /** The objects of an S3 bucket whose keys begin with a prefix, in the order of their keys. */
  public objects(bucket: IConstruct | string, prefix?: string): BucketObject[] {
    return this.cloud.s3.objects(this.bucketName(bucket), prefix);
  }

  /** All items of a DynamoDB table, as plain objects. */
  public async items(table: IConstruct | string): Promise<{ [attribute: string]: unknown }[]> {
    return this.cloud.dynamodb.items(findResource(this.resources, table, TABLES).physicalId);
  }

  /** The messages in an SQS queue, the oldest first, those in flight included. */
  public async messages(queue: IConstruct | string): Promise<QueuedMessage[]> {
    return this.cloud.sqs.messages(findResource(this.resources, queue, QUEUES).physicalId);
  }

  /** What was published to an SNS topic, in order, with those who got it. */
  public notifications(topic: IConstruct | string): readonly Notification[] {
    return this.cloud.sns.notifications(findResource(this.resources, topic, TOPICS).physicalId);
  }

  /** The events that were put on an event bus, in order; without a bus, on the default one. */
  public events(bus?: IConstruct | string): readonly BusEvent[] {
    const name = bus === undefined ? 'default' : findResource(this.resources, bus, BUSES).physicalId;
    return this.cloud.events.events(name);
  }

  /**
   * What a string of the app, with CDK's tokens in it, is here: e.g. the URL of an API, or the ARN of a topic.
   *
   * @param value tokens of one stack at most
   */
  public resolve(value: string): string {
    return resolveToken(value, this.resources);
  }

  /** What a secret holds now. */
  public secretValue(secret: IConstruct | string): string {
    return this.cloud.secrets.secret(findResource(this.resources, secret, SECRETS).physicalId).value;
  }

  /**
   * Gives a secret another value, and lets the one that it had be the previous one, as a rotation does.
   *
   * @param value left out where the secret generates its value
   */
  public rotateSecret(secret: IConstruct | string, value?: string): void {
    this.cloud.secrets.rotate(findResource(this.resources, secret, SECRETS).physicalId, value);
  }

  /**
   * What a workflow's role may do that no call so far has used; log delivery and X-Ray, which AWS uses by itself, left
   * out. Empty when the role has least privilege and every path was run.
   */
  public unusedPermissions(workflow: StartTarget): string[] {
    return unusedPermissions(this.machine(workflow).roleArn, this.cloud.calls.all, this.resources);
  }

  /** What keeps the roles of the state machines from least privilege, as `expectLeastPrivilege` says it. */
  public privilegeFindings(): string[] {
    const roles = new Set(this.machines.all.map(({ roleArn }) => roleArn));
    return [...roles].flatMap((roleArn) => privilegeFindings(roleArn, this.cloud.calls.all, this.resources));
  }

  /**
   * Ends the simulator, its workers, servers and the temporary folders that it made. A run that still runs ends as ABORTED,
   * and its `done` rejects. Nothing can be started afterwards, but what the runs tell stays.
   *
   * The folder of an `App` without an `outdir` is the app's own, which another simulator may need: CDK removes it when the
   * process exits. Where a test runner ends its processes otherwise, `CloudAssembly.cleanupTemporaryDirectories()` of
   * `aws-cdk-lib/cx-api` does, once all tests of a file are done.
   */
  public close(): Promise<void> {
    if (this.closing === undefined) {
      this.executions.close();
      this.closing = Promise.all([this.cloud.close(), this.requests.close()]).then(() => undefined);
    }
    return this.closing;
  }

  /** A text that names no resource of the templates is the name of a bucket. */
  private bucketName(bucket: IConstruct | string): string {
    if (typeof bucket === 'string' && isBucketName(bucket) && !this.resources.find(bucket)) return bucket;
    return findResource(this.resources, bucket, BUCKETS).physicalId;
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

/** A value as JSON says it, which is all that an execution sees. */
function asJson(value: unknown, what: string): Json {
  try {
    const text = JSON.stringify(value);
    if (text !== undefined) return JSON.parse(text);
  } catch (error) {
    throw new SimulatorFault(`${what} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  throw new SimulatorFault(`${what} is not JSON: ${String(value)}`);
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function isBucketName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text);
}
