import { type Plan, stepsOf, waitingState } from './plan';

type Visit = { readonly name: string };

/**
 * Visits with what was done at the same time told one after the other, in the order of the steps. They are sorted only
 * within one entry of a group: what began before all of it had ended stays where it was.
 */
export const oneAfterTheOther = <T extends Visit>(plan: Plan, visits: readonly T[]): T[] =>
  groupsOf(plan, '').reduce<T[]>(sorted, [...visits]);

interface Group {
  readonly state: string;
  readonly members: readonly Plan[];
}

const sorted = <T extends Visit>(visits: T[], { state, members }: Group): T[] => {
  const first = visits.findIndex(({ name }) => name === state) + 1;
  const end = visits.findIndex(({ name }) => name === `${state} done?`);
  if (end < 0) return visits;
  const member = ({ name }: T) =>
    members.findIndex((plan) => {
      const inner = `${state}.${plan.name}`;
      return [inner, `${inner} failed`, waitingState(plan)].includes(name) || name.startsWith(`${inner}.`);
    });
  return [
    ...visits.slice(0, first),
    ...visits.slice(first, end).sort((one, other) => member(one) - member(other)),
    ...visits.slice(end),
  ];
};

/** The groups of a plan and of its compensations, by the names of their states: outer ones first. */
const groupsOf = (plan: Plan, prefix: string): Group[] =>
  stepsOf(plan).flatMap((step) => {
    const state = `${prefix}${step.name}`;
    const undo = typeof step.undo === 'object' ? groupsOf(step.undo, `${prefix}Compensate ${step.name}.`) : [];
    return [...(step.group ? [{ state, members: step.group }] : []), ...groupsOf(step, `${state}.`), ...undo];
  });
