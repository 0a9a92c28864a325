import type { Plan } from './plan';
import { after, before, flat } from './shapes';

/** A group of so many steps, each with a compensation. */
const group = (steps: number, name = 'Group', change: (index: number) => Partial<Plan> = () => ({})): Plan => ({
  name,
  group: flat(steps, name, change).saga,
});

/** A saga inside of another one. */
const nested = (...saga: Plan[]): Plan => ({ name: 'Nested', undo: true, saga });

const pivot: Plan = { name: 'Pivot', undo: true, pivot: true };

/** Sagas with steps that are done at the same time, or with a point of no return, by what they are. */
export const GROUPS: readonly [string, Plan][] = [
  ['a group of 2 at the beginning', { name: 'Trip', saga: [group(2), after] }],
  ['a group of 3 at the beginning', { name: 'Trip', saga: [group(3), after] }],
  ['a group of 2 in the middle', { name: 'Trip', saga: [before, group(2), after] }],
  ['a group of 3 in the middle', { name: 'Trip', saga: [before, group(3), after] }],
  ['a group of 2 at the end', { name: 'Trip', saga: [before, group(2)] }],
  ['a group of 3 at the end', { name: 'Trip', saga: [before, group(3)] }],
  ['a group of 2 and no other step', { name: 'Trip', saga: [group(2)] }],
  ['two groups', { name: 'Trip', saga: [group(2, 'One'), group(2, 'Two')] }],
  [
    'a group of 3, the second without a compensation',
    { name: 'Trip', saga: [group(3, 'Group', (index) => ({ undo: index !== 1 })), after] },
  ],
  [
    'a group of 3, the first two assumed not done',
    { name: 'Trip', saga: [before, group(3, 'Group', (index) => ({ assumeNotDone: index < 2 }))] },
  ],
  [
    'a group whose first step waits for a token, with a heartbeat',
    { name: 'Trip', saga: [before, group(2, 'Group', (index) => ({ waits: index === 0 }))] },
  ],
  ['a group in a saga in a saga', { name: 'Outer', saga: [before, { ...nested(group(2), after), undo: false }] }],
  [
    'a group at the end of a saga in the middle of a saga',
    { name: 'Outer', saga: [before, nested(before, group(2)), after] },
  ],
  ['a saga in a group', { name: 'Outer', saga: [before, { name: 'Group', group: [flat(2, 'Nested'), after] }] }],
  ['a group in a saga in a group', { name: 'Outer', saga: [{ name: 'All', group: [nested(group(2)), after] }, after] }],
  [
    'a sequence and a saga in a sequence in a group',
    {
      name: 'Outer',
      saga: [
        {
          name: 'Group',
          group: [
            { name: 'Both', undo: true, sequence: [{ name: 'First' }, { name: 'Second' }] },
            { name: 'Last', undo: true, sequence: [flat(1, 'Nested')] },
          ],
        },
      ],
    },
  ],
  ['a group in a saga in a sequence', { name: 'Day', sequence: [{ name: 'Trip', saga: [before, group(2)] }, after] }],
  [
    'a group in a saga that is a compensation',
    { name: 'Trip', saga: [{ name: 'First', undo: { name: '', saga: [group(2)] } }, after] },
  ],
  ['a pivot in the middle', { name: 'Trip', saga: [before, pivot, { name: 'Then' }, { name: 'Last' }] }],
  ['a pivot after a group', { name: 'Trip', saga: [group(2), pivot, { name: 'Then' }] }],
  ['a group that is the pivot', { name: 'Trip', saga: [before, { ...group(2), pivot: true }, { name: 'Then' }] }],
];
