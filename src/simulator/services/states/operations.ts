import { ExecutionNotRedrivable, type JobEvent } from '../../engine';
import { AwsError, type Origin, type Requirement } from '../service';
import { ACTIVITY_OPERATIONS } from './activities';
import { doorAt, executionAt, onExecution, onMachine } from './arns';
import { description, summary } from './description';
import type { ActivityBook, ExecutionBook, KnownExecution, TokenBook } from './executions';
import { MAP_RUN_OPERATIONS, mapRunAt, onMapRun } from './map-runs';
import { page } from './page';
import { startExecution, startSyncExecution, typeNotSupported, validation } from './start';

type Input = { readonly [name: string]: unknown };

/** What the operations work on. */
export interface StatesWorld {
  readonly executions: ExecutionBook;
  readonly tokens: TokenBook;
  readonly activities: ActivityBook;
}

/** An operation: what it needs, and what it does. */
export interface Operation {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  requirement(action: string, input: Input, world: StatesWorld): Requirement;
  perform(input: Input, world: StatesWorld, origin?: Origin): Input | Promise<Input>;
}

const ofMachine = {
  requirement: (action: string, { stateMachineArn }: Input) => onMachine(action, stateMachineArn),
};
const ofExecution = {
  requirement: (action: string, { executionArn }: Input) => onExecution(action, executionArn),
};

/** The operations of Step Functions that the simulator has, and the parameters that it understands. */
export const OPERATIONS: { readonly [operation: string]: Operation } = {
  ...MAP_RUN_OPERATIONS,
  ...ACTIVITY_OPERATIONS,
  StartExecution: {
    required: ['stateMachineArn'],
    optional: ['name', 'input'],
    ...ofMachine,
    perform: (input, { executions }, origin) => {
      const { executionArn, execution } = startExecution(input, executions, origin);
      return { executionArn, startDate: execution.startDate };
    },
  },
  StartSyncExecution: {
    required: ['stateMachineArn'],
    optional: ['name', 'input'],
    ...ofMachine,
    perform: (input, { executions }, origin) => startSyncExecution(input, executions, origin),
  },
  DescribeExecution: {
    required: ['executionArn'],
    optional: [],
    ...ofExecution,
    perform: ({ executionArn }, { executions }) => description(executionAt(executionArn, executions)),
  },
  StopExecution: {
    required: ['executionArn'],
    optional: ['error', 'cause'],
    ...ofExecution,
    perform: ({ executionArn, error, cause }, { executions }) => {
      const { execution } = executionAt(executionArn, executions);
      execution.stop(error as string | undefined, cause as string | undefined);
      return { stopDate: execution.stopDate };
    },
  },
  RedriveExecution: {
    required: ['executionArn'],
    // Every SDK sends a fresh one: it makes only the SDK's own second attempt the same as its first.
    optional: ['clientToken'],
    ...ofExecution,
    perform: ({ executionArn }, { executions }) => redriveExecution(executionAt(executionArn, executions)),
  },
  ListExecutions: {
    required: [],
    optional: ['stateMachineArn', 'mapRunArn', 'statusFilter', 'maxResults', 'nextToken'],
    requirement: (action, { stateMachineArn, mapRunArn }) =>
      mapRunArn === undefined ? onMachine(action, stateMachineArn) : onMapRun(action, mapRunArn),
    perform: (input, { executions }) => listExecutions(input, executions),
  },
  GetExecutionHistory: {
    required: ['executionArn'],
    optional: ['reverseOrder', 'maxResults', 'nextToken'],
    ...ofExecution,
    perform: (input, { executions }) => {
      const events = [...executionAt(input.executionArn, executions).execution.history];
      return page('events', input.reverseOrder ? events.reverse() : events, input);
    },
  },
  SendTaskSuccess: sendTask(['output'], [], ({ output }) => ({ kind: 'succeeded', output: parsedOutput(output) })),
  SendTaskFailure: sendTask([], ['error', 'cause'], ({ error, cause }) => ({
    kind: 'failed',
    error: error as string | undefined,
    cause: cause as string | undefined,
  })),
  SendTaskHeartbeat: sendTask([], [], () => ({ kind: 'heartbeat' })),
};

function redriveExecution(known: KnownExecution): Input {
  try {
    known.redrive();
  } catch (error) {
    if (!(error instanceof ExecutionNotRedrivable)) throw error;
    throw new AwsError('ExecutionNotRedrivable', error.message);
  }
  return { redriveDate: known.execution.redriveDate };
}

/** The newest first: those of a state machine, those that a version or an alias of it started, or those of a map run. */
function listExecutions(input: Input, executions: ExecutionBook): Input {
  const { statusFilter } = input;
  const all = input.mapRunArn === undefined ? ofStateMachine(input, executions) : ofMapRun(input, executions);
  const found = all.filter(({ execution }) => statusFilter === undefined || execution.status === statusFilter);
  return page('executions', found.reverse().map(summary), input);
}

function ofStateMachine({ stateMachineArn }: Input, executions: ExecutionBook): KnownExecution[] {
  const { machine } = doorAt(stateMachineArn, executions);
  if (machine.type === 'EXPRESS') throw typeNotSupported();
  return executions
    .all()
    .filter(({ door }) => [door.machine.arn, door.versionArn, door.aliasArn].includes(String(stateMachineArn)));
}

function ofMapRun({ mapRunArn, stateMachineArn }: Input, executions: ExecutionBook): KnownExecution[] {
  if (stateMachineArn !== undefined) throw validation('Only one of stateMachineArn and mapRunArn may be given');
  return [...mapRunAt(mapRunArn, executions).children()];
}

/** IAM judges the answer to a task on the state machine, or the activity, that the task is of. */
function sendTask(
  required: readonly string[],
  optional: readonly string[],
  eventOf: (input: Input) => JobEvent,
): Operation {
  return {
    required: ['taskToken', ...required],
    optional,
    requirement: (action, { taskToken }, { tokens }) => {
      const resource = tokens.ownerArn(String(taskToken));
      if (resource === undefined) throw new AwsError('InvalidToken', `Invalid Token: '${taskToken}'`);
      return { action, resource };
    },
    perform: (input, { tokens }) => {
      if (tokens.send(String(input.taskToken), eventOf(input))) return {};
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    },
  };
}

function parsedOutput(output: unknown) {
  try {
    return JSON.parse(String(output));
  } catch (error) {
    throw new AwsError('InvalidOutput', `Invalid Output: '${(error as Error).message}'`);
  }
}
