import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import type { HumanApprovalProps } from '../../src';
import type { Simulator } from '../../src/simulator';
import { asked, emails } from './fixtures';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** The values of the metric so far. */
const written = (sim: Simulator): number[] =>
  sim.logs.flatMap(({ text }) => [...text.matchAll(/"PendingSeconds":(\d+)/g)]).map(([, seconds]) => Number(seconds));

const levels = (...seconds: number[]): Partial<HumanApprovalProps> => ({
  levels: seconds.map((each, index) => ({ approvers: emails(`level${index + 1}`), timeout: Duration.seconds(each) })),
});

describe('operators hear of a request that is still pending when 80 % of its time is over', () => {
  it.each<[string, Partial<HumanApprovalProps>, number, number[]?]>([
    ['with its defaults', { timeout: Duration.days(2) }, 2 * DAY],
    ['without reminders', { timeout: Duration.days(2), remindAfter: Duration.seconds(0) }, 2 * DAY],
    ['that lasts five minutes', { timeout: Duration.minutes(5) }, 5 * MINUTE],
    ['with a last level that is short', levels(7 * DAY, 5 * MINUTE), 7 * DAY + 5 * MINUTE, [7 * DAY]],
    ['with a last level that is long', levels(5 * MINUTE, 7 * DAY), 7 * DAY + 5 * MINUTE],
    ['whose second level begins then', levels(4 * DAY, DAY), 5 * DAY],
    ['with a reminder then', { timeout: Duration.days(5), remindAfter: Duration.days(1) }, 5 * DAY],
  ])('%s', async (_, props, seconds, again = []) => {
    const { sim, run } = await asked(props);
    const at = Math.floor(0.8 * seconds);
    await sim.advance(Duration.seconds(at - 1));
    expect(written(sim)).toEqual([]);
    await sim.advance(Duration.seconds(1));
    expect(written(sim)).toEqual([at]);
    await sim.advance(Duration.seconds(seconds - at));
    expect(run.error).toBe('Approval.Rejected');
    expect(written(sim)).toEqual([at, ...again]);
  });

  it('or as a later level begins, where the one before could not be told and took no time', async () => {
    const short = [
      { approvers: emails('kim'), timeout: Duration.days(9) },
      { approvers: emails('lead'), timeout: Duration.days(1) },
    ];
    const { sim } = await asked({ levels: short }, { requester: '{% $input.by %}' });
    await sim.advance(Duration.minutes(5));
    expect(sim.emails).toHaveLength(1);
    expect(written(sim)).toEqual([expect.any(Number)]);
  });
});

it('nobody hears of a request that was answered in time, and approvers are told no more often for it', async () => {
  const { sim, run, mailTo } = await asked();
  await sim.advance(Duration.hours(38));
  expect(sim.emails).toHaveLength(2);
  await sim.approve(mailTo('lead'));
  await run.done;
  await sim.advance(Duration.days(2));
  expect(written(sim)).toEqual([]);
  const { sim: other } = await asked();
  await other.advance(Duration.hours(47));
  expect(other.emails).toHaveLength(2);
});
