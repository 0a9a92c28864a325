import { notInTemplates } from '../not-in-templates';
import { AwsError, type Requirement } from '../service';
import type { Door, ExecutionBook, KnownExecution } from './executions';

const MACHINE = /^(arn:[^:]+:states:[^:]+:\d{12}:stateMachine:[^:/]+)(?::([^:]+))?$/;
const EXECUTION = /^arn:[^:]+:states:[^:]+:\d{12}:(?:execution:[^:]+:[^:]+|express:[^:]+:[^:]+:[^:]+)$/;

/**
 * What IAM judges where an ARN names a state machine: the machine itself; its alias or version is a condition key.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
 */
export function onMachine(action: string, arn: unknown): Requirement {
  const [, resource, qualifier] = MACHINE.exec(String(arn)) ?? invalid(arn);
  return { action, resource, ...(qualifier && { context: { 'states:StateMachineQualifier': [qualifier] } }) };
}

/** What IAM judges where an ARN names an execution. */
export function onExecution(action: string, arn: unknown): Requirement {
  if (!EXECUTION.test(String(arn))) invalid(arn);
  return { action, resource: String(arn) };
}

/** What the ARN of a state machine, a version or an alias leads to. */
export function doorAt(arn: unknown, executions: ExecutionBook): Door {
  const door = executions.door(String(arn));
  if (!door) throw notInTemplates(`The state machine ${arn}`);
  return door;
}

/** The Standard execution with an ARN. */
export function executionAt(arn: unknown, executions: ExecutionBook): KnownExecution {
  const text = String(arn);
  const found = executions.find(text);
  if (found?.door.machine.type === 'EXPRESS') {
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: express'`);
  }
  if (found) return found;
  doorAt(text.replace(':execution:', ':stateMachine:').replace(/(\/.*)?:[^:]+$/, ''), executions);
  throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${text}'`);
}

function invalid(arn: unknown): never {
  throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
}
