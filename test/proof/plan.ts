/** What a workflow does, as plain data. One that has no steps is a task. */
export interface Plan {
  readonly name: string;
  readonly saga?: readonly Plan[];
  readonly sequence?: readonly Plan[];
  readonly parallel?: readonly Plan[];
  /** The first of them is taken. */
  readonly choice?: readonly Plan[];
  /** As a step of a saga: steps of it that are done at the same time. */
  readonly group?: readonly Plan[];
  /** A task that waits for a token, inside a chain of plain states. */
  readonly waits?: boolean;
  /** As a task: the errors after which it has done nothing; by default `BUSINESS_ERROR`. */
  readonly businessErrors?: readonly string[];
  /** As a step of a saga: whether it has a compensation, and which if it is more than a task. */
  readonly undo?: boolean | Plan;
  /** As a step of a saga: whether it counts as not done when nobody knows. */
  readonly assumeNotDone?: boolean;
  /** As a step of a saga: whether it is the point of no return. */
  readonly pivot?: boolean;
}

export const BUSINESS_ERROR = 'Refused';

/** A task of a plan, by the name of its state. */
export interface PlacedTask {
  readonly state: string;
  readonly task: Plan;
  /** The groups round it, and of each the member that it is in. */
  readonly members: ReadonlyMap<string, string>;
  /** Whether it comes after a point of no return. */
  readonly afterPivot: boolean;
}

/** The steps of a plan. */
export const stepsOf = ({ saga, sequence, parallel, choice, group }: Plan): readonly Plan[] =>
  saga ?? sequence ?? parallel ?? choice ?? group ?? [];

/** Those of them that are reached when all succeed. */
export const taken = (plan: Plan): readonly Plan[] => plan.choice?.slice(0, 1) ?? stepsOf(plan);

/** Those of them that come after the point of no return. */
export const afterPivot = (steps: readonly Plan[]): readonly Plan[] => {
  const pivot = steps.findIndex((step) => step.pivot);
  return pivot < 0 ? [] : steps.slice(pivot + 1);
};

/** The name of the state in a chain that waits for a token. */
export const waitingState = ({ name }: Plan): string => `Wait for ${name}`;

/** Whether a task in it waits for a token. */
export const hasWaiting = (plan: Plan): boolean => plan.waits === true || stepsOf(plan).some(hasWaiting);

/** The tasks that a plan reaches when all succeed. */
export const tasksOf = (plan: Plan): PlacedTask[] => {
  type Place = Pick<PlacedTask, 'members' | 'afterPivot'>;
  const inside = (step: Plan, prefix: string, place: Place): PlacedTask[] => {
    const name = `${prefix}${step.name}`;
    if (stepsOf(step).length > 0) return within(step, `${name}.`, place);
    return [{ state: step.waits ? waitingState(step) : name, task: step, ...place }];
  };
  const within = (flow: Plan, prefix: string, { members, afterPivot: retried }: Place): PlacedTask[] =>
    taken(flow).flatMap((step) =>
      inside(step, prefix, {
        members: flow.group ? new Map([...members, [prefix, step.name]]) : members,
        afterPivot: retried || afterPivot(stepsOf(flow)).includes(step),
      }),
    );
  const outermost: Place = { members: new Map(), afterPivot: false };
  return stepsOf(plan).length > 0 ? within(plan, '', outermost) : inside(plan, '', outermost);
};

/** Whether two tasks are in different members of a group. */
export const atTheSameTime = (one: PlacedTask, other: PlacedTask): boolean =>
  [...one.members].some(([group, member]) => other.members.has(group) && other.members.get(group) !== member);
