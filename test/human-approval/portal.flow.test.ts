import { Duration } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as events from 'aws-cdk-lib/aws-events';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { Approver, ApproverAuth } from '../../src';
import { Mock } from '../../src/simulator';
import { asked, askedPortal, emails, type Stack } from './fixtures';

describe('a portal', () => {
  it('gets an event without a link or a token, and answers for its users', async () => {
    const { sim, run, event, send } = await askedPortal();
    expect(event).toMatchObject({
      source: 'cdk-workflow-patterns.approval',
      'detail-type': 'Approval Requested',
      detail: {
        approver: 'portal',
        question: 'Refund 600 EUR?',
        level: 1,
        reminder: 0,
        expiresAt: '2026-01-03T00:00:00.000Z',
      },
    });
    expect(JSON.stringify(event)).not.toMatch(/https:|token/i);
    expect(await send('Pat', 'approved', { comment: 'ok' })).toMatchObject({
      status: 'DECIDED',
      outcome: { decision: 'approved', by: 'pat', comment: 'ok' },
    });
    expect((await run.done).output).toMatchObject({ Approve: { by: 'pat' } });
    expect(await send('sam', 'rejected')).toMatchObject({ status: 'CONFLICT' });
    expect(await sim.items('Refunds/Refund/Audit')).toMatchObject([{ action: 'ANSWERED', method: 'PORTAL' }]);
  });

  it('counts each of its users once, and not who asks', async () => {
    const { run, send } = await askedPortal({ quorum: 2 });
    expect(await send('Kim')).toEqual({ status: 'SELF' });
    expect(await send('pat')).toEqual({ status: 'RECORDED' });
    expect(await send('PAT ')).toEqual({ status: 'RECORDED' });
    expect(run.status).toBe('RUNNING');
    expect(await send('constructor')).toMatchObject({ status: 'DECIDED' });
  });

  it('may say that there is no comment', async () => {
    const { send } = await askedPortal();
    expect(await send('pat', 'approved', { comment: null })).toMatchObject({
      status: 'DECIDED',
      outcome: { comment: null },
    });
  });

  it('is too late at the end of the time, also while the workflow is about to say so', async () => {
    const { sim, run, send } = await askedPortal();
    sim.mock('Expire', Mock.returns({ Payload: {} }).after(Duration.minutes(1)));
    await sim.advance(Duration.days(2));
    expect(run.status).toBe('RUNNING');
    expect(await send('pat')).toEqual({ status: 'EXPIRED' });
  });

  it('is reminded also where a user is called as it is', async () => {
    const { sim, stack, send } = await askedPortal({ quorum: 2 });
    expect(await send('portal')).toEqual({ status: 'RECORDED' });
    await sim.advance(Duration.days(1));
    expect(sim.events(stack.node.findChild('Bus'))).toHaveLength(2);
  });

  it('is asked also where who asks is called as it is', async () => {
    const { sim } = await asked({ approvers: [Approver.event()] }, { requester: 'portal' });
    const asks = sim.events().filter(({ source }) => source === 'cdk-workflow-patterns.approval');
    expect(asks).toHaveLength(1);
  });

  it.each([
    [{ requestId: '0'.repeat(40) }, { status: 'NOT_FOUND' }],
    [{ requestId: '../x' }, {}],
    [{ level: 2 }, { status: 'EXPIRED' }],
    [{ decision: 'maybe' }, {}],
    [{ by: '' }, {}],
    [{ by: '__PROTO__' }, {}],
    [{ comment: 'x'.repeat(1001) }, {}],
    [{ comment: 7 }, {}],
  ])('fails with %.40j', async (more, expected) => {
    const { run, send } = await askedPortal();
    expect(await send('pat', 'approved', more)).toEqual(expected);
    expect(run.status).toBe('RUNNING');
  });
});

