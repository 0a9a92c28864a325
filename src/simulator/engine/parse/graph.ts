import type { State, StateGraph } from '../definition';
import { pointerStep } from '../json-pointer';
import type { Reader } from './reader';

/** Checks that each state leads to states of its own graph, and that each is led to. */
export function checkTargets(graph: StateGraph, names: readonly string[], reader: Reader): void {
  const known = new Set(names);
  const complain = (where: string, location: string, target: string) => {
    const message = `${where} there is no state '${target}' in the same States`;
    reader.findings.add('MISSING_TRANSITION_TARGET', location, message);
  };
  if (graph.startAt !== '' && !known.has(graph.startAt)) {
    complain(`${reader.what}: StartAt:`, reader.pointerTo('StartAt'), graph.startAt);
  }
  const targeted = new Set([graph.startAt]);
  for (const state of graph.states.values()) {
    for (const { field, location, target } of targetsOf(state)) {
      targeted.add(target);
      if (target !== '' && !known.has(target)) {
        complain(`${state.type} '${state.name}': ${field}:`, pointerToState(reader, state.name) + location, target);
      }
    }
  }
  for (const { name, type } of graph.states.values()) {
    if (!targeted.has(name)) {
      const location = pointerToState(reader, name);
      reader.findings.add('MISSING_TRANSITION_TARGET', location, `${type} '${name}': no state leads here`);
    }
  }
}

/** The JSON pointer to a state of the graph that a reader reads. */
export function pointerToState(reader: Reader, name: string): string {
  return reader.pointerTo('States') + pointerStep(name);
}

interface Target {
  readonly field: string;
  /** Where the field is in its state. */
  readonly location: string;
  readonly target: string;
}

function targetsOf(state: State): Target[] {
  const listed = (field: string, list: readonly { readonly next: string }[]): Target[] =>
    list.map(({ next }, index) => ({ field, location: `/${field}/${index}/Next`, target: next }));
  const single = (field: string, target?: string): Target[] =>
    target === undefined ? [] : [{ field, location: `/${field}`, target }];
  return [
    ...single('Next', state.next),
    ...(state.type === 'Choice' ? [...listed('Choices', state.choices), ...single('Default', state.default)] : []),
    ...('catch' in state ? listed('Catch', state.catch) : []),
  ];
}
