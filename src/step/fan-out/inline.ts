import { Annotations } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { StepBindOptions, StepConfig } from '../bind';
import { children } from '../enclose';
import { expressionOf, jsonata, quote } from '../expression';
import { stateName } from '../names';
import { addCatches, outcome } from '../outcome';
import type { FanOutOptions } from './fan-out-step';
import { eventsOf } from './history-events';
import { envelope } from './item-place';
import { MapState } from './map-state';

const DEFAULT_CONCURRENCY = 40;

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_EVENTS = 25_000;
/** What synthesis warns of: retries and what is around the fan-out need events as well. */
const MANY_EVENTS = 20_000;

/** Binds a fan-out that its execution runs through itself. */
export function bindInline(scope: Construct, id: string, options: StepBindOptions, fanOut: FanOutOptions): StepConfig {
  const { items, step, maxConcurrency = DEFAULT_CONCURRENCY } = fanOut;
  const name = options.stateName;
  const own = new Construct(scope, id);
  const { selector, inside } = envelope('inline', options, items._view);
  const item = step.bind(own, 'Step', {
    ...children({ ...options, oneState: true })('Item'),
    ...inside,
    oneState: false,
    last: true,
  });
  const events = eventsOf(item.chain.startState);
  const most = Math.floor((MAX_EVENTS - 10) / events);
  warnOfEvents(scope, name, items._atMost, events);
  const map = new MapState(own, 'Map', {
    ...outcome(options, '$states.result'),
    stateName: stateName(scope, name),
    comment: `Does the same for each item, of which an execution bears about ${most}`,
    processor: item.chain,
    config: { mode: sfn.ProcessorMode.INLINE },
    fields: {
      MaxConcurrency: maxConcurrency,
      Items: jsonata(checked(expressionOf(scope, items._array, options), most)),
      ItemSelector: selector,
    },
  });
  addCatches(map, options);
  return {
    ...item,
    orderlyErrors: undefined,
    chain: map,
    worstCase: [...item.worstCase, { description: `${name}: all its items, of which the number isn't known` }],
  };
}

/** Better no item is done than that the execution is cut off in the midst of them. */
function checked(items: string, most: number): string {
  const problem = quote(` items are more than the ${most} whose events an execution bears; use Items.inputDistributed`);
  return `($items := ${items}; $type($items) = "array" and $count($items) > ${most} ? $error($string($count($items)) & ${problem}) : $items)`;
}

function warnOfEvents(scope: Construct, name: string, atMost: number | undefined, eventsPerItem: number): void {
  if (atMost === undefined || atMost * eventsPerItem <= MANY_EVENTS) return;
  Annotations.of(scope).addWarningV2(
    `cdk-workflow-patterns:fanOutEvents:${name}`,
    `the ${atMost} items of '${name}' make about ${atMost * eventsPerItem} events, of ${MAX_EVENTS} that an execution can have; use Items.inputDistributed`,
  );
}
