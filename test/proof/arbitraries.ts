import fc from 'fast-check';
import { type Plan, stepsOf } from './plan';

/** Names that have a meaning to JavaScript, to JSONata, to CDK or to the library. */
const DELICATE = [
  'constructor',
  'toString',
  'States',
  'Step',
  'Saga',
  'results',
  '$results',
  'DeadLetterQueue',
  'Definition',
  'Enclosure',
  'Parallel',
  '"quoted"',
  "'s",
  '\\',
  '{% 1 %}',
  '${Name}',
  ' padded ',
  'Ærø 航空 🛫',
];

/** Three levels of them, with what the library puts between, are within the 80 characters of a state's name. */
const MAX_NAME = 14;

const name = fc.oneof(
  { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: MAX_NAME, unit: 'grapheme-ascii' }) },
  { weight: 2, arbitrary: fc.string({ minLength: 1, maxLength: MAX_NAME, unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constantFrom(...DELICATE) },
);

const stepName = name.filter(
  (text) => text.trim() !== '' && !/[.#/\p{Cc}]/u.test(text) && text.length <= MAX_NAME && text !== '__proto__',
);

const businessErrors = fc.uniqueArray(
  name.filter((text) => !text.startsWith('States.')),
  { maxLength: 3 },
);

const task: fc.Arbitrary<Omit<Plan, 'name'>> = fc.record({ businessErrors });

/** Letters and digits tell the queues of the steps that hold steps apart. */
const letters = ({ name }: Plan): string => name.replace(/[^A-Za-z0-9]/g, '');

const clash = (one: Plan, other: Plan): boolean =>
  one.name === other.name || (stepsOf(one).length > 0 && stepsOf(other).length > 0 && letters(one) === letters(other));

const named = (kind: fc.Arbitrary<Omit<Plan, 'name'>>, max: number, min = 1): fc.Arbitrary<Plan[]> =>
  fc.uniqueArray(
    fc
      .tuple(stepName, kind)
      .map(([name, rest]): Plan => ({ name, ...rest }))
      .filter((plan) => stepsOf(plan).length === 0 || letters(plan) !== ''),
    { minLength: min, maxLength: max, comparator: clash },
  );

/** A task, or steps of so many levels. */
const work = (depth: number): fc.Arbitrary<Omit<Plan, 'name'>> =>
  depth === 0
    ? task
    : fc.oneof(
        { weight: 5, arbitrary: task },
        { weight: 1, arbitrary: named(work(depth - 1), 3).map((sequence) => ({ sequence })) },
        { weight: 1, arbitrary: named(work(depth - 1), 3).map((parallel) => ({ parallel })) },
        { weight: 1, arbitrary: named(work(depth - 1), 3).map((choice) => ({ choice })) },
        { weight: 2, arbitrary: sagaSteps(depth - 1, 3).map((saga) => ({ saga })) },
      );

const compensation = (depth: number): fc.Arbitrary<Plan['undo']> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(false) },
    { weight: 4, arbitrary: fc.constant(true) },
    { weight: depth > 0 ? 1 : 0, arbitrary: named(task, 2).map((sequence) => ({ name: '', sequence })) },
  );

/** What may be undone, as a step of a saga or of a group in it. */
const undoable = (depth: number): fc.Arbitrary<Omit<Plan, 'name'>> =>
  fc
    .tuple(work(depth), compensation(depth), fc.boolean())
    .map(([what, undo, assumeNotDone]) => ({ ...what, undo, assumeNotDone }));

const group = (depth: number): fc.Arbitrary<Omit<Plan, 'name'>> =>
  named(undoable(depth), 3, 2).map((group) => ({ group: group.map((step) => permitted(step, false)) }));

const sagaSteps = (depth: number, max: number, groups = depth > 0): fc.Arbitrary<Plan[]> =>
  named(
    fc.oneof(
      { weight: 4, arbitrary: undoable(depth) },
      { weight: groups ? 1 : 0, arbitrary: group(Math.max(depth - 1, 0)) },
    ),
    max,
  ).map((steps) => steps.map((step, index) => permitted(step, index === steps.length - 1)));

/** The nearest step that the library takes: what may hold a saga has a compensation, and what never runs is not said. */
const permitted = (step: Plan, isLast: boolean): Plan => {
  if (step.group) return step;
  const undo = step.undo || (stepsOf(step).length > 0 && !(isLast && step.saga));
  return { ...step, undo, assumeNotDone: Boolean(undo) && !isLast && step.assumeNotDone };
};

/** Perhaps with a point of no return. */
const perhapsPivoted = (steps: Plan[]): fc.Arbitrary<Plan[]> =>
  fc.option(fc.nat({ max: Math.max(steps.length - 2, 0) }), { freq: 2 }).map((pivot) =>
    pivot === null || steps.length < 2
      ? steps
      : steps.map((step, index) => ({
          ...step,
          undo: index > pivot ? false : step.undo,
          assumeNotDone: index < pivot && step.assumeNotDone,
          pivot: index === pivot,
        })),
  );

/** A saga of 1 to 12 steps, which are tasks, perhaps with a point of no return. */
export const flatSagas: fc.Arbitrary<Plan> = sagaSteps(0, 12)
  .chain(perhapsPivoted)
  .map((saga) => ({ name: 'Trip', saga }));

/** A saga of 1 to 12 steps, which are tasks or groups of tasks. */
export const groupedSagas: fc.Arbitrary<Plan> = sagaSteps(0, 12, true).map((saga) => ({ name: 'Trip', saga }));

/** A saga of 1 to 12 steps, which hold others to this depth. */
export const sagas = (depth = 3): fc.Arbitrary<Plan> => sagaSteps(depth, 12).map((saga) => ({ name: 'Trip', saga }));
