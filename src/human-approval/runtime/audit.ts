import { createHash, randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { TIME_TO_LIVE, Variable } from '../constants';
import { dynamodb } from './clients';
import { environment } from './environment';
import type { ApprovalRequest } from './request';

/** What somebody did with a request. */
interface Entry {
  readonly action: 'VIEWED' | 'ANSWERED' | 'EXPIRED';
  readonly at: string;
  /** Makes the entry the same when it is written again. */
  readonly key: string;
  readonly [detail: string]: unknown;
}

/** Tells that somebody has opened a link. */
export function auditView(request: ApprovalRequest, view: { readonly [detail: string]: unknown }): Promise<void> {
  return write(request, {
    ...view,
    action: 'VIEWED',
    at: new Date().toISOString(),
    key: randomBytes(8).toString('hex'),
  });
}

/** Tells of all answers and of the expiry: what is written already stays as it is. */
export async function auditAnswers(request: ApprovalRequest): Promise<void> {
  const { votes, outcome } = request;
  for (const [who, { at, ...vote }] of Object.entries(votes)) {
    await write(request, { ...vote, approver: who, action: 'ANSWERED', at, key: `answer ${who}` });
  }
  if (outcome && outcome.by === null) {
    await write(request, { ...outcome, action: 'EXPIRED', key: 'expiry' });
  }
}

/** A hash that tells whether two addresses are the same, as long as the request's row is there. */
export function ipHash({ salt }: ApprovalRequest, ip: string): string {
  return createHash('sha256').update(`${salt}|${ip}`).digest('hex').slice(0, 32);
}

async function write({ id, executionArn }: ApprovalRequest, { at, key, ...entry }: Entry): Promise<void> {
  const deleteAt = Math.ceil(Date.parse(at) / 1000) + Number(environment(Variable.AUDIT_DAYS)) * 86_400;
  const row = { ...entry, id, entry: `${at} ${key}`, at, executionArn, [TIME_TO_LIVE]: deleteAt };
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: environment(Variable.AUDIT_TABLE),
        Item: marshall(row, { removeUndefinedValues: true }),
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
