import { SimulatorFault } from '../../engine/fault';
import type { ServiceContext } from '../context';
import type { Origin, Requirement, Service, ServiceCall } from '../service';
import { type InvokedFunction, invokedFunction } from './function-arn';
import { FunctionRunner, type InvokeResult, type RunnerOptions } from './function-runner';

export interface LambdaOptions extends RunnerOptions {
  /** Gets the log of each invocation when it begins; what it says is set when it ends. */
  readonly recordLog?: (log: FunctionLog) => void;
}

/** What a function wrote to stdout and stderr in one invocation. */
export interface FunctionLog {
  readonly executionArn?: string;
  /** The state that invoked it, or the function that did. */
  readonly state?: string;
  readonly functionName: string;
  /** The last 64 KiB, after a line that says what is cut. */
  text: string;
  /** Whether the invocation failed. */
  failed: boolean;
}

/** Lambda: runs the Node.js functions of the assembly, with their real code. */
export class LambdaService implements Service {
  readonly name = 'lambda';
  private readonly context: ServiceContext;
  private readonly runner: FunctionRunner;

  constructor(private readonly options: LambdaOptions) {
    this.context = options.context;
    this.runner = new FunctionRunner(options);
  }

  requirements(call: ServiceCall): readonly Requirement[] {
    return [{ action: 'lambda:InvokeFunction', resource: this.invoked(call).invokedArn }];
  }

  async perform(call: ServiceCall, origin?: Origin): Promise<{ [name: string]: unknown }> {
    const { InvocationType: type = 'RequestResponse', ClientContext: clientContext, Payload: payload } = call.input;
    const invoked = this.invoked(call);
    if (type === 'DryRun') {
      this.runner.find(invoked);
      return { StatusCode: 204 };
    }
    if (type !== 'RequestResponse') throw unsupported(invoked, `InvocationType ${type}`);
    if (clientContext !== undefined) throw unsupported(invoked, 'ClientContext');
    const result = await this.run(invoked, (payload as string | undefined) || '{}', this.context.now(), origin);
    return {
      StatusCode: 200,
      ExecutedVersion: result.executedVersion,
      Payload: result.payload,
      ...(result.failed ? { FunctionError: 'Unhandled' } : {}),
      ...(call.input.LogType === 'Tail' ? { LogResult: logTail(result.log) } : {}),
    };
  }

  /** Invokes a function (its name or ARN, with or without a version or an alias) with an event's JSON text. */
  async invoke(functionName: string, payload: string, options: { now?: number } = {}): Promise<InvokeResult> {
    const invoked = invokedFunction(functionName, undefined, this.context);
    return this.run(invoked, payload, options.now ?? this.context.now());
  }

  close(): Promise<void> {
    return this.runner.close();
  }

  private async run(invoked: InvokedFunction, payload: string, now: number, origin?: Origin): Promise<InvokeResult> {
    const { executionArn, stateName: state } = origin ?? {};
    const functionName = invoked.functionArn.split(':').at(-1) as string;
    const log: FunctionLog = { executionArn, state, functionName, text: '', failed: false };
    this.options.recordLog?.(log);
    const result = await this.runner.invoke(invoked, payload, now, origin);
    log.text = result.log;
    log.failed = result.failed;
    return result;
  }

  private invoked(call: ServiceCall): InvokedFunction {
    if (call.operation !== 'Invoke') throw new SimulatorFault(`Lambda's ${call.operation} is not supported`);
    const { FunctionName: name, Qualifier: qualifier } = call.input;
    return invokedFunction(String(name), qualifier as string | undefined, this.context);
  }
}

function unsupported(invoked: InvokedFunction, what: string): SimulatorFault {
  return new SimulatorFault(`${what} is not supported, in an invocation of ${invoked.invokedArn}`);
}

function logTail(log: string): string {
  return Buffer.from(log).subarray(-4096).toString('base64');
}
