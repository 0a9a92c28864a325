import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepCatch, StepConfig } from './bind';
import { type Compensations, ERROR_OUTPUT, SagaError } from './compensation';
import { children, type FlowPlace } from './enclose';
import { object, quote, variable } from './expression';
import { goOn } from './go-on';
import { checkStepNames, invalid, stateName, stepId } from './names';
import { addCatches, type Outcome, outcome } from './outcome';
import { checkNothingLeftDone, checkWhenUnknown, type SagaStep, UnknownOutcome } from './saga-step';
import { combined } from './sequence';
import { longestOf } from './worst-case';

/** Steps of a saga that are done at the same time. */
export class SagaGroup implements IStep {
  constructor(readonly steps: SagaStep[]) {}

  bind(scope: Construct, _id: string, options: StepBindOptions): StepConfig {
    throw invalid(
      scope,
      `the group '${options.stateName}' stands outside of a saga; make it the action of one of its steps`,
    );
  }
}

/** Where a group stands in its saga. */
export interface GroupPlace {
  readonly name: string;
  readonly last: boolean;
  /** What undoes the step before it. */
  readonly earlier: sfn.IChainable;
}

/** A step of a group, and its name in the saga. */
interface Member extends SagaStep {
  readonly full: string;
}

/** A group in the definition: what it does, and what undoes it. */
export interface BoundGroup {
  readonly done: StepConfig;
  readonly undone: StepConfig[];
  readonly undoing: sfn.IChainable;
}

/**
 * Binds a group: a Parallel each of whose branches catches its own errors and tells its outcome, so that it is known of
 * every member whether it has happened; then a choice between going on and undoing those that may have.
 */
export function bindGroup(
  parent: Construct,
  place: FlowPlace,
  compensations: Compensations,
  { steps }: SagaGroup,
  { name, last, earlier }: GroupPlace,
): BoundGroup {
  const scope = new Construct(parent, stepId(name));
  checkMembers(scope, name, steps);
  const members = steps.map((step) => ({ ...step, full: `${name}.${step.name}` }));

  const undone: StepConfig[] = [];
  let undoing = earlier;
  for (const { name: member, full, compensation } of members) {
    if (!compensation) continue;
    const undo = compensations.add(full, compensation, undoing, [name, member]);
    undone.push(undo);
    undoing = compensations.unlessNotDone(full, undo.chain, undoing);
  }

  const options = { ...place.child(name), onError: compensations.afterFailureOf(name, undoing) };
  const branches = members.map((member) => bindMember(scope, options, member));
  const parallel = sfn.Parallel.jsonata(scope, 'Parallel', {
    stateName: stateName(scope, options.stateName),
    comment: `Does ${steps.map((step) => step.name).join(', ')} at the same time`,
    ...together(options, name, steps),
  }).branch(...branches.map((branch) => branch.chain));
  addCatches(parallel, options);

  return {
    undone,
    undoing,
    done: {
      ...combined(branches),
      chain: goOn(scope, parallel, {
        choice: { stateName: `${options.stateName} done?`, comment: 'Goes on where all were done, else back' },
        unless: `$exists($${variable('saga', options.depth)}.error)`,
        elsewhere: undoing,
        end: last
          ? { stateName: `${options.stateName} succeeded`, returns: `$${variable('results', options.depth)}` }
          : undefined,
      }),
      worstCase: [longestOf(options.stateName, branches)],
    },
  };
}

function checkMembers(scope: Construct, name: string, steps: SagaStep[]): void {
  const names = steps.map((step) => step.name);
  checkStepNames(
    scope,
    `the group '${name}'`,
    names,
    names.map((member) => `${member} failed`),
  );
  for (const step of steps) checkWhenUnknown(scope, step);
  if (steps.length === 1) throw invalid(scope, `the group '${name}' has one step; lay it in the saga itself`);
  const odd = steps.find(({ action, pivot }) => pivot || action instanceof SagaGroup);
  if (odd)
    throw invalid(
      scope,
      `'${odd.name}' of the group '${name}' is a pivot or a group itself; neither can be in a group`,
    );
}

/** A branch: the action, whose failure is an outcome like any other. */
function bindMember(scope: Construct, group: StepBindOptions, step: Member): StepConfig {
  const place = children(group)(step.name);
  const failed = sfn.Pass.jsonata(scope, `${step.name} failed`, {
    stateName: stateName(scope, `${place.stateName} failed`),
    comment: `Tells the outcome of ${step.name} after a failure`,
  });
  const outcomeWith = (notDone: boolean): StepCatch => ({
    handler: failed,
    output: object({ failure: object({ step: quote(step.full), ...ERROR_OUTPUT }), notDone: String(notDone) }),
  });
  const config = step.action.bind(scope, stepId(step.name), {
    ...place,
    depth: group.depth + 1,
    recordAs: 'result',
    last: true,
    onBusinessError: outcomeWith(true),
    onError: outcomeWith(step.whenUnknown === UnknownOutcome.ASSUME_NOT_DONE),
  });
  if (!step.compensation) checkNothingLeftDone(scope, step.name, config);
  return config;
}

/** What is kept of a group: the results of those that have one, and the failure if there is one. */
function together(options: StepBindOptions, name: string, steps: SagaStep[]): Outcome {
  const results = steps.map((step, index) => [step.name, `$states.result[${index}].result`]);
  const failure = object({
    step: '$failed[0].failure.step',
    error: '$failed[0].failure.error',
    cause: '$failed[0].failure.cause',
    compensated: '[]',
    notCompensated: `[$failed[failure.error = ${quote(SagaError.PARTLY_COMPENSATED)}].failure.step]`,
    notParked: '[]',
    notDone: '[$failed[notDone].failure.step]',
  });
  const saga = `($failed := $states.result[$exists(failure)]; $exists($failed) ? ${failure} : {})`;
  const assign = { [variable('saga', options.depth)]: saga };
  return outcome({ ...options, recordAs: name, assign }, object(Object.fromEntries(results)));
}
