import type { StepBindOptions } from '../bind';
import { jsonata, object, resultsInSight } from '../expression';
import { keyPrefix } from '../outcome';
import type { ItemView } from './items';

/**
 * What the execution of an item gets, and how its steps see it. The item alone wouldn't do: its steps need the key that
 * stays the same however often it is tried, and what an execution of its own doesn't see of the workflow around it.
 */
export interface Envelope {
  /** The ASL `ItemSelector`. */
  readonly selector: string;
  /** The ASL `BatchInput`, where there are batches. */
  readonly batchInput: string;
  /** Where the steps of an item stand. */
  readonly inside: Pick<StepBindOptions, 'item' | 'eventFields' | 'withoutResultOf' | 'depth'>;
}

/** An item of an execution's own, or an item or batch that has an execution. */
export type EnvelopeKind = 'inline' | 'item' | 'batch';

/** The JSONata of the items in a list of wrapped ones; JSONata would lay those that are arrays beside each other. */
export function allItems(list: string): string {
  const each = '$type($i.item) = "array" ? [[$i.item]] : [$i.item]';
  return `{ "items": $reduce(${list}, function($all, $i) { $append($all, ${each}) }, []) }`;
}

/** Wraps the items of a fan-out. */
export function envelope(kind: EnvelopeKind, options: StepBindOptions, view: ItemView): Envelope {
  const { depth, eventFields = {} } = options;
  const isInline = kind === 'inline';
  const own = {
    item: view.value,
    key: view.key ?? `${keyPrefix(options)} & "/" & $string($states.context.Map.Item.Index)`,
  };
  // What the steps of an item can't see for themselves: variables, in an execution of its own; else what an item has.
  const results = isInline ? options.item?.results : resultsInSight(options);
  const around = results === undefined ? {} : { results: notEmpty(results), ...eventFields };
  const surrounding = kind === 'batch' ? '$states.input.BatchInput' : '$states.input';
  const carried = Object.keys(eventFields).map((name) => [name, `${surrounding}.${name}`]);
  return {
    selector: jsonata(object(kind === 'batch' ? own : { ...own, ...around })),
    batchInput: jsonata(object(around)),
    inside: {
      item: {
        input: kind === 'batch' ? allItems('$states.input.Items') : '$states.input.item',
        key: kind === 'batch' ? '$states.input.Items[0].key' : '$states.input.key',
        results: results === undefined ? '{}' : `${surrounding}.results`,
        hiddenScopes: isInline ? (options.item?.hiddenScopes ?? 0) : depth + 1,
      },
      depth: depth + 1,
      eventFields: results === undefined ? options.eventFields : options.eventFields && Object.fromEntries(carried),
      withoutResultOf: isInline ? options.withoutResultOf : undefined,
    },
  };
}

function notEmpty(value: string): string {
  return `($value := ${value}; $value != {} ? $value)`;
}
