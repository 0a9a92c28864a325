import type { MapState } from '../definition';
import { queryProblem, runtimeProblem, type StateProblem } from '../errors';
import type { Computation } from '../fiber';
import { resolve } from '../flow';
import type { Json } from '../json';
import { hasItems, ItemList } from '../map-run/item-list';
import type { Evaluation } from '../query/expression';
import { integerOf, wrongType } from './fields';

/** The items that an inline Map has from its input: the elements of an array. */
export function* itemsOf(state: MapState, at: Evaluation): Computation<Json[]> {
  const value = yield* collectionOf(state, at);
  return Array.isArray(value) ? value : noItems(state, value);
}

/** The items that a Distributed Map has from its input: the elements of an array, or what an object holds. */
export function* itemListOf(state: MapState, at: Evaluation): Computation<ItemList> {
  const value = yield* collectionOf(state, at);
  const items = new ItemList();
  items.add(hasItems(value) ? value : noItems(state, value), 'STATE_DATA');
  return items;
}

function* collectionOf({ items }: MapState, at: Evaluation): Computation<Json> {
  return items ? yield* resolve(items.expression, at) : at.input;
}

function noItems({ items, flow }: MapState, value: Json): never {
  if (flow.language === 'JSONPath') {
    throw runtimeProblem(`Reference path "${items?.expression.source ?? '$'}" must point to array.`);
  }
  throw items
    ? wrongType(items, 'array', value)
    : queryProblem(`Map state input must be an array but was: ${JSON.stringify(value)}`);
}

/** How many items a Map works on at a time: as many as it says, but no more than AWS does. */
export function* concurrencyOf(state: MapState, at: Evaluation, most: number): Computation<number> {
  const limit = state.maxConcurrency ? yield* integerOf(state.maxConcurrency, at) : 0;
  if (limit < 0) {
    throw fieldProblem(state, 'MaxConcurrency', 'MaxConcurrency cannot be negative.');
  }
  return limit === 0 ? most : Math.min(limit, most);
}

/** What is wrong with the value of a field of a Map. */
export function fieldProblem(state: MapState, field: string, problem: string): StateProblem {
  return state.flow.language === 'JSONata' ? queryProblem(problem, field) : runtimeProblem(problem);
}
