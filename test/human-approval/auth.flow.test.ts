import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { Approver, ApproverAuth } from '../../src';
import { asked, LEAD, linkOf, type Stack } from './fixtures';

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
      expect.objectContaining({ action: 'ANSWERED', principal: 'u1' }),
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
});
