import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, Duration, type Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import { expect, it } from 'vitest';
import {
  Approver,
  ContactForm,
  EmailSender,
  FailurePolicy,
  FanOut,
  HumanApproval,
  Items,
  NestedWorkflows,
  Saga,
  Step,
  Tolerance,
  Workflow,
} from '../src';
import { Mock, Simulator } from '../src/simulator';
import { fn, newStack } from './fixtures';

/** The samples of the README, as code that runs. */
class Samples {
  booking(this: Stack) {
    const [bookFlight, cancelFlight, bookHotel, cancelHotel, chargeCard, website] = [
      'BookFlightFn',
      'CancelFlightFn',
      'BookHotelFn',
      'CancelHotelFn',
      'ChargeCardFn',
      'WebsiteFn',
    ].map((id) => fn(this, id));
    const onCall = new sns.Topic(this, 'OnCall');
    const booking = new Saga(this, 'Booking', {
      steps: [
        { name: 'BookFlight', action: Step.invoke(bookFlight), compensation: Step.invoke(cancelFlight) },
        { name: 'BookHotel', action: Step.invoke(bookHotel), compensation: Step.invoke(cancelHotel) },
        { name: 'ChargeCard', action: Step.invoke(chargeCard, { businessErrors: ['CardDeclined'] }) },
      ],
      alarmTopic: onCall,
    });
    booking.grantStartExecution(website);
    website.addEnvironment('BOOKING', booking.aliasArn);
    return booking;
  }

  fanOut(this: Stack) {
    const [notify, resize] = ['NotifyFn', 'ResizeFn'].map((id) => fn(this, id));
    const uploads = new s3.Bucket(this, 'Uploads');
    new FanOut(this, 'Channels', {
      items: Items.at('{% $input.channels %}'),
      step: Step.invoke(notify),
    });
    const thumbnails = new FanOut(this, 'Thumbnails', {
      items: Items.objects(uploads, 'incoming/'),
      step: Step.invoke(resize),
      maxConcurrency: 100,
      tolerance: Tolerance.percentage(5),
    });
    return { uploads, thumbnails };
  }

  nested(this: Stack) {
    const [identity, device] = ['IdentityCheck', 'DeviceCheck'].map(
      (id) => new Workflow(this, id, { definition: Step.invoke(fn(this, `${id}Fn`)) }),
    );
    return new NestedWorkflows(this, 'FraudAnalysis', {
      children: [
        { name: 'Identity', workflow: identity },
        { name: 'Device', workflow: device, failurePolicy: FailurePolicy.ignore('a hint, no more') },
      ],
    });
  }

  approval(this: Stack) {
    const [check, payOut] = ['CheckFn', 'PayOutFn'].map((id) => fn(this, id));
    const domain = new ses.EmailIdentity(this, 'Domain', { identity: ses.Identity.domain('acme.example') });
    const refund = new HumanApproval(this, 'Refund', {
      approvers: [Approver.email('lead@acme.example')],
      sender: EmailSender.identity(domain, 'approvals@acme.example'),
      timeout: Duration.days(2),
    });
    const refunds = new Workflow(this, 'Refunds', {
      definition: Step.sequence([
        { name: 'Check', step: Step.invoke(check) },
        { name: 'Approve', step: refund.ask({ question: "{% 'Refund ' & $string($input.amount) & ' EUR?' %}" }) },
        { name: 'PayOut', step: Step.invoke(payOut) },
      ]),
    });
    return refunds;
  }

  form(this: Stack) {
    const domain = new ses.EmailIdentity(this, 'Domain', { identity: ses.Identity.domain('acme.example') });
    const contact = new ContactForm(this, 'Contact', {
      recipient: 'hello@acme.example',
      sender: EmailSender.identity(domain, 'site@acme.example'),
      allowOrigins: ['https://acme.example'],
      thankYouUrl: 'https://acme.example/thanks.html',
    });
    new CfnOutput(this, 'FormUrl', { value: contact.url });
    return contact;
  }

