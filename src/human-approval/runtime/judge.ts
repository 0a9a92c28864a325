import { MAX_ANSWERS } from '../constants';
import { isSamePerson } from './identity';
import { type ApprovalRequest, eligible, isMany, type Outcome, type Vote, voteOf } from './request';

/** What becomes of an answer. */
export type Judgement =
  /** It counts, and perhaps decides. */
  | { readonly kind: 'counts'; readonly outcome?: Outcome }
  /** It is there already, or what it wants is decided already. */
  | { readonly kind: 'stands' }
  /** Something else stands already. */
  | { readonly kind: 'conflicts' }
  /** It is too late for the level that was asked. */
  | { readonly kind: 'expired' }
  /** It is from who asked. */
  | { readonly kind: 'self' }
  /** It is a no that decides nothing, and so many of these are kept that only who approves has room. */
  | { readonly kind: 'full' };

/** Judges an answer to a request as it stands. */
export function judge(request: ApprovalRequest, who: string, vote: Vote): Judgement {
  const own = voteOf(request, who);
  if (own) return { kind: own.decision === vote.decision ? 'stands' : 'conflicts' };
  if (request.outcome) return { kind: request.outcome.decision === vote.decision ? 'stands' : 'conflicts' };
  const { level, levelEndsAt, requester, selfApproval } = request;
  if (vote.level !== level || Date.parse(vote.at) >= levelEndsAt * 1000) return { kind: 'expired' };
  if (!selfApproval && requester !== undefined && isSamePerson(requester, who)) return { kind: 'self' };
  const outcome = outcomeWith(request, who, vote);
  return outcome === undefined && isFull(request, vote) ? { kind: 'full' } : { kind: 'counts', outcome };
}

/** The outcome that an answer brings about, if it does. */
function outcomeWith(request: ApprovalRequest, who: string, vote: Vote): Outcome | undefined {
  const { quorum, veto, level } = request;
  const votes = [...Object.values(request.votes), vote];
  const count = votes.filter(({ decision }) => decision === vote.decision).length;
  const needed = vote.decision === 'approved' ? quorum : veto ? 1 : noQuorumAfter(request);
  if (count < needed) return undefined;
  return { decision: vote.decision, by: who, at: vote.at, comment: vote.comment, level };
}

/** How many have to say no so that the quorum can't be reached any more. */
function noQuorumAfter(request: ApprovalRequest): number {
  const { quorum } = request;
  const able = eligible(request);
  // Of so many as nobody knows, others can always approve: nobody decides then, but the expiry.
  return able.some(isMany) ? Number.POSITIVE_INFINITY : able.length - quorum + 1;
}

/** Those who say no must not use up the room of the quorum. */
function isFull({ votes, quorum }: ApprovalRequest, { decision }: Vote): boolean {
  const count = Object.values(votes).filter((vote) => vote.decision === 'rejected').length;
  return decision === 'rejected' && count >= MAX_ANSWERS - quorum;
}
