import { Duration } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { Approver, ApproverAuth } from '../../src';
import { asked, emails, LEAD, linkOf, type Stack } from './fixtures';

const inPool = (stack: Stack) => {
  const pool = new cognito.UserPool(stack, 'People');
  return { auth: ApproverAuth.cognito(pool, [pool.addClient('App')]) };
};
const claims = (email: string, more = {}) => ({ sub: 'u1', email, email_verified: 'true', ...more });

describe('approvers of a user pool', () => {
  it('answer the mail that is theirs, and the audit has who they are there', async () => {
    const { sim, run, mailTo } = await asked(inPool);
    expect((await sim.approve(mailTo('lead'), { as: { claims: claims('Lead@acme.example') } })).status).toBe(200);
    expect((await run.done).output).toMatchObject({ Approve: { by: LEAD } });
    expect(await sim.items('Refunds/Refund/Audit')).toContainEqual(
      expect.objectContaining({ action: 'ANSWERED', method: 'POST', principal: 'u1' }),
    );
  });

  it.each([
    ["somebody else's account", claims('eve@acme.example')],
    ['an address that is not verified', claims(LEAD, { email_verified: 'false' })],
    ['no address', { sub: 'u1' }],
  ])('are refused with %s', async (_, who) => {
    const { sim, run, mailTo } = await asked(inPool);
    const response = await sim.fetch(linkOf(mailTo('lead')), { claims: who });
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('Refund');
    expect(run.status).toBe('RUNNING');
    const [row, ...others] = await sim.items('Refunds/Refund/Audit');
    expect(others).toEqual([]);
    expect(row).toMatchObject({ action: 'VIEWED', method: 'GET', principal: 'u1', place: 0 });
    expect(row).not.toHaveProperty('approver');
  });

  it('are not served without a token', async () => {
    const { sim, mailTo } = await asked(inPool);
    expect((await sim.fetch(linkOf(mailTo('lead')))).status).toBe(401);
  });

  it('decide by their own name where they were told by a topic, and not where they asked', async () => {
    const { sim, run, stack } = await asked(
      (made) => ({ ...inPool(made), approvers: [Approver.topic(new sns.Topic(made, 'Chat'))] }),
      { requester: '{% $input.by %}' },
    );
    const [{ message: text }] = sim.notifications(stack.node.findChild('Chat'));
    const own = await sim.approve({ text }, { as: { claims: claims('kim@acme.example') } });
    expect(own.status).toBe(403);
    await sim.approve({ text }, { as: { claims: claims('pat@acme.example') } });
    expect((await run.done).output).toMatchObject({ Approve: { by: 'pat@acme.example' } });
  });
});

describe('the link of an earlier level', () => {
  it('shows nothing to whom has to sign in, as nobody knows any more whose it was', async () => {
    const levels = [
      { approvers: emails('lead'), timeout: Duration.hours(1) },
      { approvers: emails('boss'), timeout: Duration.hours(1) },
    ];
    const { sim, mailTo } = await asked((stack) => ({ ...inPool(stack), levels }), { details: { Salary: '123456' } });
    const old = linkOf(mailTo('lead'));
    await sim.advance(Duration.minutes(61));
    const boss = await sim.approve(mailTo('boss'), { as: { claims: claims('boss@acme.example') } });
    expect(boss.status).toBe(200);
    const seen = await sim.fetch(old, { claims: claims('eve@evil.example') });
    expect(seen.status).toBe(410);
    expect(await seen.text()).not.toMatch(/123456|boss@/);
    expect(await sim.items('Refunds/Refund/Audit')).toContainEqual(
      expect.objectContaining({ action: 'VIEWED', level: 1, place: 0 }),
    );
  });
});

describe('approvers with a role', () => {
  it('answer where the role was let, and nobody else does', async () => {
    const stacks: iam.Role[] = [];
    const { sim, run, mailTo } = await asked(
      (stack) => {
        stacks.push(new iam.Role(stack, 'Lead', { assumedBy: new iam.AccountRootPrincipal() }));
        stacks.push(new iam.Role(stack, 'Eve', { assumedBy: new iam.AccountRootPrincipal() }));
        return { auth: ApproverAuth.iam() };
      },
      {},
      (approval) => approval.grantOpen(stacks[0]),
    );
    expect((await sim.fetch(linkOf(mailTo('lead')))).status).toBe(403);
    expect((await sim.fetch(linkOf(mailTo('lead')), { as: stacks[1] })).status).toBe(403);
    await sim.approve(mailTo('lead'), { as: { as: stacks[0] } });
    expect((await run.done).output).toMatchObject({ Approve: { by: LEAD } });
    expect(await sim.items('Refunds/Refund/Audit')).toContainEqual(
      expect.objectContaining({ action: 'ANSWERED', principal: expect.stringContaining('assumed-role') }),
    );
  });

  it('have one answer to a topic, whatever their sessions are called, and none where the role asks', async () => {
    const roles: iam.Role[] = [];
    const { sim, run, stack, workflow } = await asked(
      (made) => {
        roles.push(new iam.Role(made, 'Clerk', { roleName: 'Clerk', assumedBy: new iam.AccountRootPrincipal() }));
        return { auth: ApproverAuth.iam(), approvers: [Approver.topic(new sns.Topic(made, 'Chat'))] };
      },
      { requester: '{% $input.by %}' },
      (approval) => approval.grantOpen(roles[0]),
    );
    const answer = async () => {
      const [{ message: text }] = sim.notifications(stack.node.findChild('Chat')).slice(-1);
      return sim.approve({ text }, { as: { as: roles[0] } });
    };
    await answer();
    const role = expect.stringMatching(/^arn:aws:sts::\d+:assumed-role\/clerk$/);
    expect((await run.done).output).toMatchObject({ Approve: { by: role } });
    expect(await sim.items('Refunds/Refund/Audit')).toContainEqual(
      expect.objectContaining({ action: 'ANSWERED', principal: expect.stringMatching(/assumed-role\/Clerk\/./) }),
    );
    const [, account] = /::(\d+):/.exec(JSON.stringify(run.output)) ?? [];
    const own = sim.begin(workflow, { amount: 1, by: `arn:aws:iam::${account}:role/Clerk` });
    own.done.catch(() => undefined);
    await sim.settle();
    expect((await answer()).status).toBe(403);
  });
});
