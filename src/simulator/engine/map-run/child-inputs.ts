import type { MapState } from '../definition';
import { SimulatorFault } from '../fault';
import { awaiting, type Computation } from '../fiber';
import { resolve } from '../flow';
import { checkHeap } from '../heap';
import type { Json, JsonObject } from '../json';
import { byteLength, checkPayload, PAYLOAD_BYTES } from '../limits';
import type { Evaluation } from '../query/expression';
import { positiveOf } from '../states/fields';
import type { ItemBatcher } from './distributed';
import type { ItemList } from './item-list';

/** How many items ItemSelector is evaluated for at once. */
const AT_ONCE = 1_000;

/** What a child execution gets, and of how many items it is made. */
export interface ChildInput {
  readonly input: Json;
  readonly items: number;
}

/** How large a batch may be. */
export interface BatchSize {
  readonly mostItems: number;
  readonly mostBytes: number;
}

/** How large the batches may be that an ItemBatcher makes. */
export function* batchSizeOf(batcher: ItemBatcher | undefined, at: Evaluation): Computation<BatchSize> {
  const { maxItemsPerBatch, maxInputBytesPerBatch } = batcher ?? {};
  return {
    mostItems: maxItemsPerBatch ? yield* positiveOf(maxItemsPerBatch, at) : Infinity,
    mostBytes: maxInputBytesPerBatch ? yield* positiveOf(maxInputBytesPerBatch, at) : PAYLOAD_BYTES,
  };
}

/** The inputs of the child executions: the items, as ItemSelector and ItemBatcher make them, in their order. */
export function* childInputs(
  state: MapState,
  batcher: ItemBatcher | undefined,
  size: BatchSize,
  items: ItemList,
  at: Evaluation,
): Computation<ChildInput[]> {
  const values = yield* selected(state, items, at);
  const common = batcher?.batchInput && { BatchInput: yield* resolve(batcher.batchInput, at) };
  const inputs = batcher ? batches(state, size, values, common) : values.map((input) => ({ input, items: 1 }));
  for (const { input } of inputs) {
    checkPayload(JSON.stringify(input), state.name);
  }
  return inputs;
}

/** The items as ItemSelector makes them. JSONata is evaluated for many of them in one go. */
function* selected({ itemSelector, name }: MapState, items: ItemList, at: Evaluation): Computation<Json[]> {
  const all: Json[] = [];
  while (all.length < items.length) {
    checkHeap(name, `it has ${items.length} items`);
    const count = Math.min(AT_ONCE, items.length - all.length);
    const values = Array.from({ length: count }, (_, offset) => {
      const index = all.length + offset;
      return itemSelector ? itemSelector.evaluate({ ...at, item: items.item(index) }) : items.input(index);
    });
    const isReady = values.every((value): value is Json => !(value instanceof Promise));
    all.push(...(isReady ? values : yield* awaiting(at.lane.run.clock, Promise.all(values))));
  }
  return all;
}

function batches(
  state: MapState,
  { mostItems, mostBytes }: BatchSize,
  values: readonly Json[],
  common: JsonObject | undefined,
): ChildInput[] {
  const empty = byteLength(JSON.stringify({ ...common, Items: [] }));
  const all: Json[][] = [];
  let bytes = Infinity;
  for (const value of values) {
    // The comma between two items is one byte.
    const more = byteLength(JSON.stringify(value)) + 1;
    if (empty + more - 1 > mostBytes) {
      throw new SimulatorFault(
        `The state '${state.name}' has an item that is larger than MaxInputBytesPerBatch: AWS does not say what it does then`,
      );
    }
    if (bytes + more > mostBytes || all[all.length - 1].length >= mostItems) {
      all.push([]);
      bytes = empty - 1;
    }
    all[all.length - 1].push(value);
    bytes += more;
  }
  return all.map((items) => ({ input: { ...common, Items: items }, items: items.length }));
}
