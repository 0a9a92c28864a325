import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { auditAnswers } from './audit';
import { states } from './clients';
import type { ApprovalRequest } from './request';
import { markSent, read } from './store';

/**
 * Where a decided request stands with its workflow: it has the outcome, it will look for it, or it has ended without it.
 */
export type Delivery = 'delivered' | 'underway' | 'closed';

/** A token is replaced at most by a reminder and an escalation while this runs. */
const MAX_TOKENS = 3;

/**
 * Brings the outcome of a request to its workflow. Whoever comes by does it again where it was begun and not ended: the
 * workflow takes one answer alone, and the same one whoever brings it.
 */
export async function deliver(request: ApprovalRequest): Promise<Delivery> {
  let current = request;
  for (let tokens = 0; tokens < MAX_TOKENS; tokens += 1) {
    if (current.status === 'SENT') return 'delivered';
    await auditAnswers(current);
    if (await send(current)) {
      await markSent(current.id);
      return 'delivered';
    }
    // Nobody waits for this token: it was answered, its task has ended, or another one has taken its place.
    const now = await read(current.id);
    if (now === undefined || now.taskToken === current.taskToken) break;
    current = now;
  }
  return ended(current);
}

/** What Step Functions says of a token that it takes no answer for any more. */
const NOBODY_WAITS = [TaskTimedOut, TaskDoesNotExist, InvalidToken];

async function send({ taskToken, outcome }: ApprovalRequest): Promise<boolean> {
  try {
    await states.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(outcome) }));
    return true;
  } catch (error) {
    if (NOBODY_WAITS.some((kind) => error instanceof kind)) return false;
    throw error;
  }
}

async function ended(request: ApprovalRequest): Promise<Delivery> {
  const status = await executionStatus(request);
  if (status === 'RUNNING') return 'underway';
  if (status !== 'SUCCEEDED') return 'closed';
  // It can't have succeeded without the outcome.
  await markSent(request.id);
  return 'delivered';
}

/** Whether somebody still waits for a request. */
export async function isAwaited(request: ApprovalRequest): Promise<boolean> {
  return (await executionStatus(request)) === 'RUNNING';
}

async function executionStatus({ executionArn }: ApprovalRequest): Promise<string | undefined> {
  try {
    const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
    return status;
  } catch (error) {
    // Some time after its end nothing is known of it.
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
