import { randomBytes } from 'node:crypto';
import { ApprovalError, KEEP_REQUEST_DAYS, Metric } from '../constants';
import { auditAnswers } from './audit';
import { deliver } from './deliver';
import { logProblem, metric } from './metrics';
import { readQuestion } from './question';
import { type ApprovalRequest, type Decision, eligible, isMany, type LevelRef, type Outcome, voteOf } from './request';
import { addNotified, create, enterLevel, expire, markSent, read, waitOn } from './store';
import { tell } from './ways';

/** What the workflow wants. */
export type NotifyEvent =
  | { readonly action: 'open'; readonly executionArn: string; readonly input: unknown }
  | {
      readonly action: 'ask';
      readonly id: string;
      readonly token: string;
      readonly round: number;
      /** How often the execution was redriven. */
      readonly redrive: number;
      /** Whether approvers are told of it. */
      readonly tells: boolean;
      /** Whether operators are, as little time is left. */
      readonly warns: boolean;
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
async function open({ executionArn, input }: EventOf<'open'>): Promise<{ id: string }> {
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
    deleteAt: Math.ceil(now.getTime() / 1000) + KEEP_REQUEST_DAYS * 86_400,
  });
  return { id };
}

/** Lets the task of a round wait for the answers, and tells those who have not answered. */
async function ask({ id, token, round, redrive, tells, warns, level }: EventOf<'ask'>): Promise<void> {
  const isFirst = round === 0 && tells;
  const request = isFirst ? await entered(id, token, level) : await waitOn(id, token, level);
  if (request.outcome) {
    await deliver(request);
    return;
  }
  if (warns) metric(Metric.PENDING_SECONDS, Math.ceil((Date.now() - Date.parse(request.createdAt)) / 1000));
  // Who is not told again after a redrive has only links that have ended with the level's first time.
  if (!tells && redrive === 0) return;
  const asked = eligible(request).filter(
    (approver) => isMany(approver) || voteOf(request, approver.name) === undefined,
  );
  const times = `${request.level}.${round}.${redrive}`;
  const reached = await Promise.all(asked.map((approver) => tellOnce(request, approver, { round, times })));
  if (isFirst) {
    checkReached(
      request,
      asked.filter((_, index) => reached[index]),
    );
  }
}

async function entered(id: string, token: string, level: LevelRef): Promise<ApprovalRequest> {
  if (level.level > 1) {
    // The level's answers begin afresh: those of the one before may have no rows yet, if a page died.
    const before = await read(id);
    if (before) await auditAnswers(before);
  }
  const { applied, request } = await enterLevel(id, token, level);
  return applied ? request : waitOn(id, token, level);
}

type Eligible = ReturnType<typeof eligible>[number];

/** Whether somebody knows: who was told by an earlier attempt is not told again. */
async function tellOnce(request: ApprovalRequest, approver: Eligible, { round, times }: Times): Promise<boolean> {
  const key = `${times}.${approver.index}`;
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

interface Times {
  readonly round: number;
  /** What tells this time of telling from others. */
  readonly times: string;
}

/** Nobody should wait for a level that can't decide. Who has answered already needs not be told. */
function checkReached(request: ApprovalRequest, reached: readonly Eligible[]): void {
  const { level, quorum, votes, approvers } = request;
  const count = Object.keys(votes).length + reached.length;
  if (count >= quorum || reached.some(isMany)) return;
  const isAsker = eligible(request).length < approvers.length;
  const why = isAsker ? '; who asks may not decide, unless allowSelfApproval is set' : '';
  const error = new Error(`level ${level} needs ${quorum} to approve, and ${count} of those who may were told${why}`);
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
