import { ACTION_FAULTS, DOWN, type Fault, OUTCOMES, RETRIED_FAULTS, TOGETHER_FAULTS, WAITING_FAULTS } from './injected';
import { dueTasks, predict } from './model';
import { atTheSameTime, type PlacedTask, type Plan, tasksOf } from './plan';

/** Where more compensations are due, the queue is not down as well. */
const MAX_DUE_WITH_QUEUE_DOWN = 3;

/** A run: the faults by the names of the states. */
export type Case = ReadonlyMap<string, Fault>;

/** Each fault of each task, and of each two that run at the same time, with how the compensations go that are then due. */
export const cases = (plan: Plan): Case[] => [new Map(), ...ofOne(plan), ...ofTwo(plan)];

export const described = (faults: Case): string =>
  [...faults].map(([state, fault]) => `${state}: ${fault.name}`).join(', ') || 'no fault';

/** One task fails: with each combination of how the compensations go. */
const ofOne = (plan: Plan): Case[] =>
  tasksOf(plan).flatMap((placed) =>
    faultsOf(placed).flatMap((fault) => {
      const first: Case = new Map([[placed.state, fault]]);
      return combinations(due(plan, first)).map((rest) => new Map([...first, ...rest]));
    }),
  );

const faultsOf = ({ task, afterPivot }: PlacedTask): readonly Fault[] => {
  if (task.waits) return WAITING_FAULTS;
  return afterPivot ? RETRIED_FAULTS : ACTION_FAULTS;
};

/** Two tasks of a group fail, or one does while the other still runs: with each compensation, or all, going each way. */
const ofTwo = (plan: Plan): Case[] =>
  pairs(tasksOf(plan)).flatMap(([one, other]) =>
    togetherFaults(one).flatMap((fault) =>
      togetherFaults(other).flatMap((second) => {
        const both: Case = new Map([
          [one.state, fault],
          [other.state, second],
        ]);
        return extremes(due(plan, both)).map((rest) => new Map([...both, ...rest]));
      }),
    ),
  );

const togetherFaults = ({ task }: PlacedTask): readonly Fault[] => (task.waits ? WAITING_FAULTS : TOGETHER_FAULTS);

const pairs = (tasks: readonly PlacedTask[]): [PlacedTask, PlacedTask][] =>
  tasks.flatMap((one, index) =>
    tasks
      .slice(index + 1)
      .filter((other) => atTheSameTime(one, other))
      .map((other): [PlacedTask, PlacedTask] => [one, other]),
  );

type Faults = [string, Fault][];

/** A task of a compensation, and the state that parks this when the task fails. */
interface Due {
  readonly state: string;
  readonly park: string;
}

const due = (plan: Plan, first: Case): Due[] =>
  dueTasks(plan, first).map((state) => {
    const { visits } = predict(plan, new Map([...first, [state, DOWN]]));
    return { state, park: visits.find(({ name }) => /(^|\.)Park /.test(name))?.name ?? '' };
  });

const combinations = (states: readonly Due[]): Faults[] => {
  const outcomes = states.length > MAX_DUE_WITH_QUEUE_DOWN ? OUTCOMES.filter(({ park }) => !park) : OUTCOMES;
  return states.reduce<Faults[]>(
    (all, state) => all.flatMap((faults) => outcomes.map((outcome) => [...faults, ...faultsBy(outcome, state)])),
    [[]],
  );
};

/** All work; or one goes in each way in which it can, unless its queue is down too; or all do. */
const extremes = (states: readonly Due[]): Faults[] => [
  [],
  ...OUTCOMES.slice(1).flatMap((outcome) => [
    ...(states.length > 1 && !outcome.park ? states.map((state) => faultsBy(outcome, state)) : []),
    ...(states.length > 0 ? [states.flatMap((state) => faultsBy(outcome, state))] : []),
  ]),
];

const faultsBy = ({ own, park }: (typeof OUTCOMES)[number], due: Due): Faults => [
  ...(own ? [[due.state, own] as [string, Fault]] : []),
  ...(park ? [[due.park, park] as [string, Fault]] : []),
];
