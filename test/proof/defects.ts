import { Token } from 'aws-cdk-lib';
import fc from 'fast-check';
import { sagas } from './arbitraries';
import { type Plan, stepsOf } from './model';

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

/** What makes the steps of a saga invalid. */
const OF_SAGA: typeof OF_STEPS = {
  'an outcome assumed where nothing is undone': (steps) => [{ name: 'Bad', assumeNotDone: true }, ...steps],
  'a compensation that never runs': (steps) => [...steps, { name: 'Bad', undo: true, assumeNotDone: true }],
  'a saga that nothing would undo': (steps) => [{ name: 'Bad', saga: [{ name: 'I', undo: true }] }, ...steps],
};

/** A plan with one defect, and which. */
export const defective: fc.Arbitrary<{ readonly defect: string; readonly plan: Plan }> = sagas().chain((plan) =>
  fc.constantFrom(...flows(plan)).chain((flow) =>
    fc.constantFrom(...Object.entries({ ...OF_STEPS, ...(flow.saga ? OF_SAGA : {}) })).map(([defect, spoil]) => ({
      defect,
      plan: spoiled(plan, flow, spoil),
    })),
  ),
);

const flows = (plan: Plan): Plan[] => (stepsOf(plan).length > 0 ? [plan, ...stepsOf(plan).flatMap(flows)] : []);

const spoiled = (plan: Plan, flow: Plan, spoil: (steps: Steps) => Steps): Plan => {
  const { saga, sequence, parallel, choice } = plan;
  const change = (steps?: Steps) =>
    steps && (plan === flow ? spoil(steps) : steps.map((step) => spoiled(step, flow, spoil)));
  return {
    ...plan,
    saga: change(saga),
    sequence: change(sequence),
    parallel: change(parallel),
    choice: change(choice),
  };
};
