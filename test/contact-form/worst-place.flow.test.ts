import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/simulator';
import { MESSAGE, Site } from './fixtures';

const DAY = Duration.days(1);
const SES_REFUSES = Fault.error('MessageRejected').always();

const at = (state: string, fault: Fault) =>
  fault.where(({ stateName }: { readonly stateName?: string }) => stateName === state);
/** Each of what may become of a call: it is done or not, and its answer is lost or an error. */
const FAULTS: [string, () => Fault][] = [
  ['fails for good', () => Fault.error('InternalServerError', 'down', 500).always()],
  ['throttles for good', () => Fault.throttled().always()],
  ['loses the request', () => Fault.lostRequest().always()],
  ['loses the answer', () => Fault.lostResponse().always()],
];
const WRITES: [string, string, boolean][] = [
  ['Keep', 'dynamodb:UpdateItem', false],
  ['Send', 'ses:SendEmail', false],
  ['Record', 'dynamodb:UpdateItem', false],
  ['Mark Unsent', 'dynamodb:UpdateItem', true],
  ['Park Unsent', 'sqs:SendMessage', true],
];

/** Sends a message while something fails, and waits until all has ended. */
const sendWhile = async (site: Site, state: string, action: string, fault: Fault, sesRefuses: boolean) => {
  if (sesRefuses) site.sim.fault('ses:SendEmail', SES_REFUSES);
  const injected = site.sim.fault(action, at(state, fault));
  const answer = await site.post(MESSAGE);
  await site.sim.advance(Duration.hours(1));
  expect(injected.hits).toBeGreaterThan(0);
  site.sim.reset();
  return answer;
};
const statusOf = async (site: Site) => (await site.kept()).map(({ status }) => status);
const resend = async ({ sim, form }: Site, input: object) => (await sim.start(form.workflow, input)).output;

describe.each([false, true])('where sync is %s', (sync) => {
  describe.each(WRITES)('and %s', (state, action, sesRefuses) => {
    test.each(FAULTS)(
      '%s, a message is mailed once at most, and an alarm tells of what is left',
      async (_what, make) => {
        const site = new Site({ sync });
        const answer = await sendWhile(site, state, action, make(), sesRefuses);
        const failed = site.sim.runs.some(({ status }) => status === 'FAILED');
        expect(site.sim.emails.length).toBeLessThanOrEqual(1);
        // The alarms are on failed executions and on the queue.
        expect(failed || (await statusOf(site))[0] === 'SENT').toBe(true);
        expect(answer.status).toBe(sync ? (failed ? 502 : 200) : 202);

        const mailed = site.sim.emails.length;
        if (!sync) for (const run of site.sim.runs) if (run.status === 'FAILED') run.redrive();
        await site.sim.advance(DAY);
        const { length: afterwards } = site.sim.emails;
        expect(afterwards).toBeGreaterThanOrEqual(mailed);
        expect(afterwards).toBeLessThanOrEqual(1);
        if (afterwards === 1) return;

        const [{ id } = { id: undefined }] = await site.kept();
        // What was never kept was told as not taken: the visitor tries again.
        if (id === undefined) expect((await site.post(MESSAGE)).status).toBe(200);
        else expect(await resend(site, { resend: id, uncertain: true })).toEqual({ status: 'SENT' });
        expect(site.sim.emails).toHaveLength(1);
        expect(await statusOf(site)).toEqual(['SENT']);
      },
    );
  });
});

describe('a message whose marking fails', () => {
  const unmarked = async (sync: boolean, fault = Fault.error('MessageRejected').times(1)) => {
    const site = new Site({ sync });
    site.sim.fault('ses:SendEmail', fault);
    const down = Fault.error('InternalServerError', 'down', 500).always();
    const marking = ({ stateName = '' }: { readonly stateName?: string }) => stateName.startsWith('Mark ');
    site.sim.fault('dynamodb:UpdateItem', down.where(marking));
    await site.post(MESSAGE);
    await site.sim.advance(Duration.minutes(2));
    site.sim.reset();
    const [{ id }] = await site.kept();
    return { site, id: String(id) };
  };

  test.each([
    ['Unsent', Fault.error('MessageRejected').times(1), 'SesV2.MessageRejectedException', 0],
    ['Uncertain', Fault.lostResponse(), 'SesV2.SdkClientException', 1],
  ])('is parked all the same, and says so, where it is %s', async (name, fault, error, mails) => {
    const { site, id } = await unmarked(false, fault);
    expect(await statusOf(site)).toEqual(['SENDING']);
    const parked = (await site.sim.messages(site.form.deadLetterQueue)).map(({ body }) => JSON.parse(body));
    expect(parked).toEqual([
      {
        ...{ id, status: name.toUpperCase(), error, markError: 'DynamoDb.DynamoDbException' },
        executionArn: expect.any(String),
      },
    ]);
    expect(site.sim.runs[0].error).toBe(`ContactForm.${name}`);
    expect(site.sim.emails).toHaveLength(mails);
  });

  test.each([false, true])('is sent again, once, after the workflow’s timeout (sync: %s)', async (sync) => {
    const { site, id } = await unmarked(sync);
    const again = { resend: id, uncertain: true };
    expect(await resend(site, again)).toEqual({ status: 'SENDING' });
    await site.sim.advance(site.form.workflow.timeout);
    expect(await resend(site, { resend: id })).toEqual({ status: 'SENDING' });
    const runs = [1, 2, 3].map(() => site.sim.begin(site.form.workflow, again));
    await site.sim.settle();
    expect(runs.map(({ output }) => output)).toEqual([
      { status: 'SENT' },
      { status: 'SENDING' },
      { status: 'SENDING' },
    ]);
    expect(site.sim.emails).toHaveLength(1);
  });
});

