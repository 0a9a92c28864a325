import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { FraudStack } from '../examples/fraud-analysis/fraud-stack';
import { ThumbnailsStack } from '../examples/thumbnails/thumbnails-stack';
import { simulate } from './simulator/simulate';

describe('the fraud analysis', () => {
  it.each([
    ['approves a usual payment', { country: 'NO', device: 'phone', amount: 100 }, 'approved'],
    [
      'approves one from a device that is missing, which is no reason to refuse',
      { country: 'NO', amount: 100 },
      'approved',
    ],
    ['refuses a large one from abroad', { country: 'XX', device: 'phone', amount: 9000 }, 'refused'],
  ])('%s', async (_, payment, decision) => {
    const bank = new FraudStack(new App(), 'Bank');
    const run = await simulate(bank).start(bank.payments, payment);
    expect(run.output).toMatchObject({ Decision: decision });
    expect(run.children.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });
});

describe('the thumbnails', () => {
  it('are made of all pictures but those that are none, which can be done again', async () => {
    const media = new ThumbnailsStack(new App(), 'Media');
    const sim = simulate(media);
    for (let n = 0; n < 20; n++) sim.putObject(media.uploads, `incoming/${n}.${n === 7 ? 'exe' : 'png'}`, 'x');
    const { output } = await sim.start(media.thumbnails);
    expect(output).toMatchObject({ total: 20, succeeded: 19, failed: 1 });
    const again = await sim.start(media.again, output);
    expect([again.status, again.mapRuns[0].itemCounts.total]).toEqual(['FAILED', 1]);
  });
});
