import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { ExpiryDecision } from '../../src';
import { type Call, Fault } from '../../src/simulator';
import { simulate } from '../simulator/simulate';
import { emails, linkOf, refunds } from './fixtures';

const day = Duration.days(1);
const levels = [
  { approvers: emails('lead'), timeout: day },
  { approvers: emails('boss'), timeout: day },
];
const HALF = Duration.hours(12);

const from = (name: string) => (call: Call) => call.source === 'handler' && !!call.functionPath?.includes(`/${name}`);

const begin = (...args: Parameters<typeof refunds>) => {
  const { stack, approval } = refunds(...args);
  const sim = simulate(stack);
  const run = sim.begin(approval.workflow, { question: 'Pay 600?' });
  run.done.catch(() => undefined);
  return { sim, run };
};

/** What breaks off a round before anything of it is written, and what does when its approvers are told. */
const BROKEN = [
  ['dynamodb:UpdateItem', Fault.error('InternalServerError', 'injected', 500)],
  ['ses:SendEmail', Fault.error('MessageRejected')],
] as const;

/** An approval that would approve on expiry, and broke off where a round began. */
const failedAt = async (halfDays: number, [action, fault]: (typeof BROKEN)[number] = BROKEN[0]) => {
  const { sim, run } = begin({ levels, onExpiry: ExpiryDecision.APPROVE });
  for (let half = 1; half < halfDays; half += 1) await sim.advance(HALF);
  if (halfDays > 0) await sim.advance(HALF.minus(Duration.minutes(1)));
  sim.fault(action, fault.where(from('Notify')).always());
  await sim.advance(Duration.hours(1));
  expect(run.status).toBe('FAILED');
  sim.reset();
  await sim.advance(Duration.days(5));
  const sent = sim.emails.length;
  run.redrive();
  await sim.settle();
  const [mail] = sim.emails.slice(sent);
  return { sim, run, mail };
};

const ROUNDS = [
  { round: 'Ask 1', halfDays: 0, hours: 24, by: 'lead@acme.example' },
  { round: 'Remind 1-1', halfDays: 1, hours: 12, by: 'lead@acme.example' },
  { round: 'Ask 2', halfDays: 2, hours: 24, by: 'boss@acme.example' },
  { round: 'Ask 2', halfDays: 2, hours: 24, by: 'boss@acme.example', broken: BROKEN[1] },
  { round: 'Remind 2-1', halfDays: 3, hours: 12, by: 'boss@acme.example' },
];

describe('a redrive that begins at', () => {
  it.each(ROUNDS)('$round tells its approvers again, whose answer counts', async ({ round, halfDays, by, broken }) => {
    const { sim, run, mail } = await failedAt(halfDays, broken);
    expect(run.visited.at(-1)).toBe(round);
    expect(mail.to).toEqual([by]);
    expect((await sim.approve(mail, { decision: 'rejected' })).status).toBe(200);
    expect((await run.done).output).toMatchObject({ decision: 'rejected', by });
  });

  it.each(ROUNDS)('$round takes answers until its level ends', async ({ halfDays, hours, broken }) => {
    const { sim, mail } = await failedAt(halfDays, broken);
    await sim.advance(Duration.hours(hours).minus(Duration.seconds(1)));
    expect(await (await sim.fetch(linkOf(mail))).text()).toContain('<form');
    await sim.advance(Duration.seconds(1));
    expect(await (await sim.fetch(linkOf(mail))).text()).not.toContain('<form');
  });

  it('Expire gives what expiry means, after all had their time', async () => {
    const { run, sim } = await failedAt(4);
    expect(run.visited.at(-1)).toBe('Expire');
    await sim.settle();
    expect((await run.done).output).toMatchObject({ decision: 'approved', by: null });
  });

  it('Ask 1 fails again where all approvers are who asks, and approves nothing', async () => {
    const { stack, approval } = refunds({ approvers: emails('kim'), onExpiry: ExpiryDecision.APPROVE });
    const sim = simulate(stack);
    const run = await sim.start(approval.workflow, { question: 'Pay 600?', requester: 'kim@acme.example' });
    await sim.advance(Duration.days(5));
    run.redrive();
    await sim.advance(Duration.days(5));
    expect(run.error).toBe('Approval.NotNotified');
    expect(sim.emails).toEqual([]);
  });
});

describe('a redrive that begins where operators are warned', () => {
  it('tells the approvers as well, as their links have ended, and none of these answers any more', async () => {
    const { sim, run } = begin({ timeout: Duration.days(5), onExpiry: ExpiryDecision.APPROVE });
    await sim.advance(Duration.hours(95));
    const link = linkOf(sim.emails[0]);
    const nonce = /name="nonce" value="(\w+)"/.exec(await (await sim.fetch(link)).text())?.[1] ?? '';
    sim.fault('dynamodb:UpdateItem', BROKEN[0][1].where(from('Notify')).always());
    await sim.advance(Duration.hours(2));
    expect(run.visited.at(-1)).toBe('Warn');
    expect(run.status).toBe('FAILED');
    sim.reset();
    await sim.advance(Duration.days(5));
    run.redrive();
    await sim.settle();
    expect(sim.emails).toHaveLength(3);
    const body = new URLSearchParams({ nonce, decision: 'approved' });
    for (const page of [await sim.fetch(link), await sim.fetch(link, { method: 'POST', body })]) {
      expect(page.status).toBe(410);
    }
    expect(run.status).toBe('RUNNING');
    expect((await sim.approve(sim.emails[2], { decision: 'rejected' })).status).toBe(200);
    expect((await run.done).output).toMatchObject({ decision: 'rejected' });
  });
});

describe('answers that were given', () => {
  it('count after a redrive as well, and who gave them is not told again', async () => {
    const { sim, run } = begin({ approvers: emails('ann', 'bob'), quorum: 2, timeout: day });
    await sim.settle();
    await sim.approve(sim.emails.find(({ to }) => to[0].startsWith('ann')) ?? {});
    const broken = Fault.error('InternalServerError', 'injected', 500).where(from('Notify')).always();
    sim.fault('dynamodb:UpdateItem', broken);
    await sim.advance(Duration.hours(13));
    expect(run.status).toBe('FAILED');
    sim.reset();
    run.redrive();
    await sim.settle();
    expect(sim.emails.slice(2).map(({ to }) => to[0])).toEqual(['bob@acme.example']);
    await sim.approve(sim.emails[2]);
    expect((await run.done).output).toMatchObject({ decision: 'approved', by: 'bob@acme.example' });
  });

  it('stay when the first notification is tried again, which needs to reach only the others', async () => {
    const { sim, run } = begin({ approvers: emails('ann', 'bob'), quorum: 2, timeout: day });
    // Both have their mails, and the function dies before it has said so.
    const noted = (call: Call) => from('Notify')(call) && JSON.stringify(call.request).includes('ADD #notified');
    sim.fault('dynamodb:UpdateItem', Fault.crashBefore().where(noted).nth(2));
    await sim.settle();
    expect(sim.emails).toHaveLength(2);
    const [ann] = sim.emails.filter(({ to }) => to[0].startsWith('ann'));
    expect((await sim.approve(ann)).status).toBe(200);
    await sim.advance(Duration.minutes(5));
    expect(run.status).toBe('RUNNING');
    const [bob] = sim.emails.filter(({ to }) => to[0].startsWith('bob')).slice(-1);
    await sim.approve(bob);
    expect((await run.done).output).toMatchObject({ decision: 'approved', by: 'bob@acme.example' });
  });
});
