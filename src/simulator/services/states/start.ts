import type { Json } from '../../engine';
import { AwsError, type Origin } from '../service';
import { doorAt } from './arns';
import { description } from './description';
import type { Door, ExecutionBook, KnownExecution, StartRequest } from './executions';

type Input = { readonly [name: string]: unknown };

/** What only descriptions of Standard executions have. */
const OF_STANDARD = /^(redrive|stateMachine(Version|Alias)Arn)/;

const MAX_INPUT_BYTES = 262_144;
const MAX_NAME = 80;
/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/** Starts an execution; one of the same name and input that still runs is the same one. */
export function startExecution(input: Input, executions: ExecutionBook, origin?: Origin): KnownExecution {
  const door = doorAt(input.stateMachineArn, executions);
  const request = requestOf(input, origin);
  const { name } = request;
  const before = name === undefined ? undefined : sameName(door, name, executions);
  if (!before) return executions.start(door, request);
  if (before.execution.status === 'RUNNING' && before.inputText === request.inputText) return before;
  throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${before.executionArn}'`);
}

/** Runs an Express workflow to its end, and gives what became of it. */
export async function startSyncExecution(input: Input, executions: ExecutionBook, origin?: Origin): Promise<Input> {
  const door = expressDoor(input, executions);
  return syncResult(await executions.runToEnd(door, requestOf(input, origin)));
}

/** Starts an Express workflow for a caller that lets time pass. */
export function beginSyncExecution(input: Input, executions: ExecutionBook, origin?: Origin): KnownExecution {
  return executions.start(expressDoor(input, executions), requestOf(input, origin));
}

/** What became of an Express execution: a failure is no error of the call. */
export function syncResult(known: KnownExecution): Input {
  return Object.fromEntries(Object.entries(description(known)).filter(([name]) => !OF_STANDARD.test(name)));
}

function expressDoor(input: Input, executions: ExecutionBook): Door {
  const door = doorAt(input.stateMachineArn, executions);
  if (door.machine.type !== 'EXPRESS') throw typeNotSupported();
  return door;
}

/** A call that the type of a state machine doesn't have. */
export function typeNotSupported(): AwsError {
  return new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
}

function requestOf(input: Input, origin?: Origin): StartRequest {
  const name = input.name === undefined ? undefined : checkedName(String(input.name));
  const inputText = String(input.input ?? '{}');
  return { name, input: parsed(inputText), inputText, parentArn: origin?.executionArn };
}

/** Names are unique in a state machine, whatever its door; those of Express executions needn't be. */
function sameName({ machine }: Door, name: string, executions: ExecutionBook): KnownExecution | undefined {
  if (machine.type === 'EXPRESS') return undefined;
  return executions.all().find((known) => known.name === name && known.door.machine.arn === machine.arn);
}

function checkedName(name: string): string {
  if (name === '' || name.length > MAX_NAME) {
    throw validation(`Value '${name}' at 'name' must have 1 to ${MAX_NAME} characters`);
  }
  if (FORBIDDEN_IN_NAMES.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}

function parsed(text: string): Json {
  if (Buffer.byteLength(text) > MAX_INPUT_BYTES) {
    throw validation(`Value at 'input' must have at most ${MAX_INPUT_BYTES} bytes`);
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const { message } = error as Error;
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${message}'`);
  }
}

/** A request that breaks a constraint of the API's model. */
export function validation(problem: string): AwsError {
  return new AwsError('ValidationException', `1 validation error detected: ${problem}`);
}
