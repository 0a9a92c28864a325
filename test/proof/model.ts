/** What a workflow does, as plain data. One that has no steps is a task. */
export interface Plan {
  readonly name: string;
  readonly saga?: readonly Plan[];
  readonly sequence?: readonly Plan[];
  readonly parallel?: readonly Plan[];
  /** The first of them is taken. */
  readonly choice?: readonly Plan[];
  /** A task that waits for a token, inside a chain of plain states. */
  readonly waits?: boolean;
  /** As a task: the errors after which it has done nothing; by default `BUSINESS_ERROR`. */
  readonly businessErrors?: readonly string[];
  /** As a step of a saga: whether it has a compensation, and which if it is more than a task. */
  readonly undo?: boolean | Plan;
  /** As a step of a saga: whether it counts as not done when nobody knows. */
  readonly assumeNotDone?: boolean;
}

export const BUSINESS_ERROR = 'Refused';

/** How tasks end, by the names of their states; one without a fault succeeds at once. */
export type Faults = ReadonlyMap<string, { readonly error?: string; readonly attempts: number }>;

/** What should happen. */
export interface Prediction {
  readonly error?: string;
  readonly cause?: Cause;
  /** The states in their order; one that is no task has no attempts. Branches of a parallel are told one after the other. */
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

/** The steps of a plan. */
export const stepsOf = ({ saga, sequence, parallel, choice }: Plan): readonly Plan[] =>
  saga ?? sequence ?? parallel ?? choice ?? [];

/** The name of the state in a chain that waits for a token. */
export const waitingState = ({ name }: Plan): string => `Wait for ${name}`;

/** The tasks that a plan reaches when all succeed, by the names of their states. */
export const tasksOf = (plan: Plan): { readonly state: string; readonly task: Plan }[] => {
  const inside = (step: Plan, prefix: string): ReturnType<typeof tasksOf> =>
    stepsOf(step).length > 0
      ? taken(step).flatMap((inner) => inside(inner, `${prefix}${step.name}.`))
      : [{ state: step.waits ? waitingState(step) : `${prefix}${step.name}`, task: step }];
  return stepsOf(plan).length > 0 ? taken(plan).flatMap((step) => inside(step, '')) : inside(plan, '');
};

/** The tasks of the compensations that these faults make due. */
export const dueTasks = (plan: Plan, faults: Faults): string[] =>
  predict(plan, faults).visits.flatMap(({ name, attempts }) =>
    attempts > 0 && /(^|\.)Compensate /.test(name) ? [name] : [],
  );

const taken = (plan: Plan): readonly Plan[] => plan.choice?.slice(0, 1) ?? stepsOf(plan);

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
    if (plan.choice) enter(`${prefix}Choice`);
    const steps = taken(plan);
    for (const [index, current] of steps.entries()) {
      const failure = step(current, prefix);
      if (failure) return plan.saga ? undo(steps.slice(0, index), current, failure.error, prefix) : failure;
    }
    return undefined;
  };
  const undo = (done: readonly Plan[], failed: Plan, error: string, prefix: string): Failure => {
    const happened = isKnownNotDone(failed, error) ? done : [...done, failed];
    const compensated: string[] = [];
    const notCompensated = error === 'Saga.PartlyCompensated' ? [failed.name] : [];
    const notParked: string[] = [];
    for (const { name, undo } of [...happened].reverse().filter((plan) => plan.undo)) {
      const compensation = { ...(undo === true ? {} : (undo as Plan)), name: `Compensate ${name}` };
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
      cause: { step: failed.name, error, compensated, notCompensated, notParked },
    };
  };

  const failure = stepsOf(plan).length > 0 ? flow(plan, '') : step(plan, '');
  return { ...failure, visits, parked };
};

const isKnownNotDone = (plan: Plan, error: string): boolean => {
  const { businessErrors = [BUSINESS_ERROR], assumeNotDone } = plan;
  // A saga inside has undone what it did, or has parked it.
  const isTask = stepsOf(plan).length === 0;
  const isBusiness = plan.saga ? error.startsWith('Saga.') : isTask && businessErrors.includes(error);
  return isBusiness || assumeNotDone === true;
};
