import { Token } from 'aws-cdk-lib';
import fc from 'fast-check';
import { sagas } from './arbitraries';
import { type Plan, stepsOf } from './plan';

type Steps = readonly Plan[];

/** What makes steps invalid, wherever they are. */
const OF_STEPS: { readonly [defect: string]: (steps: Steps) => Steps } = {
  'no steps': () => [],
  'two steps of one name': (steps) => [...steps, steps[0]],
  'an empty name': (steps) => [{ ...steps[0], name: ' ' }, ...steps.slice(1)],
  'a name with a dot': (steps) => [...steps, { name: 'A.B' }],
  'a name with a slash': (steps) => [{ name: 'A/B' }, ...steps],
  'a name with a hash': (steps) => [...steps, { name: 'A#B' }],
  'a name with a control character': (steps) => [{ name: 'A\u0000' }, ...steps],
  'a token as a name': (steps) => [...steps, { name: Token.asString({ Ref: 'Name' }) }],
  'a name that is too long': (steps) => [...steps, { name: 'x'.repeat(81) }],
  'a business error that says nothing of what happened': (steps) => [
    ...steps,
    { name: 'Bad', businessErrors: ['States.Timeout'] },
  ],
  'an empty business error': (steps) => [{ name: 'Bad', businessErrors: [''] }, ...steps],
};

/** What makes the steps of a saga or of a group in it invalid. */
const OF_UNDOABLE: typeof OF_STEPS = {
  'an outcome assumed where nothing is undone': (steps) => [{ name: 'Bad', assumeNotDone: true }, ...steps],
  'a saga that nothing would undo': (steps) => [{ name: 'Bad', saga: [{ name: 'I', undo: true }] }, ...steps],
};

const PAIR: Steps = [{ name: 'One', undo: true }, { name: 'Two' }];
const PIVOT: Plan = { name: 'Pivot', undo: true, pivot: true };

/** What makes the steps of a saga invalid. */
const OF_SAGA: typeof OF_STEPS = {
  ...OF_UNDOABLE,
  'a compensation that never runs': (steps) => [...steps, { name: 'Bad', undo: true, assumeNotDone: true }],
  'a compensation of a group': (steps) => [{ name: 'Bad', undo: true, group: PAIR }, ...steps],
  'a step named as a state of a group': (steps) => [{ name: 'Bad', group: PAIR }, ...steps, { name: 'Bad done?' }],
  'a saga beside others at the end': (steps) => [
    ...steps,
    { name: 'Bad', parallel: [{ name: 'I', saga: [{ name: 'I', undo: true }] }, { name: 'J' }] },
  ],
  'a saga after the point of no return': () => [PIVOT, { name: 'Bad', saga: [{ name: 'I', undo: true }] }],
  'two points of no return': (steps) => [PIVOT, { ...PIVOT, name: 'Bad' }, ...steps],
  'a last step that is the point of no return': (steps) => [...steps, PIVOT],
  'a compensation after the point of no return': (steps) => [PIVOT, { name: 'Bad', undo: true }, ...steps],
  'a group after the point of no return': () => [PIVOT, { name: 'Bad', group: PAIR }],
};

/** What makes the steps of a group invalid. */
const OF_GROUP: typeof OF_STEPS = {
  ...OF_UNDOABLE,
  'one step alone': (steps) => steps.slice(0, 1),
  'a group in a group': (steps) => [...steps, { name: 'Bad', group: PAIR }],
  'a point of no return in a group': (steps) => [...steps, PIVOT],
  'a step named as the failure of another': (steps) => [...steps, { name: `${steps[0].name} failed` }],
};

/** A plan with one defect, and which. */
export const defective: fc.Arbitrary<{ readonly defect: string; readonly plan: Plan }> = sagas().chain((plan) =>
  fc.constantFrom(...flows(plan)).chain((flow) =>
    fc
      .constantFrom(...Object.entries({ ...OF_STEPS, ...(flow.saga ? OF_SAGA : {}), ...(flow.group ? OF_GROUP : {}) }))
      .map(([defect, spoil]) => ({
        defect,
        plan: spoiled(plan, flow, spoil),
      })),
  ),
);

const flows = (plan: Plan): Plan[] => (stepsOf(plan).length > 0 ? [plan, ...stepsOf(plan).flatMap(flows)] : []);

const spoiled = (plan: Plan, flow: Plan, spoil: (steps: Steps) => Steps): Plan => {
  const { saga, sequence, parallel, choice, group } = plan;
  const change = (steps?: Steps) =>
    steps && (plan === flow ? spoil(steps) : steps.map((step) => spoiled(step, flow, spoil)));
  return {
    ...plan,
    saga: change(saga),
    sequence: change(sequence),
    parallel: change(parallel),
    choice: change(choice),
    group: change(group),
  };
};
