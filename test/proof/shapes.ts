import type { Plan } from './plan';

const LETTERS = ['A', 'B', 'C', 'D', 'E'];

/** A saga of so many steps, each with a compensation. */
export const flat = (steps: number, name = 'Trip', change: (index: number) => Partial<Plan> = () => ({})): Plan => ({
  name,
  undo: true,
  saga: LETTERS.slice(0, steps).map((letter, index) => ({ name: letter, undo: true, ...change(index) })),
});

export const before: Plan = { name: 'Before', undo: true };
export const after: Plan = { name: 'After', undo: true };
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Sagas whose steps are done one after the other, by what they are. */
export const SEQUENTIAL: readonly [string, Plan][] = [
  ...numbers(1, 5).map((n): [string, Plan] => [`${n} steps`, flat(n)]),
  ...numbers(2, 5).map((n): [string, Plan] => [
    `${n} steps, the second without a compensation`,
    flat(n, 'Trip', (index) => ({ undo: index !== 1 })),
  ]),
  ...numbers(2, 4).map((n): [string, Plan] => [
    `${n} steps, all but the last assumed not done`,
    flat(n, 'Trip', (index) => ({ assumeNotDone: index < n - 1 })),
  ]),
  ...numbers(1, 3).map((n): [string, Plan] => [
    `${n} steps that wait for a token, with a heartbeat`,
    flat(n, 'Trip', () => ({ waits: true })),
  ]),
  ...numbers(1, 3).map((n): [string, Plan] => [
    `a saga of ${n} steps in the middle of a saga`,
    { name: 'Outer', saga: [before, flat(n, 'Nested'), after] },
  ]),
  [
    'a saga of 2 steps, without a compensation, at the end of a saga',
    { name: 'Outer', saga: [before, { ...flat(2, 'Nested'), undo: false }] },
  ],
  [
    'a saga in a saga in a saga',
    { name: 'Outer', saga: [before, { name: 'Middle', undo: true, saga: [flat(1, 'Nested'), after] }, after] },
  ],
  ...numbers(1, 3).map((n): [string, Plan] => [
    `a saga of ${n} steps in the middle of a sequence`,
    { name: 'Day', sequence: [{ name: 'Before' }, flat(n), { name: 'After' }] },
  ]),
  [
    'a saga of 2 steps in a sequence in a saga',
    {
      name: 'Outer',
      saga: [before, { name: 'Both', undo: true, sequence: [{ name: 'First' }, flat(2, 'Nested')] }, after],
    },
  ],
];
