import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { expect, it } from 'vitest';
import { FailurePolicy, FanOut, Items, NestedWorkflows, Saga, Step, Tolerance, Workflow } from '../src';
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

it('the samples of the README are the code of this test', () => {
  const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => lines(match[1]));
  const code = lines(readFileSync(__filename, 'utf8')).join('\n');
  expect(blocks).toHaveLength(4);
  for (const block of blocks) expect(code).toContain(block.join('\n'));
});