test('a message that is being mailed again is not mailed by a second one that says uncertain', async () => {
  const site = new Site();
  site.sim.fault('ses:SendEmail', SES_REFUSES);
  const { id } = JSON.parse((await site.post(MESSAGE)).text);
  await site.sim.advance(DAY);
  site.sim.reset();
  const slow = site.sim.fault('ses:SendEmail', Fault.throttled().times(5));
  const first = site.sim.begin(site.form.workflow, { resend: id });
  await site.sim.settle();
  expect(await statusOf(site)).toEqual(['SENDING']);
  const second = site.sim.begin(site.form.workflow, { resend: id, uncertain: true });
  await site.sim.advance(Duration.hours(1));
  expect(slow.hits).toBe(5);
  expect([first.output, second.output]).toEqual([{ status: 'SENT' }, { status: 'SENDING' }]);
  expect(site.sim.emails).toHaveLength(1);
});

test('a message that nobody mails any more, as its execution was stopped, is sent again where somebody says so', async () => {
  const site = new Site();
  site.sim.fault('ses:SendEmail', Fault.throttled().always());
  const { id } = JSON.parse((await site.post(MESSAGE)).text);
  await site.sim.settle();
  site.sim.runs[0].stop();
  site.sim.reset();
  await site.sim.advance(DAY);
  expect(await statusOf(site)).toEqual(['SENDING']);
  expect(await resend(site, { resend: id, uncertain: true })).toEqual({ status: 'SENT' });
  expect(site.sim.emails).toHaveLength(1);
});

test.each(FAULTS)('a message is sent again, once, also where the table %s when it is claimed', async (_what, make) => {
  const site = new Site();
  site.sim.fault('ses:SendEmail', SES_REFUSES);
  const { id } = JSON.parse((await site.post(MESSAGE)).text);
  await site.sim.advance(DAY);
  site.sim.reset();
  site.sim.fault('dynamodb:UpdateItem', at('Reclaim', make()));
  const run = site.sim.begin(site.form.workflow, { resend: id });
  await site.sim.advance(DAY);
  expect([run.status, site.sim.emails]).toEqual(['FAILED', []]);
  site.sim.reset();
  run.redrive();
  await site.sim.advance(DAY);
  expect([run.output, site.sim.emails.length]).toEqual([{ status: 'SENT' }, 1]);
});

test.each([{}, { uncertain: true }])('a message that was mailed is not mailed again by %j', async (more) => {
  const site = new Site();
  const { id } = JSON.parse((await site.post(MESSAGE)).text);
  await site.sim.advance(DAY);
  expect(await resend(site, { resend: id, ...more })).toEqual({ status: 'SENT' });
  expect(site.sim.emails).toHaveLength(1);
});

test.each([
  ['DynamoDB was down at Keep: it is mailed', 'Keep', 'SENT'],
  ['the mail could not be recorded: nothing is', 'Record', 'SENDING'],
])(
  'what a visitor sends again is the same message where %s, and a redrive mails nothing',
  async (_what, state, now) => {
    const site = new Site({ duplicateWindow: DAY });
    const down = Fault.error('InternalServerError', 'down', 500).always();
    await sendWhile(site, state, 'dynamodb:UpdateItem', down, false);
    expect((await site.post(MESSAGE)).status).toBe(202);
    await site.sim.settle();
    const [first, second] = site.sim.runs;
    expect([first.status, second.output]).toEqual(['FAILED', { status: now }]);
    first.redrive();
    await site.sim.settle();
    expect(first.output).toEqual({ status: 'SENT' });
    expect(await statusOf(site)).toEqual(['SENT']);
    expect(site.sim.emails).toHaveLength(1);
  },
);

describe('where the answer of Step Functions is lost', () => {
  test('a message is taken once', async () => {
    const site = new Site();
    const fault = site.sim.fault('states:StartExecution', Fault.lostResponse());
    expect((await site.post(MESSAGE)).status).toBe(202);
    await site.sim.settle();
    expect([fault.hits, site.sim.runs.length, site.sim.emails.length]).toEqual([1, 1, 1]);
  });

  test('a visitor who waited is told that it takes too long, and at a second try that it was mailed', async () => {
    const site = new Site({ sync: true });
    const fault = site.sim.fault('states:StartSyncExecution', Fault.lostResponse());
    expect((await site.post(MESSAGE)).status).toBe(504);
    expect([fault.hits, site.sim.emails.length]).toEqual([1, 1]);
    expect((await site.post(MESSAGE)).status).toBe(200);
    expect(site.sim.emails).toHaveLength(1);
    expect(await statusOf(site)).toEqual(['SENT']);
  });
});
