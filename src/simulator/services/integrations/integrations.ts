import { SimulatorFault } from '../../engine/fault';
import type { Job, TaskAnswer, TaskRequest } from '../../engine/task';
import type { ServiceContext } from '../context';
import type { Caller, Dispatcher } from '../dispatcher';
import { ConnectionLost } from '../lost-calls';
import { AwsError } from '../service';
import type { ExecutionBook } from '../states/executions';
import { awsSdkIntegration } from './aws-sdk';
import { ChildExecutions } from './child-executions';
import { connectionFailure, type FailedAnswer, serviceFailure, TaskFailure } from './failure';
import type { Integration, Response } from './integration';
import { functionIntegration, OPTIMIZED } from './optimized';
import { isObject, parametersProblem } from './parameters';
import { integrationName, parseResource } from './resource-name';

export interface IntegrationsOptions {
  readonly dispatcher: Dispatcher;
  readonly context: ServiceContext;
  /** The job that ends when somebody sends a task's token. */
  readonly tokenJob: (taskToken: string) => Job;
  readonly executions: () => ExecutionBook;
}

/** What Task states do: the calls of services that their `Resource`s mean. */
export class Integrations {
  private readonly children: ChildExecutions;

  constructor(private readonly options: IntegrationsOptions) {
    this.children = new ChildExecutions(options);
  }

  /** Whether a `Resource` means something to the simulator. */
  supports(resource: string): boolean {
    return find(resource) !== undefined;
  }

  /** Why a task's parameters are none that it can be started with. */
  refuses({ resource, input }: TaskRequest): string | undefined {
    const parameters = find(resource)?.parameters;
    return parameters && parametersProblem(input, parameters);
  }

  /** Does what a task asks for, as the role of its state machine. */
  async start(request: TaskRequest, roleArn: string): Promise<TaskAnswer> {
    const integration = find(request.resource);
    if (!integration) throw fault(request, 'is a resource that the simulator does not have');
    try {
      const call = integration.call(request);
      const outputOf = (body: Response) => integration.output(body, (plain) => this.metadata(plain));
      if (call.service === 'states' && call.operation === 'StartSyncExecution') {
        const failed = (error: unknown) => this.failure(integration, request, error);
        return this.children.startSync(request, call, caller(request, roleArn), outputOf, failed);
      }
      if (isSync(request)) return await this.children.start(request, call, caller(request, roleArn), outputOf);
      const output = outputOf(await this.options.dispatcher.call(call, caller(request, roleArn)));
      return waits(request) ? { kind: 'submitted', output, job: this.job(request) } : { kind: 'succeeded', output };
    } catch (error) {
      return this.failure(integration, request, error);
    }
  }

  /**
   * Judges and records the call of a task that a mock answers; one that can't be judged is recorded as such. Gives the
   * answer where AWS would fail it before the service does anything: IAM denies it.
   */
  authorize(request: TaskRequest, roleArn: string): TaskAnswer | undefined {
    const integration = find(request.resource);
    if (!integration) {
      this.recordUnjudged(request, roleArn, 'The simulator does not have this service: what IAM asks is not known');
      return undefined;
    }
    try {
      const call = integration.call(request);
      this.options.dispatcher.authorizeOnly(call, caller(request, roleArn));
      if (isSync(request)) this.children.authorize(call, caller(request, roleArn));
      return undefined;
    } catch (error) {
      if (error instanceof SimulatorFault) {
        this.recordUnjudged(request, roleArn, error.message);
        return undefined;
      }
      return this.failure(integration, request, error);
    }
  }

  /** An activity is left out: its worker comes and asks, and the role of the state machine needs no permission. */
  private recordUnjudged(task: TaskRequest, roleArn: string, reason: string): void {
    const action = integrationName(task.resource);
    if (action === undefined) return;
    const { resource, input } = task;
    const request = isObject(input) ? input : {};
    this.options.dispatcher.recordUnjudged({ action, resource, request, reason }, caller(task, roleArn));
  }

  private failure({ errors, service }: Integration, request: TaskRequest, error: unknown): FailedAnswer {
    if (error instanceof TaskFailure) return error.answer;
    if (error instanceof AwsError) return serviceFailure(errors, service, error, this.options.context.newId()).answer;
    if (error instanceof ConnectionLost) return connectionFailure(errors, service, error).answer;
    if (error instanceof SimulatorFault) throw fault(request, `cannot be run: ${error.message}`, error);
    throw error;
  }

  private job(request: TaskRequest): Job {
    if (request.taskToken === undefined) throw new SimulatorFault('it waits for a task token, and has none');
    return this.options.tokenJob(request.taskToken);
  }

  /** What the SDK for Java 1 adds to a response. */
  private metadata(response: Response): Response {
    const { context } = this.options;
    const requestId = context.newId();
    const headers = {
      Connection: 'keep-alive',
      'Content-Length': String(Buffer.byteLength(JSON.stringify(response))),
      'Content-Type': 'application/x-amz-json-1.0',
      Date: new Date(context.now()).toUTCString(),
      'x-amzn-RequestId': requestId,
    };
    const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    return {
      SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: response.StatusCode ?? 200 },
      SdkResponseMetadata: { RequestId: requestId },
    };
  }
}

function find(resource: string): Integration | undefined {
  const name = parseResource(resource);
  if (name === undefined) return undefined;
  if (name.kind === 'function') return functionIntegration(name.functionArn);
  const { service, api, pattern } = name;
  // The only job for whose end the simulator can wait is a child execution.
  if (pattern?.startsWith('.sync') && `${name.kind} ${service}:${api}` !== 'optimized states:startExecution') {
    return undefined;
  }
  return name.kind === 'aws-sdk' ? awsSdkIntegration(service, api) : OPTIMIZED[`${service}:${api}`];
}

/** Waits for the end of a child execution. */
function isSync({ resource }: TaskRequest): boolean {
  return /\.sync(:2)?$/.test(resource);
}

function waits({ resource }: TaskRequest): boolean {
  return resource.endsWith('.waitForTaskToken');
}

function caller({ stateName, executionArn }: TaskRequest, roleArn: string): Caller {
  return { roleArn, source: 'task', stateName, executionArn };
}

function fault({ stateName, resource }: TaskRequest, problem: string, cause?: Error): SimulatorFault {
  return new SimulatorFault(
    `The state '${stateName}' (${resource}) ${problem}. To answer in its place: sim.mock('${stateName}', …)`,
    { cause },
  );
}
