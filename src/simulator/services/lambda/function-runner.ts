import { SimulatorFault } from '../../engine/fault';
import type { Resource } from '../../template/resource';
import type { ServiceContext } from '../context';
import type { Credentials } from '../credentials';
import { notInTemplates } from '../not-in-templates';
import { AwsError, type Origin } from '../service';
import { checkApp } from './app-mistakes';
import { CodeFolders } from './code';
import { EnvironmentPool } from './environment-pool';
import { ExecutionEnvironment, type Outcome } from './execution-environment';
import { cannotRun, describeFunction, findFunction, functionPath, type LambdaFunction } from './function';
import type { InvokedFunction } from './function-arn';
import { environmentVariables } from './variables';

export interface RunnerOptions {
  readonly context: ServiceContext;
  /** Gives each execution environment a session of its function's role. */
  readonly credentials: Credentials;
  /** The local AWS endpoint that functions reach; asked for when the first of them starts. */
  readonly endpoint: () => Promise<string>;
}

/** How an invocation ended, as Lambda answers it. */
export interface InvokeResult {
  /** The response's, or the error's, JSON text. */
  readonly payload: string;
  /** The payload is an error, of the shape `{ errorType, errorMessage, trace? }`. */
  readonly failed: boolean;
  readonly functionName: string;
  readonly executedVersion: string;
  readonly requestId: string;
  /** How long it takes in virtual time: the whole timeout if it timed out, else nothing. */
  readonly durationMs: number;
  /** What it wrote to stdout and stderr: the last 64 KiB, after a line that says what is cut. */
  readonly log: string;
}

const MAX_REQUEST_BYTES = 6_291_456;
const MAX_RESPONSE_BYTES = 6_291_556;

/** Runs the code of the assembly's functions, in execution environments that stay warm. */
export class FunctionRunner {
  private readonly code = new CodeFolders();
  /** By what was published, and its version: another release's `$LATEST` begins afresh. */
  private readonly pools = new Map<Resource, Map<string, EnvironmentPool>>();
  private readonly running = new Map<string, number>();
  private closed = false;

  constructor(private readonly options: RunnerOptions) {}

  find(invoked: InvokedFunction): LambdaFunction {
    const { resources } = this.options.context;
    const fn = findFunction(resources, invoked);
    if (fn) return fn;
    if (resources.isGone(invoked.invokedArn)) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${invoked.invokedArn}`, 404);
    }
    throw notInTemplates(`The function ${invoked.invokedArn}`);
  }

  /** Invokes a function with an event's JSON text, at a virtual time. */
  async invoke(invoked: InvokedFunction, payload: string, now: number, origin?: Origin): Promise<InvokeResult> {
    if (this.closed) throw new SimulatorFault(`The simulator was closed before ${invoked.invokedArn} ran`);
    const fn = this.find(invoked);
    checkRequest(payload);
    const requestId = this.options.context.newId();
    const invocation = { requestId, payload, now, functionArn: invoked.invokedArn, timeoutMs: fn.timeoutMs };
    const began = this.options.context.now();
    const outcome = await this.limited(fn, () =>
      this.pool(fn).use((environment) => environment.invoke(invocation, origin)),
    );
    if (outcome.unsupported !== undefined) throw cannotRun(fn.resource, `calls ${outcome.unsupported}`);
    const waited = this.options.context.now() - began;
    if (waited > fn.timeoutMs) {
      throw cannotRun(fn.resource, `waits ${waited / 1000} s for an Express workflow, longer than its own timeout`);
    }
    const { name: functionName, version: executedVersion } = fn;
    const durationMs = outcome.timedOut ? fn.timeoutMs : 0;
    if (outcome.failed) checkApp(fn, this.code.of(fn.resource), outcome.payload);
    return { ...checkSize(outcome), functionName, executedVersion, requestId, durationMs, log: outcome.log };
  }

  async close(): Promise<void> {
    this.closed = true;
    const pools = [...this.pools.values()].flatMap((versions) => [...versions.values()]);
    await Promise.all(pools.map((pool) => pool.close()));
    this.pools.clear();
    this.code.close();
  }

  private pool(fn: LambdaFunction): EnvironmentPool {
    const pools = this.pools.get(fn.resource) ?? new Map<string, EnvironmentPool>();
    this.pools.set(fn.resource, pools);
    const pool = pools.get(fn.version) ?? new EnvironmentPool(() => this.startEnvironment(fn));
    pools.set(fn.version, pool);
    return pool;
  }

  private async startEnvironment(fn: LambdaFunction): Promise<ExecutionEnvironment> {
    const root = this.code.of(fn.resource);
    const endpoint = await this.options.endpoint();
    const { roleArn, resource } = fn;
    const session = this.options.credentials.open(roleArn, describeFunction(resource), functionPath(resource));
    return new ExecutionEnvironment({
      root,
      session,
      endpoint,
      handler: fn.handler,
      callbacks: fn.nodeVersion < 24,
      variables: environmentVariables(fn, root, this.options.context.region, session.variables, endpoint),
      memoryMb: fn.memoryMb,
      jsonLogLevel: fn.jsonLogLevel,
    });
  }

  /** What runs at the same time runs at the same virtual time: reserved concurrency limits it. */
  private async limited<T>(fn: LambdaFunction, work: () => Promise<T>): Promise<T> {
    const running = this.running.get(fn.arn) ?? 0;
    if (running >= fn.reservedConcurrency) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    this.running.set(fn.arn, running + 1);
    try {
      return await work();
    } finally {
      this.running.set(fn.arn, (this.running.get(fn.arn) as number) - 1);
    }
  }
}

function checkRequest(payload: string): void {
  if (Buffer.byteLength(payload) > MAX_REQUEST_BYTES) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`,
      413,
    );
  }
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

function checkSize({ payload, failed }: Outcome): { payload: string; failed: boolean } {
  if (Buffer.byteLength(payload) <= MAX_RESPONSE_BYTES) return { payload, failed };
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
  return { payload: JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }), failed: true };
}
