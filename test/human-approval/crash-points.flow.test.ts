import { Duration } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { type Call, type Email, Fault, type Run, type Simulator } from '../../src/simulator';
import { simulate } from '../simulator/simulate';
import { askedPortal, emails, linkOf, refunds } from './fixtures';

/** What goes wrong with a call; the SDK tries some of it again by itself, so these go wrong as often as it tries. */
const FAULTS: { readonly [name: string]: () => Fault } = {
  'dies before': () => Fault.crashBefore(),
  'dies after': () => Fault.crashAfter(),
  'gets no answer to': () => Fault.lostResponse(),
  'never gets an answer to': () => Fault.lostResponse().times(3),
  'is refused': () => Fault.error('InternalServerError', 'injected', 500).times(3),
};

/** What happens afterwards. */
type Afterwards = (parts: { sim: Simulator; mail: Email; send: () => Promise<Response> }) => Promise<unknown>;
const AFTERWARDS: { readonly [name: string]: Afterwards } = {
  'the form is sent again': ({ send }) => send(),
  'the link is opened again': ({ sim, mail }) => sim.fetch(linkOf(mail)),
  'the person answers anew, twice': async ({ sim, mail }) => {
    await sim.approve(mail);
    await sim.approve(mail);
  },
  'the person changes their mind': ({ sim, mail }) => sim.approve(mail, { decision: 'rejected' }),
  'nobody comes back': async () => undefined,
};

const from = (name: string) => (call: Call) => call.source === 'handler' && !!call.functionPath?.includes(`/${name}`);

/** An app of which each test makes many runs. */
const world = (quorum: number) => {
  const made = refunds({ approvers: emails('ann', 'bob'), quorum });
  const sim = simulate(made.stack);
  const begin = async () => {
    const run = sim.begin(made.workflow, { amount: 1 });
    run.done.catch(() => undefined);
    await sim.settle();
    const last = sim.emails.slice(-2);
    const [ann, bob] = ['ann', 'bob'].map((name) => last.find(({ to }) => to[0].startsWith(name)) as Email);
    return { run, ann, bob };
  };
  return { ...made, sim, begin };
};

const opened = async (sim: Simulator, link: string) => {
  const nonce = /name="nonce" value="(\w+)"/.exec(await (await sim.fetch(link)).text())?.[1] ?? '';
  return () => sim.fetch(link, { method: 'POST', body: new URLSearchParams({ nonce, decision: 'approved' }) });
};

/** The request that a link is of. */
const idOf = (mail: Email) => new URL(linkOf(mail)).pathname.slice(3).split('.')[0];

const itemOf = async (sim: Simulator, id: string) => {
  const items = await sim.items('Refunds/Refund/Requests');
  const rows = await sim.items('Refunds/Refund/Audit');
  return {
    item: items.find((item) => item.id === id) as {
      status: string;
      outcome: object;
      votes: object;
      executionArn: string;
    },
    answers: rows.filter((row) => row.id === id && row.action === 'ANSWERED'),
  };
};

/** Whatever happened: there is one decision, the workflow has it, and the audit has each answer once. */
const expectDeliveredOnce = async (sim: Simulator, run: Run, id: string, what: string) => {
  const { item, answers } = await itemOf(sim, id);
  const approval = sim.runs.find(({ executionArn }) => executionArn === item.executionArn);
  expect(approval?.status, what).toBe('SUCCEEDED');
  expect(approval?.output, what).toEqual(item.outcome);
  expect(item.status, what).toBe('SENT');
  const { decision } = item.outcome as { decision: string };
  expect(run.status, what).toBe(decision === 'approved' ? 'SUCCEEDED' : 'FAILED');
  const succeeded = approval?.history.filter(({ type }) => type === 'TaskSucceeded').length;
  // That which made the request, and that which got the outcome.
  expect(succeeded, what).toBe(2);
  expect(answers, what).toHaveLength(Object.keys(item.votes).length);
  return decision;
};

/** Does the same with each call of a function in turn going wrong, until there is none more. */
const eachCall = async (faultAt: (nth: number) => Promise<boolean>) => {
  let runs = 0;
  while (await faultAt(runs + 1)) runs += 1;
  total += runs;
  return runs;
};

/** All of it takes minutes: CRASH_POINTS=all. */
const isAll = process.env.CRASH_POINTS === 'all';
const PAGE_FAULTS = isAll ? Object.keys(FAULTS) : ['dies before', 'dies after', 'never gets an answer to'];
const ROUNDS = Object.keys(AFTERWARDS).flatMap((then) => PAGE_FAULTS.map((fault) => ({ fault, then })));
const QUORUMS = [
  { which: 'the only answer', quorum: 1 },
  { which: 'the last of two answers', quorum: 2 },
].slice(0, isAll ? 2 : 1);

