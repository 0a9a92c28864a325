import { expect, test } from 'vitest';
import { SimulatorFault } from '../../../../src/simulator/engine/fault';
import { matches } from '../../../../src/simulator/services/events/pattern';
import { parseSchedule } from '../../../../src/simulator/services/events/schedule-expression';

const EVENT = {
  source: 'shop',
  resources: ['arn:a', 'arn:b'],
  detail: { state: 'OPEN', amount: 12, ip: '10.0.0.7', nothing: null, open: true, items: [{ id: 1 }, { id: 2 }] },
};

test.each<[string, object, boolean]>([
  ['a value', { source: ['shop'] }, true],
  ['another value', { source: ['store'] }, false],
  ['one of several values', { source: ['store', 'shop'] }, true],
  ['one value of a list', { resources: ['arn:b'] }, true],
  ['all names at once', { source: ['shop'], detail: { state: ['CLOSED'] } }, false],
  ['null', { detail: { nothing: [null] } }, true],
  ['a truth', { detail: { open: [true] } }, true],
  ['a number as a text', { detail: { amount: ['12'] } }, false],
  ['a prefix', { detail: { state: [{ prefix: 'OP' }] } }, true],
  ['a prefix in any case', { detail: { state: [{ prefix: { 'equals-ignore-case': 'op' } }] } }, true],
  ['a suffix', { detail: { state: [{ suffix: 'EN' }] } }, true],
  ['another case', { detail: { state: [{ 'equals-ignore-case': 'open' }] } }, true],
  ['a wildcard', { detail: { state: [{ wildcard: 'O*N' }] } }, true],
  ['a wildcard that is too short', { detail: { state: [{ wildcard: '*X*' }] } }, false],
  ['anything but others', { detail: { state: [{ 'anything-but': ['CLOSED'] }] } }, true],
  ['anything but itself', { detail: { state: [{ 'anything-but': 'OPEN' }] } }, false],
  ['anything but its prefix', { detail: { state: [{ 'anything-but': { prefix: 'O' } }] } }, false],
  ['anything but of what is absent', { detail: { other: [{ 'anything-but': 'x' }] } }, false],
  ['a range', { detail: { amount: [{ numeric: ['>', 10, '<=', 12] }] } }, true],
  ['another range', { detail: { amount: [{ numeric: ['>', 12] }] } }, false],
  ['an address range', { detail: { ip: [{ cidr: '10.0.0.0/24' }] } }, true],
  ['another address range', { detail: { ip: [{ cidr: '10.0.1.0/24' }] } }, false],
  ['what exists', { detail: { state: [{ exists: true }] } }, true],
  ['what is absent', { detail: { other: [{ exists: false }] } }, true],
  ['what is absent with its parent', { other: { more: [{ exists: false }] } }, true],
  ['an object of a list', { detail: { items: { id: [2] } } }, true],
  ['one side of an or', { $or: [{ source: ['store'] }, { detail: { state: ['OPEN'] } }] }, true],
  ['no side of an or', { $or: [{ source: ['store'] }, { detail: { state: ['CLOSED'] } }] }, false],
])('a pattern that asks for %s', (_what, pattern, expected) => {
  expect(matches(pattern as { [name: string]: unknown }, EVENT)).toBe(expected);
});

test('fails with an operator that is not known', () => {
  expect(() => matches({ source: [{ like: 'x' }] }, EVENT)).toThrow(SimulatorFault);
});

const START = Date.UTC(2026, 0, 1);
const next = (expression: string, after: string) => {
  const time = parseSchedule(expression, START)(Date.parse(after));
  return time === undefined ? undefined : new Date(time).toISOString();
};

test.each([
  ['rate(5 minutes)', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00.000Z'],
  ['rate(1 day)', '2026-01-03T12:00:00Z', '2026-01-04T00:00:00.000Z'],
  ['cron(0 10 * * ? *)', '2026-01-01T10:00:00Z', '2026-01-02T10:00:00.000Z'],
  ['cron(0/15 9-17 ? * MON-FRI *)', '2026-01-02T17:45:00Z', '2026-01-05T09:00:00.000Z'],
  ['cron(30 8 1 JAN,JUL ? *)', '2026-01-01T08:30:00Z', '2026-07-01T08:30:00.000Z'],
  ['at(2026-01-01T10:00:00)', '2026-01-01T09:00:00Z', '2026-01-01T10:00:00.000Z'],
  ['at(2026-01-01T10:00:00)', '2026-01-01T10:00:00Z', undefined],
  ['cron(0 0 1 1 ? 2020)', '2026-01-01T00:00:00Z', undefined],
])('%s after %s is due at %s', (expression, after, expected) => {
  expect(next(expression, after)).toBe(expected);
});

test.each(['cron(0 10 L * ? *)', 'cron(0 10 * *)', 'rate(5 weeks)', 'every day'])('fails with %s', (expression) => {
  expect(() => next(expression, '2026-01-01T00:00:00Z')).toThrow('is not supported');
});
