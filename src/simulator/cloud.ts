import type { Clock } from './engine';
import { judge } from './iam/judge';
import {
  type Call,
  Credentials,
  Dispatcher,
  DynamoDbService,
  Endpoint,
  type ExecutionBook,
  type FunctionLog,
  Integrations,
  LambdaService,
  type ServiceContext,
  SqsService,
  StatesService,
  uuids,
} from './services';
import type { TaskTokens } from './task-tokens';
import type { Resources } from './template/resource';

/** What the services need of the simulator. */
export interface CloudOptions {
  readonly resources: Resources;
  readonly clock: Clock;
  readonly seed: string;
  readonly tokens: TaskTokens;
  readonly executions: () => ExecutionBook;
}

/** The services that the assembly's workflows and functions reach, each call judged by IAM and recorded. */
export class Cloud {
  /** Each call so far, in order. */
  readonly calls: Call[] = [];
  /** What functions wrote, by invocation, in the order in which these began. */
  readonly logs: FunctionLog[] = [];
  readonly dynamodb: DynamoDbService;
  readonly sqs: SqsService;
  readonly integrations: Integrations;
  /** What a function asked for and the simulator can't do, by execution. */
  private readonly faults = new Map<string | undefined, Error>();
  private readonly lambda: LambdaService;
  private readonly endpoint: Endpoint;

  constructor({ resources, clock, seed, tokens, executions }: CloudOptions) {
    const context: ServiceContext = { ...place(resources), resources, now: () => clock.now(), newId: uuids(seed) };
    const credentials = new Credentials();
    this.dynamodb = new DynamoDbService(context);
    this.sqs = new SqsService(context);
    this.lambda = new LambdaService({
      context,
      credentials,
      endpoint: () => this.endpoint.url(),
      recordLog: (log) => this.logs.push(log),
    });
    const states = new StatesService(() => ({ executions: executions(), tokens }));
    const dispatcher = new Dispatcher({
      services: [this.lambda, this.dynamodb, this.sqs, states],
      resources,
      authorize: (principalRoleArn, requirement) => judge({ principalRoleArn, ...requirement }, resources),
      record: (call) => this.calls.push(call),
    });
    this.endpoint = new Endpoint({
      dispatcher,
      credentials,
      now: () => clock.now(),
      onFault: (fault, session) => this.noteFault(fault, session?.origin.executionArn),
    });
    this.integrations = new Integrations({ dispatcher, context, executions, tokenJob: (token) => tokens.job(token) });
  }

  /** Throws what a function of this execution asked for and the simulator can't do, whatever the function made of it. */
  checkFaults(executionArn: string): void {
    const fault = this.faults.get(executionArn) ?? this.faults.get(undefined);
    if (fault !== undefined) throw fault;
  }

  private noteFault(fault: Error, executionArn?: string): void {
    if (!this.faults.has(executionArn)) this.faults.set(executionArn, fault);
  }

  async close(): Promise<void> {
    await Promise.all([this.lambda.close(), this.dynamodb.close(), this.sqs.close(), this.endpoint.close()]);
  }
}

/** The partition, region and account of an assembly: those of its first state machine. */
function place(resources: Resources): { partition: string; region: string; account: string } {
  const [machine] = resources.ofType('AWS::StepFunctions::StateMachine');
  const [, partition, , region, account] = machine?.physicalId.split(':') ?? [];
  return { partition: partition ?? 'aws', region: region ?? 'us-east-1', account: account ?? '123456789012' };
}