describe('a portal without a veto', () => {
  it('is not decided by a no, as others can still approve', async () => {
    const { run, send } = await askedPortal({ veto: false });
    expect(await send('pat', 'rejected')).toEqual({ status: 'RECORDED' });
    expect(run.status).toBe('RUNNING');
    expect(await send('sam')).toMatchObject({ status: 'DECIDED', outcome: { decision: 'approved', by: 'sam' } });
  });

  it('is decided by the expiry where nobody approves', async () => {
    const { run, send, sim } = await askedPortal({ veto: false });
    await send('pat', 'rejected');
    await sim.advance(Duration.days(2));
    expect(run.cause).toBe('Rejected by nobody, as the time was over');
  });

  it('keeps so many who say no that who approves has room, and tells the others', { timeout: 60_000 }, async () => {
    const { send } = await askedPortal({ veto: false });
    for (let no = 1; no <= 49; no += 1) expect(await send(`no${no}`, 'rejected')).toEqual({ status: 'RECORDED' });
    expect(await send('no50', 'rejected')).toEqual({ status: 'FULL' });
    expect(await send('pat')).toMatchObject({ status: 'DECIDED', outcome: { by: 'pat' } });
  });
});

const inPool = (stack: Stack) => {
  const pool = new cognito.UserPool(stack, 'People');
  return {
    auth: ApproverAuth.cognito(pool, [pool.addClient('App')]),
    approvers: [Approver.topic(new sns.Topic(stack, 'Chat'))],
  };
};

describe('a topic whose readers sign in', () => {
  const answering = async (props: object) => {
    const made = await asked((stack) => ({ ...inPool(stack), ...props }));
    const [{ message: text }] = made.sim.notifications(made.stack.node.findChild('Chat'));
    const answer = async (name: string, decision: 'approved' | 'rejected' = 'approved') => {
      const claims = { sub: name, email: `${name}@acme.example`, email_verified: 'true' };
      return (await made.sim.approve({ text }, { decision, as: { claims } })).text();
    };
    return { ...made, text, answer };
  };

  it('may need several of them', async () => {
    const { run, answer } = await answering({ quorum: 2 });
    expect(await answer('ann')).toContain('Others have to answer as well');
    expect(run.status).toBe('RUNNING');
    await answer('bob');
    expect((await run.done).output).toMatchObject({ Approve: { by: 'bob@acme.example' } });
  });

  it('is not decided by a no where there is no veto', async () => {
    const { run, answer } = await answering({ veto: false });
    expect(await answer('ann', 'rejected')).toContain('Others have to answer as well');
    expect(run.status).toBe('RUNNING');
    await answer('bob');
    expect((await run.done).status).toBe('SUCCEEDED');
  });

  it('keeps so many who say no that who approves has room, and tells the others', { timeout: 60_000 }, async () => {
    const { sim, answer } = await answering({ veto: false });
    for (let no = 1; no <= 49; no += 1) {
      expect(await answer(`no${no}`, 'rejected')).toContain('Your answer counts');
      await sim.advance(Duration.seconds(1));
    }
    expect(await answer('no50', 'rejected')).toContain('no more are kept');
    expect(await answer('pat')).toContain('<title>Approved</title>');
  });

  it('gets a message that tells them to sign in', async () => {
    const { text } = await answering({});
    expect(text).toContain('Whoever signs in can answer.');
  });
});

describe('several buses in one level', () => {
  it('each get the event, by its own name', async () => {
    const { sim, stack } = await asked((made) => ({
      approvers: [
        Approver.event(new events.EventBus(made, 'One')),
        Approver.event(new events.EventBus(made, 'Two'), 'finance'),
        Approver.event(),
        ...emails('lead'),
      ],
    }));
    const names = [stack.node.findChild('One'), stack.node.findChild('Two'), undefined].map((bus) =>
      sim.events(bus).map(({ detail }) => (detail as { approver?: string }).approver),
    );
    expect(names.map((all) => all.filter((name) => name !== undefined))).toEqual([['portal'], ['finance'], ['portal']]);
  });
});
