import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { KEEP_REQUEST_DAYS, TIME_TO_LIVE, Variable } from '../constants';
import { dynamodb } from './clients';
import { environment } from './environment';
import type { ApprovalRequest, FormNonce, LevelRef, Outcome, Vote } from './request';

/** A change of a request's item: an update expression, in which each attribute is written as `#<its name>`. */
interface Change {
  readonly update: string;
  readonly condition: string;
  /** What an alias stands for that is no attribute's name. */
  readonly names?: { readonly [alias: string]: string };
  readonly values?: { readonly [name: string]: unknown };
}

/** What came of a change: the item as it is now, and whether it was changed. */
export interface Changed {
  readonly applied: boolean;
  readonly request: ApprovalRequest;
}

const MARSHALL = { removeUndefinedValues: true };

/** An approver never needs more at the same time; who draws more starts afresh. */
const MAX_NONCES = 20;

/** Makes the item of a request. */
export async function create(request: ApprovalRequest & { readonly deleteAt: number }): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({
      TableName: environment(Variable.TABLE),
      Item: marshall(request, MARSHALL),
      ConditionExpression: 'attribute_not_exists(id)',
    }),
  );
}

/** The item of a request as it is now, if there is one. */
export async function read(id: string): Promise<ApprovalRequest | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: environment(Variable.TABLE), Key: marshall({ id }), ConsistentRead: true }),
  );
  return Item && (unmarshall(Item) as ApprovalRequest);
}

/** Gives a request to a level, with the token of the task that waits for it; not where it has got there already. */
export function enterLevel(id: string, taskToken: string, level: LevelRef): Promise<Changed> {
  return change(id, {
    update: `SET #level = :level, #approvers = :approvers, #quorum = :quorum, #veto = :veto, #selfApproval = :selfApproval, #votes = :none, ${WAIT} REMOVE #notified`,
    condition: '#status = :pending AND #level < :level',
    values: {
      ...waits(taskToken, level),
      ':level': level.level,
      ':approvers': level.approvers,
      ':quorum': level.quorum,
      ':veto': level.veto,
      ':selfApproval': level.selfApproval,
      ':none': {},
      ':pending': 'PENDING',
    },
  });
}

/**
 * Lets another task wait: that of a reminder, another attempt, a redrive. An earlier token answers nobody any more. The
 * answers stay, and the level ends when this task and its reminders do.
 */
export async function waitOn(id: string, taskToken: string, level: LevelRef): Promise<ApprovalRequest> {
  const { request } = await change(id, {
    update: `SET ${WAIT}`,
    condition: 'attribute_exists(#id)',
    values: waits(taskToken, level),
  });
  return request;
}

const WAIT = `#taskToken = :token, #levelEndsAt = :endsAt, #${TIME_TO_LIVE} = :deleteAt`;

function waits(taskToken: string, { seconds }: LevelRef): { readonly [name: string]: unknown } {
  const endsAt = Math.floor(Date.now() / 1000) + seconds;
  return { ':token': taskToken, ':endsAt': endsAt, ':deleteAt': endsAt + KEEP_REQUEST_DAYS * 86_400 };
}

/** Notes that a notification has reached somebody. */
export async function addNotified(id: string, key: string): Promise<void> {
  await change(id, {
    update: 'ADD #notified :keys',
    condition: '#status = :pending',
    values: { ':keys': new Set([key]), ':pending': 'PENDING' },
  });
}

/** Lets a form be sent once. */
export async function addNonce(id: string, { attribute, hash }: FormNonce): Promise<void> {
  const values = { ':hashes': new Set([hash]), ':pending': 'PENDING' };
  const added = await change(id, {
    update: `ADD #${attribute} :hashes`,
    condition: `#status = :pending AND (attribute_not_exists(#${attribute}) OR size(#${attribute}) < :max)`,
    values: { ...values, ':max': MAX_NONCES },
  });
  if (added.applied) return;
  await change(id, { update: `SET #${attribute} = :hashes`, condition: '#status = :pending', values });
}

/** Counts an answer, and writes the outcome that it brings about, if the request still is as it was when judged. */
export function castVote(
  request: ApprovalRequest,
  who: string,
  vote: Vote,
  nonce?: FormNonce,
  outcome?: Outcome,
): Promise<Changed> {
  return change(request.id, {
    update: `SET #votes.#who = :vote${outcome ? ', #status = :decided, #outcome = :outcome' : ''}${nonce ? ` DELETE #${nonce.attribute} :nonces` : ''}`,
    condition: `#status = :pending AND #revision = :judged${nonce ? ` AND contains(#${nonce.attribute}, :nonce)` : ''}`,
    names: { '#who': who },
    values: {
      ':vote': vote,
      ':pending': 'PENDING',
      ':judged': request.revision,
      ...(nonce && { ':nonce': nonce.hash, ':nonces': new Set([nonce.hash]) }),
      ...(outcome && { ':decided': 'DECIDED', ':outcome': outcome }),
    },
  });
}

/** Decides what nobody has decided in time. The workflow itself asks, so it has the outcome. */
export function expire(id: string, outcome: Outcome): Promise<Changed> {
  return change(id, {
    update: 'SET #status = :sent, #outcome = :outcome REMOVE #taskToken',
    condition: '#status = :pending',
    values: { ':sent': 'SENT', ':outcome': outcome, ':pending': 'PENDING' },
  });
}

/** The workflow has the outcome: the token has done its work. */
export async function markSent(id: string): Promise<void> {
  await change(id, {
    update: 'SET #status = :sent REMOVE #taskToken',
    condition: '#status = :decided',
    values: { ':sent': 'SENT', ':decided': 'DECIDED' },
  });
}

async function change(id: string, { update, condition, names, values }: Change): Promise<Changed> {
  // Each write counts, so that no answer is counted for a request that has changed meanwhile.
  const isCounted = !/^(ADD|SET #nonces_)/.test(update);
  const expression = isCounted ? update.replace('SET ', 'SET #revision = #revision + :one, ') : update;
  const attributes = [...`${expression} ${condition}`.matchAll(/#(\w+)/g)].map(([alias, name]) => [alias, name]);
  try {
    const { Attributes = {} } = await dynamodb.send(
      new UpdateItemCommand({
        TableName: environment(Variable.TABLE),
        Key: marshall({ id }),
        UpdateExpression: expression,
        ConditionExpression: condition,
        ExpressionAttributeNames: { ...Object.fromEntries(attributes), ...names },
        ExpressionAttributeValues: marshall({ ...values, ...(isCounted && { ':one': 1 }) }, MARSHALL),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { applied: true, request: unmarshall(Attributes) as ApprovalRequest };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
    return { applied: false, request: unmarshall(error.Item) as ApprovalRequest };
  }
}
