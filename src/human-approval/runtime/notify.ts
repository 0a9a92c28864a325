import { randomBytes } from 'node:crypto';
import { ApprovalError, Metric } from '../constants';
import { auditAnswers } from './audit';
import { deliver } from './deliver';
import { logProblem, metric } from './metrics';
import { readQuestion } from './question';
import { type ApprovalRequest, type Decision, eligible, identity, type LevelRef, type Outcome } from './request';
import { addNotified, create, enterLevel, expire, markSent, replaceToken } from './store';
import { tell } from './ways';

/** What the workflow wants. */
export type NotifyEvent =
  | { readonly action: 'open'; readonly executionArn: string; readonly input: unknown; readonly keepSeconds: number }
  | {
      readonly action: 'ask';
      readonly id: string;
      readonly token: string;
      readonly round: number;
      readonly level: LevelRef;
    }
  | { readonly action: 'expire'; readonly id: string; readonly decision: Decision; readonly level: number };

/** Does what the workflow wants. */
export function notify(event: NotifyEvent): Promise<unknown> {
  switch (event.action) {
    case 'open':
      return open(event);
    case 'ask':
      return ask(event);
    case 'expire':
      return expired(event);
  }
}

type EventOf<Action> = Extract<NotifyEvent, { action: Action }>;

/** Makes a request; that of an attempt that was not heard of stays unknown to everybody, and expires. */
async function open({ executionArn, input, keepSeconds }: EventOf<'open'>): Promise<{ id: string }> {
  const now = new Date();
  const id = randomBytes(20).toString('hex');
  await create({
    ...readQuestion(input),
    id,
    executionArn,
    revision: 1,
    status: 'PENDING',
    createdAt: now.toISOString(),
    level: 0,
    levelEndsAt: 0,
    approvers: [],
    quorum: 1,
    veto: true,
    selfApproval: false,
    votes: {},
    salt: randomBytes(16).toString('hex'),
    deleteAt: Math.ceil(now.getTime() / 1000) + keepSeconds,
  });
  return { id };
}

/** Lets the task of a round wait for the answers, and tells those who have not answered. */
async function ask({ id, token, round, level }: EventOf<'ask'>): Promise<void> {
  const request = await waiting(id, token, level, round);
  if (request.outcome) {
    await deliver(request);
    return;
  }
  metric(Metric.PENDING_SECONDS, Math.round((Date.now() - Date.parse(request.createdAt)) / 1000));
  const asked = eligible(request).filter(({ name }) => !(identity(name) in request.votes));
  const reached = await Promise.all(asked.map((approver) => tellOnce(request, approver, round)));
  if (round === 0)
    checkReached(
      request,
      reached.filter((was) => was).length,
      asked.some(({ way }) => way === 'event'),
    );
}

async function waiting(id: string, token: string, level: LevelRef, round: number): Promise<ApprovalRequest> {
  if (round === 0) {
    const { applied, request } = await enterLevel(id, token, level, Math.floor(Date.now() / 1000));
    if (applied) return request;
  }
  return replaceToken(id, token);
}

/** Whether somebody knows: who was told by an earlier attempt is not told again. */
async function tellOnce(request: ApprovalRequest, approver: ReturnType<typeof eligible>[number], round: number) {
  const key = `${request.level}.${round}.${approver.index}`;
  if (request.notified?.has(key)) return true;
  try {
    await tell({ request, approver, round });
  } catch (error) {
    metric(Metric.NOTIFICATIONS_FAILED);
    logProblem(`approver ${approver.index + 1} of level ${request.level} was not told by ${approver.way}`, error);
    return false;
  }
  await addNotified(request.id, key);
  return true;
}

/** Nobody should wait for a level that can't decide. */
function checkReached({ level, quorum }: ApprovalRequest, reached: number, hasPortal: boolean): void {
  if (reached >= quorum || (reached > 0 && hasPortal)) return;
  const error = new Error(`level ${level} needs ${quorum} to approve, and ${reached} of those who may were told`);
  error.name = ApprovalError.NOT_NOTIFIED;
  throw error;
}

/** The outcome when the last level's time is up: what was decided meanwhile, and else what expiry means. */
async function expired({ id, decision, level }: EventOf<'expire'>): Promise<Outcome | undefined> {
  const outcome = { decision, by: null, at: new Date().toISOString(), comment: null, level };
  const { request } = await expire(id, outcome);
  await auditAnswers(request);
  if (request.status === 'DECIDED') await markSent(id);
  return request.outcome;
}
