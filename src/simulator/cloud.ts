import type { Activities } from './activities';
import type { Clock, ObjectPort } from './engine';
import { Grouped } from './grouped';
import { judgeAssumeRole } from './iam/assume-role';
import { judge } from './iam/judge';
import { judgeService } from './iam/judge-service';
import {
  ApiGateway,
  AsyncInvocations,
  type Call,
  Credentials,
  Deliveries,
  Dispatcher,
  DynamoDbService,
  Endpoint,
  EventsService,
  type ExecutionBook,
  Faults,
  type FunctionLog,
  Integrations,
  KmsService,
  type KnownExecution,
  LambdaService,
  MapObjects,
  MapRunCalls,
  S3Service,
  Schedules,
  SecretsManagerService,
  type Service,
  type ServiceContext,
  SesService,
  SnsService,
  SqsService,
  StatesService,
  statusChange,
  Targets,
  TaskRoles,
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
  readonly activities: Activities;
  readonly executions: () => ExecutionBook;
}

/** The services that the assembly's workflows and functions reach, each call judged by IAM and recorded. */
export class Cloud {
  /** Each call so far, in order. */
  readonly calls = new Grouped<Call>(({ executionArn }) => executionArn);
  /** What functions wrote, by invocation, in the order in which these began. */
  readonly logs = new Grouped<FunctionLog>(({ executionArn }) => executionArn);
  readonly dynamodb: DynamoDbService;
  readonly sqs: SqsService;
  readonly ses: SesService;
  readonly secrets: SecretsManagerService;
  readonly sns: SnsService;
  readonly events: EventsService;
  readonly schedules: Schedules;
  readonly apis: ApiGateway;
  readonly s3: S3Service;
  /** What is set to go wrong with calls. */
  readonly injected = new Faults();
  readonly integrations: Integrations;
  readonly mapRunCalls: MapRunCalls;
  readonly taskRoles: TaskRoles;
  /** S3, as the Distributed Maps of a role's state machines reach it. */
  readonly objects: (roleArn: string) => ObjectPort;
  /** What a function asked for and the simulator can't do, by execution. */
  private readonly faults = new Map<string | undefined, Error>();
  private readonly lambda: LambdaService;
  private readonly services: readonly Service[];
  private readonly endpoint: Endpoint;

  constructor({ resources, clock, seed, tokens, activities, executions }: CloudOptions) {
    const context: ServiceContext = { ...place(resources), resources, now: () => clock.now(), newId: uuids(seed) };
    const credentials = new Credentials();
    this.dynamodb = new DynamoDbService(context);
    this.sqs = new SqsService(context);
    this.ses = new SesService(context);
    this.secrets = new SecretsManagerService(context, seed);
    const kms = new KmsService(context, seed);
    const later = () => dispatcher;
    const invocations = new AsyncInvocations(clock, resources, later);
    const targets = new Targets(clock, later, invocations);
    this.sns = new SnsService(context, new Deliveries(clock, later, invocations));
    this.events = new EventsService(context, targets);
    this.schedules = new Schedules(context, targets);
    this.s3 = new S3Service(context);
    this.lambda = new LambdaService({
      context,
      credentials,
      endpoint: () => this.endpoint.url(),
      recordLog: (log) => this.logs.add(log),
    });
    const states = new StatesService(() => ({ executions: executions(), tokens, activities }));
    this.services = [
      this.lambda,
      this.dynamodb,
      this.sqs,
      this.ses,
      this.s3,
      this.secrets,
      kms,
      this.sns,
      this.events,
      states,
    ];
    const dispatcher = new Dispatcher({
      services: this.services,
      resources,
      authorize: (principalRoleArn, requirement) =>
        requirement.action === 'sts:AssumeRole'
          ? judgeAssumeRole({ principalRoleArn, ...requirement }, resources)
          : judge({ principalRoleArn, ...requirement }, resources),
      authorizeService: (servicePrincipal, requirement) =>
        judgeService({ servicePrincipal, ...requirement }, resources),
      faults: this.injected,
      record: (call) => this.calls.add(call),
    });
    this.endpoint = new Endpoint({
      dispatcher,
      credentials,
      now: () => clock.now(),
      onFault: (fault, session) => this.noteFault(fault, session?.origin.executionArn),
    });
    this.taskRoles = new TaskRoles(dispatcher);
    this.mapRunCalls = new MapRunCalls(dispatcher);
    this.objects = (roleArn) => new MapObjects(roleArn, dispatcher, context);
    this.apis = new ApiGateway(context, dispatcher);
    this.integrations = new Integrations({ dispatcher, context, executions, tokenJob: (token) => tokens.job(token) });
  }

  /** Throws what a function of this execution asked for and the simulator can't do, whatever the function made of it. */
  checkFaults(executionArn: string): void {
    const fault = this.faults.get(executionArn) ?? this.faults.get(undefined);
    if (fault !== undefined) throw fault;
  }

  /** Throws, once, what a function of no execution asked for and the simulator can't do. */
  checkFaultOfRequest(): void {
    const fault = this.faults.get(undefined);
    this.faults.delete(undefined);
    if (fault !== undefined) throw fault;
  }

  /** Tells the rules of the default bus, where there are any, that an execution began or ended. */
  executionChanged(execution: KnownExecution): void {
    const event = this.events.hasRules ? statusChange(execution) : undefined;
    if (event) this.events.putOwn(event);
  }

  private noteFault(fault: Error, executionArn?: string): void {
    if (!this.faults.has(executionArn)) this.faults.set(executionArn, fault);
  }

  /** Tells the services that another release was deployed. */
  async redeployed(): Promise<void> {
    await Promise.all(this.services.map((service) => service.redeployed?.()));
  }

  async close(): Promise<void> {
    await Promise.all([this.lambda.close(), this.dynamodb.close(), this.sqs.close(), this.endpoint.close()]);
  }
}

/** The partition, region and account of an assembly: those of its first state machine, or else of its first function. */
function place(resources: Resources): { partition: string; region: string; account: string } {
  const [machine] = resources.ofType('AWS::StepFunctions::StateMachine');
  const arn = machine?.physicalId ?? resources.ofType('AWS::Lambda::Function')[0]?.attribute('Arn');
  const [, partition, , region, account] = arn?.split(':') ?? [];
  return { partition: partition ?? 'aws', region: region ?? 'us-east-1', account: account ?? '123456789012' };
}
