import type { State, StateGraph } from '../definition';
import type { Reader } from './reader';

/** Checks that each state leads to states of its own graph, and that each is led to. */
export function checkTargets(graph: StateGraph, names: readonly string[], reader: Reader): void {
  const known = new Set(names);
  const complain = (where: string, target: string) => {
    reader.findings.errors.push(`${where}: there is no state '${target}' in the same States`);
  };
  if (graph.startAt !== '' && !known.has(graph.startAt)) {
    complain(`${reader.what}: StartAt`, graph.startAt);
  }
  const targeted = new Set([graph.startAt]);
  for (const state of graph.states.values()) {
    for (const [field, target] of targetsOf(state)) {
      targeted.add(target);
      if (target !== '' && !known.has(target)) {
        complain(`${state.type} '${state.name}': ${field}`, target);
      }
    }
  }
  for (const state of graph.states.values()) {
    if (!targeted.has(state.name)) {
      reader.findings.errors.push(`${state.type} '${state.name}': no state leads here`);
    }
  }
}

function targetsOf(state: State): [field: string, target: string][] {
  const targets: [string, string][] = state.next === undefined ? [] : [['Next', state.next]];
  if (state.type === 'Choice') {
    targets.push(...state.choices.map((rule): [string, string] => ['Choices', rule.next]));
    targets.push(...(state.default === undefined ? [] : [['Default', state.default] as [string, string]]));
  }
  if ('catch' in state) {
    targets.push(...state.catch.map((catcher): [string, string] => ['Catch', catcher.next]));
  }
  return targets;
}
