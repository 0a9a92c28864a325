import { describe, expect, it } from 'vitest';
import { expressCost, fanOutCost, standardCost } from '../../src/simulator';

describe('the cost of Express executions', () => {
  it('is that of the example on the pricing page: 100 million of 10 s with 64 MB', () => {
    expect(expressCost(100_000_000, { milliseconds: 10_000 })).toBeCloseTo(482.97, 2);
  });

  it('counts every 100 ms and every 64 MB that are begun', () => {
    const hour = 3600 * 16; // of 64 MB each: one GB-hour
    expect(expressCost(hour, { milliseconds: 901, memoryMb: 64 })).toBeCloseTo(0.06 + hour / 1_000_000, 9);
    expect(expressCost(hour, { milliseconds: 1_000, memoryMb: 65 })).toBeCloseTo(0.12 + hour / 1_000_000, 9);
  });

  it.each([
    [1_000, 60],
    [5_000, 60 + 120],
    [6_000, 60 + 120 + 16.42],
  ])('of %s GB-hours is charged by tiers', (gbHours, charged) => {
    const executions = gbHours * 3600 * 16;
    expect(expressCost(executions, { milliseconds: 1_000 }) - executions / 1_000_000).toBeCloseTo(charged, 6);
  });
});

describe('the cost of a million items of one state and 1 s', () => {
  const use = { transitions: 1, milliseconds: 1_000 };

  it.each([
    ['inline', {}, 25],
    ['distributedStandard', {}, 50],
    ['distributedExpress', {}, 26 + 17.361 * 0.06],
    ['distributedExpress', { batchSize: 100, milliseconds: 20_000 }, 0.26 + 3.472 * 0.06],
  ] as const)('%s with %o is $%d', (mode, more, dollars) => {
    expect(fanOutCost(1_000_000, mode, { ...use, ...more })).toBeCloseTo(dollars, 2);
  });
});

it('the start of a Standard execution counts as a transition', () => {
  expect(standardCost(1_000, 3)).toBeCloseTo(0.1, 9);
});