let total = 0;
afterAll(() => {
  if (isAll) console.log(`${total} runs with a call that went wrong`);
});

describe.each(QUORUMS)('$which', { timeout: 120_000 }, ({ quorum }) => {
  it.each(ROUNDS)(
    'is delivered once where the page $fault any of its calls, and then $then',
    async ({ fault, then }) => {
      const { sim, begin } = world(quorum);
      const runs = await eachCall(async (nth) => {
        const { run, ann, bob } = await begin();
        if (quorum === 2) await sim.approve(bob);
        const send = await opened(sim, linkOf(ann));
        const injected = sim.fault('*', FAULTS[fault]().where(from('Page')).nth(nth));
        const answer = await send();
        const { hits } = injected;
        sim.reset();
        const what = `call ${nth}, ${answer.status}`;
        expect([200, 500]).toContain(answer.status);
        await AFTERWARDS[then]({ sim, mail: ann, send });
        await sim.advance(Duration.days(3));
        // Where nobody came back the workflow has the outcome, and only the note of that may be missing.
        if (then === 'nobody comes back') await sim.fetch(linkOf(ann));
        const decision = await expectDeliveredOnce(sim, run, idOf(ann), what);
        // What the person was told is true.
        if (answer.status === 200) expect(decision, what).toBe('approved');
        return hits > 0;
      });
      expect(runs).toBeGreaterThanOrEqual(7);
    },
  );
});

type Send = Awaited<ReturnType<typeof askedPortal>>['send'];
const PORTAL_AFTERWARDS: { readonly [name: string]: (send: Send) => Promise<unknown> } = {
  'the portal sends the same again': (send) => send('pat'),
  'another of its users says no': (send) => send('sam', 'rejected'),
  'nobody comes back': async () => undefined,
};
const PORTAL_ROUNDS = Object.keys(PORTAL_AFTERWARDS).flatMap((then) => PAGE_FAULTS.map((fault) => ({ fault, then })));

describe('the answer of a portal', { timeout: 120_000 }, () => {
  it.each(PORTAL_ROUNDS)(
    'is delivered once where its function $fault any of its calls, and then $then',
    async ({ fault, then }) => {
      const { sim, begin } = await askedPortal();
      const runs = await eachCall(async (nth) => {
        const { run, requestId, send } = await begin();
        const injected = sim.fault('*', FAULTS[fault]().where(from('Respond')).nth(nth));
        const { status } = (await send('pat')) as { status?: string };
        const { hits } = injected;
        sim.reset();
        const what = `call ${nth}, ${status}`;
        expect([undefined, 'DECIDED'], what).toContain(status);
        await PORTAL_AFTERWARDS[then](send);
        await sim.advance(Duration.days(3));
        // Only the note that the workflow has the outcome may be missing.
        if (then === 'nobody comes back') await send('pat');
        const decision = await expectDeliveredOnce(sim, run, requestId, what);
        if (status === 'DECIDED') expect(decision, what).toBe('approved');
        return hits > 0;
      });
      expect(runs).toBeGreaterThanOrEqual(6);
    },
  );
});

describe('a notification', { timeout: 120_000 }, () => {
  it.each(Object.keys(FAULTS))(
    'reaches the approvers, whose answer counts, where its function %s any of its calls',
    async (fault) => {
      const { sim, workflow } = world(1);
      const runs = await eachCall(async (nth) => {
        const injected = sim.fault('*', FAULTS[fault]().where(from('Notify')).nth(nth));
        const run = sim.begin(workflow, { amount: 1 });
        run.done.catch(() => undefined);
        await sim.advance(Duration.minutes(2));
        const { hits } = injected;
        sim.reset();
        if (hits === 0) {
          run.stop();
          return false;
        }
        const [mail] = sim.emails.slice(-1);
        expect((await sim.approve(mail)).status).toBe(200);
        await sim.settle();
        await expectDeliveredOnce(sim, run, idOf(mail), `call ${nth}`);
        return true;
      });
      expect(runs).toBeGreaterThanOrEqual(7);
    },
  );

  it.each(Object.keys(FAULTS))(
    'of the expiry gives one outcome where its function %s any of its calls',
    async (fault) => {
      const { sim, begin } = world(1);
      const runs = await eachCall(async (nth) => {
        const { run, ann } = await begin();
        await sim.advance(Duration.hours(36));
        const injected = sim.fault('*', FAULTS[fault]().where(from('Notify')).nth(nth));
        await sim.advance(Duration.hours(13));
        const { hits } = injected;
        sim.reset();
        expect(await expectDeliveredOnce(sim, run, idOf(ann), `call ${nth}`)).toBe('rejected');
        return hits > 0;
      });
      expect(runs).toBeGreaterThanOrEqual(2);
    },
  );
});
