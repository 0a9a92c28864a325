import { expect, test } from 'vitest';
import { memoryLimitExceeded, reasonOf } from '../../../src/simulator/engine/query/jsonata-problem';

const STACK =
  ': Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.';
const MEMORY = ': Expression evaluation memory limit exceeded: Check for excessive memory usage';

test.each([
  [new RangeError('Maximum call stack size exceeded'), STACK],
  [{ code: 'D1011', message: 'deep' }, STACK],
  [new RangeError('Invalid string length'), MEMORY],
  [new RangeError('Invalid array length'), MEMORY],
  [new RangeError('Invalid count value: Infinity'), MEMORY],
  [new RangeError('Array buffer allocation failed'), MEMORY],
  [{ code: 'D2014', message: 'long' }, MEMORY],
  [memoryLimitExceeded(), MEMORY],
  [{ code: 'D1012', message: 'slow' }, ': Expression evaluation timeout: Check for infinite loop'],
  [
    new RangeError('The number NaN cannot be converted to a BigInt'),
    ': The number NaN cannot be converted to a BigInt',
  ],
  [new Error('Invalid string length of the user’s'), ': Invalid string length of the user’s'],
  [{ code: 'T2002', message: 'no number' }, '. T2002: no number'],
])('what threw an error has the reason: %s', (thrown, reason) => {
  expect(reasonOf(thrown)).toBe(reason);
});
