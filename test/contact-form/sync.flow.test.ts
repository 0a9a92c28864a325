import { Duration } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { outcomeOf } from '../../src/contact-form/runtime/form';
import { newMessage } from '../../src/contact-form/runtime/new-message';
import { Fault, Mock } from '../../src/simulator';
import { MESSAGE, Site } from './fixtures';

const NOT_SENT = { message: 'The message could not be sent. Please try again later.' };
const read = ({ status, text }: { status: number; text: string }) => [status, JSON.parse(text)];

test('a message is answered when it is mailed', async () => {
  const site = new Site({ sync: true });
  const [status, { id }] = read(await site.post(MESSAGE));
  expect(status).toBe(200);
  expect(site.sim.emails).toHaveLength(1);
  expect(await site.kept()).toMatchObject([{ id, status: 'SENT', fields: MESSAGE }]);
});

test('the same message again is answered alike, with the same id, and not mailed again', async () => {
  const site = new Site({ sync: true });
  const first = await site.post(MESSAGE);
  const again = await site.post(MESSAGE);
  expect(read(again)).toEqual(read(first));
  expect(again.status).toBe(200);
  const form = await site.submit({ ...MESSAGE, website: '' });
  expect([form.status, form.text.includes('Thank you')]).toEqual([200, true]);
  expect(site.sim.emails).toHaveLength(1);
});

test('the same message is taken while it is still being mailed, and sent once it was', async () => {
  const site = new Site({ sync: true });
  const { message } = newMessage(
    MESSAGE,
    { duplicateWindowMs: 3_600_000, retentionMs: 86_400_000 },
    site.sim.now.getTime(),
  );
  const slow = site.sim.fault('ses:SendEmail', Fault.throttled().times(2));
  const run = site.sim.begin(site.form.workflow, message);
  await site.sim.settle();
  expect([run.status, slow.hits]).toEqual(['RUNNING', 1]);
  expect(read(await site.post(MESSAGE))).toEqual([202, { id: message.id }]);
  await site.sim.advance(Duration.minutes(1));
  expect(read(await site.post(MESSAGE))).toEqual([200, { id: message.id }]);
  expect(site.sim.emails).toHaveLength(1);
});

test.each([3, 20])(
  'of %i of the same message at once one is mailed, and who is told so is told the truth',
  async (count) => {
    const site = new Site({ sync: true });
    const send = async () => {
      const answer = await site.post(MESSAGE);
      // Whoever is told that it was mailed is told when it was.
      if (answer.status === 200) expect(site.sim.emails).toHaveLength(1);
      return read(answer);
    };
    const answers = await Promise.all(Array.from({ length: count }, send));
    const statuses = answers.map(([status]) => status);
    expect(statuses).toContain(200);
    expect(statuses.filter((status) => status !== 200 && status !== 202)).toEqual([]);
    expect(new Set(answers.map(([, { id }]) => id)).size).toBe(1);
    // As many as these at once are all that the form takes.
    await site.sim.advance(Duration.seconds(2));
    expect((await site.post(MESSAGE)).status).toBe(200);
    expect(site.sim.emails).toHaveLength(1);
  },
);

test('fails with 502 where nobody can read what became of a message, which is not mailed again', async () => {
  const site = new Site({ sync: true });
  await site.post(MESSAGE);
  site.sim.fault('dynamodb:GetItem', Fault.throttled().always());
  expect(read(await site.post(MESSAGE))).toEqual([502, NOT_SENT]);
  expect(site.sim.emails).toHaveLength(1);
});

test('a message that SES refuses is kept, parked and told, and a second try sends it', async () => {
  const site = new Site({ sync: true });
  site.sim.fault('ses:SendEmail', Fault.error('MessageRejected', 'arn:aws:ses:secret'));
  expect(read(await site.post(MESSAGE))).toEqual([502, NOT_SENT]);
  expect(await site.kept()).toMatchObject([{ status: 'UNSENT' }]);
  expect(await site.sim.messages(site.form.deadLetterQueue)).toHaveLength(1);
  expect((await site.post(MESSAGE)).status).toBe(200);
  expect(site.sim.emails).toHaveLength(1);
});

test('a message that SES may have sent is kept, parked and told, and a second try is answered, but not mailed', async () => {
  const site = new Site({ sync: true });
  site.sim.fault('ses:SendEmail', Fault.lostResponse());
  expect(read(await site.post(MESSAGE))).toEqual([502, NOT_SENT]);
  expect(await site.kept()).toMatchObject([{ status: 'UNCERTAIN' }]);
  expect((await site.post(MESSAGE)).status).toBe(202);
  expect(site.sim.emails).toHaveLength(1);
});

