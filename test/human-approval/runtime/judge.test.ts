import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/human-approval/runtime/judge';
import type { ApprovalRequest, ApproverRef, Decision, Vote } from '../../../src/human-approval/runtime/request';

const END = Date.parse('2026-01-03T00:00:00.000Z');
const people = (...names: string[]): ApproverRef[] => names.map((name) => ({ way: 'email', name }));
const PORTAL: ApproverRef = { way: 'event', name: 'portal', target: 'default' };
const TOPIC: ApproverRef = { way: 'topic', name: 'chat', target: 'arn' };

const vote = (decision: Decision = 'approved', more: Partial<Vote> = {}): Vote => ({
  decision,
  at: new Date(END - 1000).toISOString(),
  comment: null,
  method: 'POST',
  level: 1,
  ...more,
});
const request = (more: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  id: 'a'.repeat(40),
  revision: 1,
  status: 'PENDING',
  executionArn: 'arn',
  createdAt: '2026-01-01T00:00:00.000Z',
  question: 'Go?',
  details: [],
  level: 1,
  levelEndsAt: END / 1000,
  approvers: people('ann', 'bob', 'eve'),
  quorum: 1,
  veto: true,
  selfApproval: false,
  votes: {},
  salt: 's',
  ...more,
});
const noes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, no) => [`no${no}`, vote('rejected')]));

describe('an answer', () => {
  it.each([
    ['a millisecond before the end of its level counts', -1, 'counts'],
    ['at the end of its level is too late', 0, 'expired'],
    ['after the end of its level is too late', 1, 'expired'],
  ])('%s', (_, ms, kind) => {
    expect(judge(request(), 'ann', vote('approved', { at: new Date(END + ms).toISOString() })).kind).toBe(kind);
  });

  it.each([1, 3])('to level %i, where level 2 is asked, is too late', (level) => {
    expect(judge(request({ level: 2 }), 'ann', vote('approved', { level })).kind).toBe('expired');
  });

  it('of who asks does not count, unless they may', () => {
    expect(judge(request({ requester: 'ann' }), 'ann', vote()).kind).toBe('self');
    expect(judge(request({ requester: 'ann', selfApproval: true }), 'ann', vote()).kind).toBe('counts');
  });

  it('that was given stands, and another of the same person conflicts with it, also after the end', () => {
    const given = request({ quorum: 2, votes: { ann: vote() }, levelEndsAt: 1 });
    expect(judge(given, 'ann', vote()).kind).toBe('stands');
    expect(judge(given, 'ann', vote('rejected')).kind).toBe('conflicts');
  });
});

describe('a no without a veto', () => {
  it.each<[string, ApproverRef[], number, number | undefined]>([
    ['of one of three who need one decides as the third', people('ann', 'bob', 'eve'), 1, 3],
    ['of one of three who need two decides as the second', people('ann', 'bob', 'eve'), 2, 2],
    ["of a topic's readers, who are one, decides", [TOPIC], 1, 1],
    ['of a portal never decides', [PORTAL], 1, undefined],
    ["of a topic's readers who sign in never decides", [{ ...TOPIC, signedIn: true }], 1, undefined],
    ['never decides where a portal is asked as well', [...people('ann'), PORTAL], 1, undefined],
  ])('%s', (_, approvers, quorum, decidesAs) => {
    const decidedBy = Array.from({ length: 25 }, (__, no) => no + 1).find((nth) => {
      const judged = judge(request({ approvers, quorum, veto: false, votes: noes(nth - 1) }), 'x', vote('rejected'));
      return judged.kind === 'counts' && judged.outcome !== undefined;
    });
    expect(decidedBy).toBe(decidesAs);
  });

  it('of a portal is kept as long as all who can approve have room, and no longer', () => {
    const portal = (quorum: number, count: number) =>
      request({ approvers: [PORTAL], quorum, veto: false, votes: noes(count) });
    expect(judge(portal(1, 48), 'x', vote('rejected')).kind).toBe('counts');
    expect(judge(portal(1, 49), 'x', vote('rejected'))).toEqual({ kind: 'full' });
    expect(judge(portal(25, 25), 'x', vote('rejected'))).toEqual({ kind: 'full' });
    expect(judge(portal(1, 49), 'x', vote('approved'))).toMatchObject({ kind: 'counts', outcome: { by: 'x' } });
  });
});