  async answer(sim: Simulator, refunds: Workflow) {
    const order = sim.begin(refunds, { amount: 40 });
    await sim.settle();
    await sim.approve(sim.emails[0], { decision: 'rejected', comment: 'too much' });
    await sim.settle();
    order.error;
    return order;
  }

  async simulation(stack: Stack, booking: Saga) {
    const sim = Simulator.fromStack(stack);
    const run = await sim.start(booking, { to: 'OSL' });
    run.status;
    run.visited;
    run.calls;
    sim.mock('BookHotel', Mock.timesOut());
    const late = await sim.start(booking, { to: 'OSL' });
    late.error;
    late.visited;
    await sim.close();
    return { run, late };
  }
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/\s*\/\/.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('import '));

it('the samples of the README do what it says', async () => {
  const stack = newStack();
  const samples = new Samples();
  const { run, late } = await samples.simulation(stack, samples.booking.call(stack));
  expect(run.status).toBe('SUCCEEDED');
  expect(run.visited).toEqual(['BookFlight', 'BookHotel', 'ChargeCard']);
  expect(run.calls.map((call) => call.allowed)).toEqual([true, true, true]);
  expect(late.error).toBe('Saga.Compensated');
  expect(late.visited.slice(-3)).toEqual(['Compensate BookHotel', 'Compensate BookFlight', 'Saga Failed']);
});

it('the fan-out of the README reports what it did', async () => {
  const stack = newStack();
  const { uploads, thumbnails } = new Samples().fanOut.call(stack);
  const sim = Simulator.fromStack(stack);
  try {
    sim.putObject(uploads, 'incoming/a.png', 'x');
    const { output } = await sim.start(thumbnails);
    expect(output).toMatchObject({ total: 1, succeeded: 1, failed: 0 });
  } finally {
    await sim.close();
  }
});

it('the nested workflows of the README ignore the failure that they say', async () => {
  const stack = newStack();
  const analysis = new Samples().nested.call(stack);
  const sim = Simulator.fromStack(stack);
  try {
    sim.mock('DeviceCheck', Mock.fails('Broken'));
    const { output } = await sim.start(analysis);
    expect(output).toMatchObject({ Identity: { ok: true }, Device: { failed: true, ignored: 'a hint, no more' } });
  } finally {
    await sim.close();
  }
});

it('the approval of the README pays out once it is approved', async () => {
  const stack = newStack();
  const refunds = new Samples().approval.call(stack);
  const sim = Simulator.fromStack(stack);
  try {
    const run = sim.begin(refunds, { amount: 40 });
    await sim.settle();
    expect(sim.emails[0].text).toContain('Refund 40 EUR?');
    await sim.approve(sim.emails[0]);
    await sim.settle();
    expect(run.status).toBe('SUCCEEDED');
    expect(run.visited).toContain('PayOut');
  } finally {
    await sim.close();
  }
});

it('the answer of the README rejects', async () => {
  const stack = newStack();
  const samples = new Samples();
  const refunds = samples.approval.call(stack);
  const sim = Simulator.fromStack(stack);
  try {
    expect((await samples.answer(sim, refunds)).error).toBe('Approval.Rejected');
  } finally {
    await sim.close();
  }
});

it('the contact form of the README mails what a visitor sends', async () => {
  const stack = newStack();
  const contact = new Samples().form.call(stack);
  const sim = Simulator.fromStack(stack);
  try {
    const response = await sim.fetch(sim.resolve(contact.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://acme.example' },
      body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', message: 'Hello' }),
    });
    expect(response.status).toBe(202);
    await sim.settle();
    expect(sim.emails).toMatchObject([{ to: ['hello@acme.example'], replyTo: ['ada@example.com'] }]);
  } finally {
    await sim.close();
  }
});

it('the samples of the README are the code of this test', () => {
  const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => lines(match[1]));
  const code = lines(readFileSync(__filename, 'utf8')).join('\n');
  expect(blocks).toHaveLength(7);
  for (const block of blocks) expect(code).toContain(block.join('\n'));
});
