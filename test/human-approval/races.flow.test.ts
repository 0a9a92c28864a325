import { describe, expect, it } from 'vitest';
import { Approver } from '../../src';
import type { Simulator } from '../../src/simulator';
import { asked, linkOf } from './fixtures';

const people = Array.from({ length: 20 }, (_, index) => Approver.email(`p${index}@acme.example`));

/** Opens a link, and gives what sends its form. */
const opened = async (sim: Simulator, link: string) => {
  const nonce = /name="nonce" value="(\w+)"/.exec(await (await sim.fetch(link)).text())?.[1] ?? '';
  return (decision: string, comment = '') =>
    sim.fetch(link, { method: 'POST', body: new URLSearchParams({ nonce, decision, comment }) });
};

const sent = (sim: Simulator) =>
  sim.calls.filter(({ action, error }) => action === 'states:SendTaskSuccess' && error === undefined);

// Each request has a worker of its own.
describe('a race of 20', { timeout: 60_000 }, () => {
  it('between approvers, half of whom say no, is won by one, and the others learn what stands', async () => {
    const { sim, run } = await asked({ approvers: people });
    const forms = await Promise.all(sim.emails.map((mail) => opened(sim, linkOf(mail))));
    const answers = await Promise.all(forms.map((send, index) => send(index % 2 ? 'approved' : 'rejected')));
    await run.done;
    const [{ outcome, votes }] = await sim.items('Refunds/Refund/Requests');
    const { decision } = outcome as { decision: string };
    expect(Object.keys(votes as object)).toHaveLength(1);
    expect(sent(sim)).toHaveLength(1);
    expect(run.status).toBe(decision === 'approved' ? 'SUCCEEDED' : 'FAILED');
    const wins = decision === 'approved' ? 1 : 0;
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, index) => (index % 2 === wins ? 200 : 409)));
  });

  it('of clicks on one button counts as one', async () => {
    const { sim, run, mailTo } = await asked();
    const send = await opened(sim, linkOf(mailTo('lead')));
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('approved')));
    await run.done;
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(sent(sim)).toHaveLength(1);
    expect((await sim.items('Refunds/Refund/Audit')).filter(({ action }) => action === 'ANSWERED')).toHaveLength(1);
  });

  it('between all of a quorum loses no answer', async () => {
    const { sim, run } = await asked({ approvers: people, quorum: 20 });
    const forms = await Promise.all(sim.emails.map((mail) => opened(sim, linkOf(mail))));
    const answers = await Promise.all(forms.map((send) => send('approved')));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await run.done).status).toBe('SUCCEEDED');
    expect(sent(sim)).toHaveLength(1);
  });
});

describe('what was decided', () => {
  it('stays, whatever is sent afterwards: the same is shown, another is refused, and nothing is sent again', async () => {
    const { sim, run, mailTo } = await asked();
    const first = await opened(sim, linkOf(mailTo('lead')));
    const second = await opened(sim, linkOf(mailTo('lead')));
    expect((await first('approved')).status).toBe(200);
    await run.done;
    expect((await first('approved')).status).toBe(200);
    expect((await second('approved')).status).toBe(200);
    for (const send of [first, second]) {
      const page = await send('rejected');
      expect(page.status).toBe(409);
      expect(await page.text()).toContain('<title>Approved</title>');
    }
    expect((await sim.fetch(linkOf(mailTo('lead')))).status).toBe(200);
    expect(sent(sim)).toHaveLength(1);
  });
});
