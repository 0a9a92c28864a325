import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { Compensations, SagaError } from './compensation';
import { bindFlow, type FlowPlace } from './enclose';
import { checkStepNames, invalid, stepId } from './names';
import { bindGroup, SagaGroup } from './saga-group';
import { checkNothingLeftDone, checkWhenUnknown, type SagaStep, UnknownOutcome } from './saga-step';
import { combined, inOrder } from './sequence';

/** The steps of a saga. */
export interface SagaOptions {
  /** The steps, in the order in which they are done; they are undone in the opposite order. */
  readonly steps: SagaStep[];
}

/** Steps that are undone, newest first, when a later one fails. */
export class SagaFlow implements IStep {
  constructor(private readonly options: SagaOptions) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { steps } = this.options;
    const names = steps.map((step) => step.name);
    const groups = steps.filter((step) => step.action instanceof SagaGroup).map((step) => step.name);
    const taken = [
      ...names.flatMap((name) => [`Compensate ${name}`, `Park ${name}`]),
      ...groups.flatMap((name) => [`${name} done?`, `${name} succeeded`, `Undo ${name}`]),
    ];
    checkStepNames(scope, `the saga '${options.stateName}'`, names, [...taken, 'Saga Failed']);
    checkPivot(scope, steps);
    checkUnknownOutcomes(scope, steps);
    return bindFlow(scope, id, options, {
      comment: `Does ${names.join(', ')}; when one fails, undoes what was done, newest first`,
      // It has undone what it could, and parked the rest.
      businessErrors: [SagaError.COMPENSATED, SagaError.PARTLY_COMPENSATED],
      states: (own, place) => bindSteps(own, place, steps),
    });
  }
}

function checkUnknownOutcomes(scope: Construct, steps: SagaStep[]): void {
  for (const [index, step] of steps.entries()) {
    const { name, action, compensation, whenUnknown } = step;
    if (!(action instanceof SagaGroup)) checkWhenUnknown(scope, step);
    if (compensation && whenUnknown === UnknownOutcome.ASSUME_NOT_DONE && index === lastUndoing(steps)) {
      throw invalid(
        scope,
        `the compensation of '${name}', ${index === steps.length - 1 ? 'the last step' : 'the pivot'}, could never run with ASSUME_NOT_DONE; drop one of the two`,
      );
    }
  }
}

function checkPivot(scope: Construct, steps: SagaStep[]): void {
  const [pivot, second] = steps.filter((step) => step.pivot);
  if (second)
    throw invalid(scope, `'${pivot.name}' and '${second.name}' are both pivots; a saga has one point of no return`);
  if (pivot === undefined) return;
  const after = steps.slice(steps.indexOf(pivot) + 1);
  if (after.length === 0) {
    throw invalid(
      scope,
      `the pivot '${pivot.name}' is the last step, after which nothing could be undone anyway; remove pivot`,
    );
  }
  const wrong = after.find((step) => step.compensation);
  if (wrong) {
    throw invalid(
      scope,
      `'${wrong.name}' has a compensation but comes after the pivot '${pivot.name}', from where the saga only goes on; remove one of the two`,
    );
  }
}

/** The last step whose failure undoes anything: the pivot, or the last of all. */
function lastUndoing(steps: SagaStep[]): number {
  const pivot = steps.findIndex((step) => step.pivot);
  return pivot < 0 ? steps.length - 1 : pivot;
}

/** One state per action, two per compensation, one end. On success only the actions are entered. */
function bindSteps(scope: Construct, place: FlowPlace, steps: SagaStep[]): StepConfig {
  const compensations = new Compensations(scope, place);
  // Where a failure goes: built oldest first, as each compensation leads to the one before it.
  let undoing: sfn.IChainable = compensations.end;
  const undone: StepConfig[] = [];
  const done = steps.map((step, index) => {
    const last = place.options.last === true && index === steps.length - 1;
    if (step.action instanceof SagaGroup) {
      checkGroup(scope, step, index > lastUndoing(steps));
      const group = bindGroup(scope, place, compensations, step.action, { name: step.name, last, earlier: undoing });
      undone.push(...group.undone);
      undoing = group.undoing;
      return group.done;
    }
    const { name, action, compensation, whenUnknown } = step;
    const earlier = undoing;
    if (compensation) {
      const own = compensations.add(name, compensation, earlier);
      undone.push(own);
      undoing = own.chain;
    }
    const unknown = whenUnknown === UnknownOutcome.ASSUME_NOT_DONE ? earlier : undoing;
    const config = action.bind(scope, stepId(name), {
      ...place.child(name),
      recordAs: name,
      last,
      ...(index > lastUndoing(steps)
        ? { retryEveryError: true }
        : {
            onBusinessError: compensations.afterFailureOf(name, earlier),
            onError: compensations.afterFailureOf(name, unknown),
          }),
    });
    // A saga that is itself the last step whose failure undoes anything has undone its own.
    const undoesItself = index === lastUndoing(steps) && action instanceof SagaFlow;
    if (!compensation && !undoesItself) checkNothingLeftDone(scope, name, config);
    if (config.holdsSaga && index > lastUndoing(steps)) {
      throw invalid(
        scope,
        `'${name}' has a saga inside and comes after the pivot, from where nothing is undone; use Step.sequence`,
      );
    }
    return config;
  });
  const { deadLetterQueues = [], standardOnly = [], ...together } = combined([...done, ...undone]);
  return {
    ...together,
    holdsSaga: true,
    orderlyErrors: [SagaError.COMPENSATED],
    standardOnly: [
      `'${place.options.stateName}' is a saga, and an Express execution may run more than once, and no event tells of its end`,
      ...standardOnly,
    ],
    chain: inOrder(done.map((config) => config.chain)),
    deadLetterQueues: [...compensations.deadLetterQueues, ...deadLetterQueues],
  };
}

function checkGroup(scope: Construct, { name, compensation, whenUnknown }: SagaStep, afterPivot: boolean): void {
  if (compensation || whenUnknown) {
    throw invalid(scope, `'${name}' is a group: give compensations and whenUnknown to its own steps`);
  }
  if (afterPivot) {
    throw invalid(scope, `the group '${name}' comes after the pivot, from where nothing is undone; use Step.parallel`);
  }
}
