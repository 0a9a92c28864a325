import { afterPivot, BUSINESS_ERROR, type Plan, stepsOf, taken, waitingState } from './plan';

/** How tasks end, by the names of their states; one without a fault succeeds at once. */
export type Faults = ReadonlyMap<string, { readonly error?: string; readonly attempts: number }>;

/** What should happen. */
export interface Prediction {
  readonly error?: string;
  readonly cause?: Cause;
  /** The states in their order; one that is no task has no attempts. What is done at the same time is told one after the other. */
  readonly visits: { readonly name: string; readonly attempts: number }[];
  readonly parked: { readonly step: string; readonly key: string; readonly error: string; readonly failure: string }[];
}

interface Cause {
  readonly step: string;
  readonly error: string;
  readonly compensated: string[];
  readonly notCompensated: string[];
  readonly notParked: string[];
}

type Failure = { readonly error: string; readonly cause?: Cause };

/** A step that a saga has done, or may have done; of a group also one that it has not. */
interface Doing {
  /** The name; of a member of a group, with that of the group. */
  readonly name: string;
  readonly plan: Plan;
  readonly inGroup: boolean;
  readonly failure?: Failure;
}

/** The tasks of the compensations that these faults make due. */
export const dueTasks = (plan: Plan, faults: Faults): string[] =>
  predict(plan, faults).visits.flatMap(({ name, attempts }) =>
    attempts > 0 && /(^|\.)Compensate /.test(name) ? [name] : [],
  );

/** The rules of what happens on failure, as the README tells them, and nothing of how they are synthesized. */
export const predict = (plan: Plan, faults: Faults): Prediction => {
  const visits: Prediction['visits'] = [];
  const parked: Prediction['parked'] = [];

  const enter = (name: string, attempts = 0) => visits.push({ name, attempts });
  const task = (name: string): string | undefined => {
    const { error, attempts } = faults.get(name) ?? { attempts: 1 };
    enter(name, attempts);
    return error;
  };
  const step = (plan: Plan, prefix: string): Failure | undefined => {
    const name = `${prefix}${plan.name}`;
    if (plan.waits || stepsOf(plan).length > 0) enter(name);
    if (stepsOf(plan).length > 0) return flow(plan, `${name}.`);
    const error = task(plan.waits ? waitingState(plan) : name);
    return error === undefined ? undefined : { error };
  };
  const flow = (plan: Plan, prefix: string): Failure | undefined => {
    if (plan.saga) return saga(plan.saga, prefix);
    if (plan.choice) enter(`${prefix}Choice`);
    for (const current of taken(plan)) {
      const failure = step(current, prefix);
      if (failure) return failure;
    }
    return undefined;
  };
  const saga = (steps: readonly Plan[], prefix: string): Failure | undefined => {
    const done: Doing[] = [];
    for (const current of steps) {
      const now = current.group ? group(current, prefix) : [{ ...named(current), failure: step(current, prefix) }];
      const failed = now.filter(({ failure }) => failure);
      if (failed.length > 0 && afterPivot(steps).includes(current)) return failed[0].failure;
      done.push(...now);
      if (failed.length > 0) return undo(done, failed, prefix);
      if (current.group && current === steps.at(-1)) enter(`${prefix}${current.name} succeeded`);
    }
    return undefined;
  };
  const group = ({ name, group = [] }: Plan, prefix: string): Doing[] => {
    enter(`${prefix}${name}`);
    const members = group.map((plan) => {
      const failure = step(plan, `${prefix}${name}.`);
      if (failure) enter(`${prefix}${name}.${plan.name} failed`);
      return { name: `${name}.${plan.name}`, plan, inGroup: true, failure };
    });
    enter(`${prefix}${name} done?`);
    return members;
  };
  const undo = (begun: readonly Doing[], failed: readonly Doing[], prefix: string): Failure => {
    const { error } = failed[0].failure as Failure;
    const compensated: string[] = [];
    const notCompensated = failed.flatMap(({ name, failure }) => (isPartly(failure) ? [name] : []));
    const notParked: string[] = [];
    for (const doing of begun.filter(({ plan }) => plan.undo).reverse()) {
      const { name, plan, inGroup } = doing;
      if (inGroup) enter(`${prefix}Undo ${name}?`);
      if (isKnownNotDone(doing)) continue;
      const compensation = { ...(plan.undo === true ? {} : (plan.undo as Plan)), name: `Compensate ${name}` };
      const failure = step(compensation, prefix)?.error;
      if (failure === undefined) {
        if (!notCompensated.includes(name)) compensated.push(name);
        continue;
      }
      if (!notCompensated.includes(name)) notCompensated.push(name);
      if (task(`${prefix}Park ${name}`) !== undefined) notParked.push(name);
      else parked.push({ step: name, key: `${prefix}${name}`, error, failure });
    }
    enter(`${prefix}Saga Failed`);
    return {
      error: notCompensated.length === 0 ? 'Saga.Compensated' : 'Saga.PartlyCompensated',
      cause: { step: failed[0].name, error, compensated, notCompensated, notParked },
    };
  };

  const failure = stepsOf(plan).length > 0 ? flow(plan, '') : step(plan, '');
  return { ...failure, visits, parked };
};

const named = (plan: Plan) => ({ name: plan.name, plan, inGroup: false });

const isPartly = (failure?: Failure): boolean => failure?.error === 'Saga.PartlyCompensated';

const isKnownNotDone = ({ plan, failure }: Doing): boolean => {
  if (failure === undefined) return false;
  const { businessErrors = [BUSINESS_ERROR], assumeNotDone } = plan;
  // A saga inside has undone what it did, or has parked it.
  const isTask = stepsOf(plan).length === 0;
  const isBusiness = plan.saga ? failure.error.startsWith('Saga.') : isTask && businessErrors.includes(failure.error);
  return isBusiness || assumeNotDone === true;
};
