import {
  Clock,
  Execution,
  type HistoryEvent,
  type Job,
  type JobEvent,
  type Json,
  type MapRun,
  type ObjectPort,
  parseDefinition,
  seededRandom,
  type TaskAnswer,
  type TaskPort,
  type TaskRequest,
} from '../../../src/simulator/engine';

export const START = Date.parse('2026-01-01T00:00:00Z');

/** What a test may say about an execution. */
export interface Given {
  readonly input?: Json;
  readonly type?: 'STANDARD' | 'EXPRESS';
  /** How each request is answered. */
  readonly answer?: (request: TaskRequest) => TaskAnswer | Promise<TaskAnswer>;
  /** Why a request is not even scheduled. */
  readonly refuses?: TaskPort['refuses'];
  readonly random?: () => number;
  readonly clock?: Clock;
  readonly objects?: ObjectPort;
  readonly onMapRun?: (run: MapRun) => void;
}

/** An execution to be run by the test, and the requests that it makes. */
export function begin(definition: object, given: Given = {}) {
  const requests: (TaskRequest & { readonly at: number })[] = [];
  const clock = given.clock ?? new Clock(START);
  const tasks: TaskPort = {
    refuses: given.refuses,
    start: async (request) => {
      requests.push({ ...request, at: (clock.now() - START) / 1000 });
      return given.answer ? given.answer(request) : succeed(request.input);
    },
  };
  const execution = new Execution({
    definition: parseDefinition(definition, given.type),
    input: given.input === undefined ? {} : given.input,
    type: given.type ?? 'STANDARD',
    executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:machine:run',
    name: 'run',
    roleArn: 'arn:aws:iam::123456789012:role/machine',
    stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:machine',
    stateMachineName: 'machine',
    tasks,
    objects: given.objects,
    onMapRun: given.onMapRun,
    clock,
    random: given.random ?? seededRandom(1),
  });
  execution.start();
  return { execution, clock, requests };
}

/** An execution that has ended. */
export async function run(definition: object, given: Given = {}) {
  const running = begin(definition, given);
  await running.clock.runUntil(() => running.execution.status !== 'RUNNING');
  const { execution, clock, requests } = running;
  if (execution.fault !== undefined) {
    throw execution.fault;
  }
  return { execution, requests, seconds: (clock.now() - START) / 1000 };
}

/** The output of an execution of one state, which the test says, without Type if it is a Pass. */
export async function outputOf(state: object, given: Given = {}): Promise<Json | undefined> {
  const { execution } = await run(single(state), given);
  if (execution.status !== 'SUCCEEDED') {
    throw new Error(`${execution.error}: ${execution.cause}`);
  }
  return execution.output;
}

/** A state machine of one state. */
export function single(state: object, machine: object = {}): object {
  return { ...machine, StartAt: 'State', States: { State: { Type: 'Pass', ...state, End: true } } };
}

/** A state machine of one Distributed Map, of which the test says what is not as in the simplest one. */
export function distributed(fields: object = {}, type = 'STANDARD'): object {
  const config = { Mode: 'DISTRIBUTED', ExecutionType: type };
  return single({
    Type: 'Map',
    ItemProcessor: { ProcessorConfig: config, StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } },
    ...fields,
  });
}

export function types(execution: Execution): string[] {
  return execution.history.map(({ type }) => type);
}

export function find(execution: Execution, type: string): HistoryEvent {
  const event = execution.history.find((each) => each.type === type);
  if (!event) {
    throw new Error(`there is no ${type} in ${types(execution).join(', ')}`);
  }
  return event;
}

export const succeed = (output: Json, afterMs?: number): TaskAnswer => ({ kind: 'succeeded', output, afterMs });
export const fail = (error: string, cause?: string): TaskAnswer => ({ kind: 'failed', error, cause });

/** A job whose end the test reports. */
export class TestJob implements Job {
  public abandoned = false;
  public report: (event: JobEvent) => void = () => undefined;

  public subscribe(report: (event: JobEvent) => void): void {
    this.report = report;
  }

  public abandon(): void {
    this.abandoned = true;
  }

  public get answer(): TaskAnswer {
    return { kind: 'submitted', output: { accepted: true }, job: this };
  }
}

export const LAMBDA = 'arn:aws:states:::lambda:invoke';
export const TOKEN = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