test('a mail that SES refuses for now is sent while the visitor waits', async () => {
  const site = new Site({ sync: true });
  const fault = site.sim.fault('ses:SendEmail', Fault.throttled().times(2));
  const before = site.sim.now.getTime();
  expect((await site.post(MESSAGE)).status).toBe(200);
  expect(fault.hits).toBe(2);
  expect(site.sim.now.getTime()).toBeGreaterThan(before);
  expect(site.sim.emails).toHaveLength(1);
});

test('a mail that SES refuses for now, and again, is kept and told within seconds', async () => {
  const site = new Site({ sync: true });
  site.sim.fault('ses:SendEmail', Fault.throttled().always());
  const before = site.sim.now.getTime();
  expect(read(await site.post(MESSAGE))).toEqual([502, NOT_SENT]);
  expect(site.sim.now.getTime() - before).toBeLessThanOrEqual(3000);
  expect(await site.kept()).toMatchObject([{ status: 'UNSENT', mailError: 'SesV2.TooManyRequestsException' }]);
  site.sim.reset();
  expect((await site.post(MESSAGE)).status).toBe(200);
  expect(site.sim.emails).toHaveLength(1);
});

test.each(['Keep', 'Record'])(
  'a message is mailed while the visitor waits where DynamoDB throttles at %s',
  async (state) => {
    const site = new Site({ sync: true });
    const ofState = ({ stateName }: { stateName?: string }) => stateName === state;
    const fault = site.sim.fault('dynamodb:UpdateItem', Fault.throttled().times(3).where(ofState));
    expect((await site.post(MESSAGE)).status).toBe(200);
    expect(fault.hits).toBe(3);
    expect(site.sim.emails).toHaveLength(1);
  },
);

test('where DynamoDB takes nothing, nothing is kept or mailed, and the visitor is told so', async () => {
  const site = new Site({ sync: true });
  site.sim.fault('dynamodb:UpdateItem', Fault.error('ResourceNotFoundException').always());
  expect(read(await site.post(MESSAGE))).toEqual([502, NOT_SENT]);
  expect(await site.kept()).toEqual([]);
  site.sim.reset();
  expect((await site.post(MESSAGE)).status).toBe(200);
  expect(site.sim.emails).toHaveLength(1);
});

test('a message whose mail could not be recorded is told as not sent, and not mailed again', async () => {
  const site = new Site({ sync: true });
  const recording = ({ stateName }: { stateName?: string }) => stateName === 'Record';
  site.sim.fault('dynamodb:UpdateItem', Fault.error('ValidationException').where(recording));
  expect(read(await site.post(MESSAGE))).toEqual([502, NOT_SENT]);
  expect((await site.post(MESSAGE)).status).toBe(202);
  expect(site.sim.emails).toHaveLength(1);
});

test('fails with a fixed body, whatever the workflow says', async () => {
  const site = new Site({ sync: true });
  site.sim.mock('Keep', Mock.fails('Secret', 'arn:aws:states:us-east-1:123456789012:execution:secret'));
  const answer = await site.post(MESSAGE);
  expect(read(answer)).toEqual([502, NOT_SENT]);
  expect([...answer.headers].flat().join(' ')).not.toMatch(/arn:|secret/i);
});

test.each([
  ['SUCCEEDED', '{"status":"SENT"}', 'sent'],
  ['SUCCEEDED', '{"status":"SENDING"}', 'accepted'],
  ['SUCCEEDED', '{"status":"UNCERTAIN"}', 'accepted'],
  ['FAILED', undefined, 'failed'],
  ['TIMED_OUT', undefined, 'timed out'],
  [undefined, undefined, 'failed'],
])('an execution that ended as %s with %s means %s', (status, output, delivered) => {
  expect(outcomeOf(status, output)).toBe(delivered);
});

test('fails with 503 where the workflow cannot be started, which starts no other execution', async () => {
  const site = new Site({ sync: true });
  const fault = site.sim.fault('states:StartSyncExecution', Fault.throttled().always());
  expect((await site.post(MESSAGE)).status).toBe(503);
  expect(fault.hits).toBe(1);
  expect(site.sim.runs).toEqual([]);
});
