import { auditAnswers } from './audit';
import { type Delivery, deliver } from './deliver';
import { type Judgement, judge } from './judge';
import type { ApprovalRequest, FormNonce, Vote } from './request';
import { castVote } from './store';

/** What became of an answer, with the request as it is now. */
export interface Decided {
  readonly kind: Judgement['kind'] | 'stale';
  readonly request: ApprovalRequest;
  /** Where it is decided: whether the workflow has the outcome. */
  readonly delivery?: Delivery;
}

/** So many others may answer at the same moment. */
const MAX_ATTEMPTS = 60;

/**
 * Takes an answer: judges it by the request as it stands, writes it on the condition that the request still stands so,
 * and then brings the outcome to the workflow, if there is one.
 *
 * @param nonce what the form holds, which counts once; an answer from within AWS has none
 */
export async function decide(request: ApprovalRequest, who: string, vote: Vote, nonce?: FormNonce): Promise<Decided> {
  let current = request;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const judgement = judge(current, who, vote);
    if (judgement.kind !== 'counts') return settled(current, judgement.kind);
    if (nonce && !current[nonce.attribute]?.has(nonce.hash)) return { kind: 'stale', request: current };
    const changed = await castVote(current, who, vote, nonce, judgement.outcome);
    current = changed.request;
    if (changed.applied) return settled(current, 'counts');
  }
  throw new Error('too many answers at the same moment');
}

/** The request with its outcome delivered, if it has one: also where somebody began that and did not end it. */
export async function settled<Kind>(request: ApprovalRequest, kind: Kind) {
  if (request.outcome) return { kind, request, delivery: await deliver(request) };
  await auditAnswers(request);
  return { kind, request };
}
