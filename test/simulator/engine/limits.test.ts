import { describe, expect, test } from 'vitest';
import { seededRandom, uuid } from '../../../src/simulator/engine';
import { byteLength, checkPayload, isPayload } from '../../../src/simulator/engine/limits';
import { type RedriveCandidate, redrivability } from '../../../src/simulator/engine/redrive';
import { Variables } from '../../../src/simulator/engine/variables';

const DAY = 24 * 3_600_000;

describe('whether an execution may be redriven', () => {
  const START = Date.parse('2026-01-01T00:00:00Z');
  const failed: RedriveCandidate = {
    status: 'FAILED',
    type: 'STANDARD',
    startDate: new Date(START),
    stopDate: new Date(START),
    history: [],
  };
  const state = (more: Partial<RedriveCandidate>, days = 0) =>
    redrivability({ ...failed, ...more }, START + days * DAY);
  const not = (reason: string) => ({ status: 'NOT_REDRIVABLE', reason });
  const events = (length: number) => Array.from({ length });

  test.each<[string, Partial<RedriveCandidate>, number, object]>([
    ['FAILED', {}, 0, { status: 'REDRIVABLE' }],
    ['TIMED_OUT', { status: 'TIMED_OUT' }, 0, { status: 'REDRIVABLE' }],
    ['ABORTED', { status: 'ABORTED' }, 0, { status: 'REDRIVABLE' }],
    ['RUNNING', { status: 'RUNNING' }, 0, not('Execution is RUNNING and cannot be redriven')],
    ['SUCCEEDED', { status: 'SUCCEEDED' }, 0, not('Execution is SUCCEEDED and cannot be redriven')],
    ['ended by a fault', { fault: new Error() }, 0, not('Execution was ended by a fault of the simulator')],
    ['of type EXPRESS', { type: 'EXPRESS' }, 0, not('Execution is of the type EXPRESS')],
    ['a child of type EXPRESS', { type: 'EXPRESS', mapRunArn: 'arn' }, 0, { status: 'REDRIVABLE_BY_MAP_RUN' }],
    ['of 24998 events', { history: events(24_998) }, 0, { status: 'REDRIVABLE' }],
    ['of 24999 events', { history: events(24_999) }, 0, not('Execution history event limit exceeded')],
    ['14 days old', {}, 14, { status: 'REDRIVABLE' }],
    ['older than 14 days', {}, 14.01, not('Execution redrivable period exceeded')],
    ['a year old', { stopDate: new Date(START + 365 * DAY) }, 365, { status: 'REDRIVABLE' }],
    [
      'older than a year',
      { stopDate: new Date(START + 365 * DAY) },
      365.01,
      not('Execution has exceeded the max execution time'),
    ],
    ['not known to have stopped', { stopDate: undefined }, 20, { status: 'REDRIVABLE' }],
  ])('%s', (_, candidate, days, expected) => {
    expect(state(candidate, days)).toEqual(expected);
  });
});

describe('random numbers', () => {
  test('depend on their seed alone, its fraction included', () => {
    const first = (seed: number) => seededRandom(seed)();
    expect([first(1), first(2), first(1.5), first(-1)]).toEqual([
      0.6270739405881613, 0.7342509443406016, 0.3190071755088866, 0.8964226141106337,
    ]);
    const random = seededRandom(1);
    const many = Array.from({ length: 1_000 }, random);
    expect(many.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(many).size).toBe(1_000);
    expect(many.slice(0, 3)).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  });

  test('make UUIDs of version 4', () => {
    expect(uuid(() => 0)).toBe('00000000-0000-4000-8000-000000000000');
    expect(uuid(() => 0.999)).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
    expect(uuid(() => 0.5)).toBe('88888888-8888-4888-8888-888888888888');
    expect(uuid(() => 0.35)).toBe('55555555-5555-4555-9555-555555555555');
  });
});

describe('the size of data', () => {
  test.each([
    ['', 0],
    ['a', 1],
    ['é', 2],
    ['€', 3],
    ['🙂', 4],
  ])('of %j is %d bytes', (text, bytes) => {
    expect(byteLength(text)).toBe(bytes);
  });

  test.each([
    ['a'.repeat(262_144), true],
    ['a'.repeat(262_145), false],
    ['€'.repeat(87_381), true],
    ['€'.repeat(87_382), false],
  ])('may be 262144 bytes', (text, expected) => {
    expect(isPayload(text)).toBe(expected);
    const check = () => checkPayload(text, 'What');
    if (expected) {
      check();
    } else {
      expect(check).toThrow(
        "The state/task 'What' returned a result with a size exceeding the maximum number of bytes service limit.",
      );
    }
  });
});

describe('the variables of an execution', () => {
  const MIB = 1024 * 1024;
  const text = (bytes: number) => ({ v: JSON.stringify('x'.repeat(bytes - 2)) });
  const assign = (variables: Variables, bytes: number) => {
    variables.check(text(bytes), 'What');
    variables.assign({ v: 'x'.repeat(bytes - 2) }, text(bytes));
  };

  test('may be 10 MiB in all scopes together', () => {
    const outer = new Variables();
    const inner = new Variables(outer);
    assign(outer, 4 * MIB);
    assign(inner, 6 * MIB);
    expect(() => assign(new Variables(inner), 2)).toThrow("The state/task 'What' returned a result");
  });

  test('make room when one is assigned anew, and when a scope ends', () => {
    const outer = new Variables();
    const inner = new Variables(outer);
    assign(outer, 10 * MIB);
    assign(outer, 4 * MIB);
    assign(inner, 6 * MIB);
    inner.forget();
    expect([inner.get('v') === outer.get('v'), inner.all()]).toEqual([true, outer.all()]);
    assign(new Variables(outer), 6 * MIB);
    expect(() => assign(outer, 4 * MIB + 1)).toThrow();
  });

  test('of an inner scope hide none of an outer one, and null is a value', () => {
    const outer = new Variables();
    const inner = new Variables(outer);
    outer.assign({ a: 1, b: null }, { a: '1', b: 'null' });
    inner.assign({ c: 2 }, { c: '2' });
    expect(inner.all()).toEqual({ a: 1, b: null, c: 2 });
    expect([inner.get('a'), inner.get('b'), inner.get('c'), outer.get('c')]).toEqual([1, null, 2, undefined]);
  });
});
