import { decide } from './decide';
import { isAwaited } from './deliver';
import { readComment } from './form';
import { identity } from './identity';
import { MAX_REQUESTER } from './question';
import type { Decision, Outcome } from './request';
import { read } from './store';
import { line } from './text';

/** What a portal sends that has asked somebody itself. */
export interface PortalAnswer {
  /** The `requestId` of the event. */
  readonly requestId: string;
  /** The `level` of the event. */
  readonly level: number;
  /** Who has answered, as the portal knows them. */
  readonly by: string;
  readonly decision: Decision;
  readonly comment?: string | null;
}

/** What became of it. */
export interface PortalResult {
  /**
   * RECORDED: it counts, and others have to answer as well. DECIDED: what it says is what stands. CONFLICT: something else
   * stands already. EXPIRED, CLOSED: it is too late. SELF: who asks can't approve. FULL: so many have said no, and decided
   * nothing, that no more of these are kept. NOT_FOUND: there is no such request, or its level doesn't ask the portal.
   */
  readonly status: 'RECORDED' | 'DECIDED' | 'CONFLICT' | 'EXPIRED' | 'CLOSED' | 'SELF' | 'FULL' | 'NOT_FOUND';
  /** The outcome, where there is one. */
  readonly outcome?: Outcome;
}

/** Takes an answer from a portal, which has to know who gave it. */
export async function respond(sent: PortalAnswer): Promise<PortalResult> {
  const { requestId, level, by, vote } = checked(sent);
  const request = await read(requestId);
  if (request === undefined) return { status: 'NOT_FOUND' };
  const asksPortal = request.approvers.some(({ way }) => way === 'event');
  if (level === request.level && !asksPortal) return { status: 'NOT_FOUND' };
  if (request.status === 'PENDING' && !(await isAwaited(request))) return { status: 'CLOSED' };
  const { kind, request: now, delivery } = await decide(request, by, { ...vote, level, at: new Date().toISOString() });
  const { outcome } = now;
  if (kind === 'self') return { status: 'SELF' };
  if (kind === 'expired') return { status: 'EXPIRED' };
  if (kind === 'full') return { status: 'FULL' };
  if (delivery === 'closed') return { status: 'CLOSED' };
  if (kind === 'conflicts') return { status: 'CONFLICT', outcome };
  return outcome ? { status: 'DECIDED', outcome } : { status: 'RECORDED' };
}

function checked({ requestId, level, by, decision, comment }: PortalAnswer) {
  if (!/^[0-9a-f]{40}$/.test(requestId)) throw new TypeError('requestId has to be that of the event');
  if (!Number.isInteger(level) || level < 1) throw new TypeError('level has to be that of the event');
  const who = typeof by === 'string' && by.length <= MAX_REQUESTER ? identity(line(by)) : '';
  // The other is no key of an object.
  if (who === '' || who === '__proto__') throw new TypeError('by has to say who answered');
  if (decision !== 'approved' && decision !== 'rejected') {
    throw new TypeError("decision has to be 'approved' or 'rejected'");
  }
  const said = readComment(comment ?? '');
  if (said === undefined) throw new TypeError('comment has to be a text of at most 1,000 characters');
  return { requestId, level, by: who, vote: { decision, comment: said.comment, method: 'PORTAL' as const } };
}
