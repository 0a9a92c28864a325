import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { StepBindOptions, StepConfig } from '../bind';
import { ERROR_OUTPUT } from '../compensation';
import { children } from '../enclose';
import { inputOf, jsonata, object, variable } from '../expression';
import { stateName } from '../names';
import { idempotencyKey } from '../outcome';
import { deadLetterQueue, parkTask } from '../park';
import type { FanOutOptions } from './fan-out-step';
import type { Envelope } from './item-place';

/** Binds what is done for an item in an execution of its own: where it fails, the item is parked for a person. */
export function bindItem(
  scope: Construct,
  options: StepBindOptions,
  { step, itemExecutionType }: FanOutOptions,
  inside: Envelope['inside'],
): StepConfig {
  const express = itemExecutionType !== sfn.StateMachineType.STANDARD;
  const place = (name: string): StepBindOptions => ({
    ...children({ ...options, oneState: true })(name),
    ...inside,
    express,
  });
  const failure = variable('child', inside.depth);
  const failed = sfn.Fail.jsonata(scope, 'Failed', {
    stateName: stateName(scope, place('Failed').stateName),
    comment: 'Fails, so that the item is counted as failed',
    error: jsonata(`$${failure}.error`),
    cause: jsonata(`$${failure}.cause`),
  });
  const queue = deadLetterQueue(scope);
  const itemOptions = place('Item');
  const park = parkTask(scope, 'Park', {
    queue,
    options: { ...place('Park'), onError: { handler: failed } },
    comment: 'Parks an item that failed, for a person',
    what: { idempotencyKey: idempotencyKey(itemOptions), error: `$${failure}.error`, cause: `$${failure}.cause` },
    data: { input: inputOf(itemOptions) },
  });
  park.next(failed);
  const config = step.bind(scope, 'Step', {
    ...itemOptions,
    last: true,
    onError: { handler: park, assign: { [failure]: object(ERROR_OUTPUT) } },
  });
  const description = `items of '${options.stateName}' failed. The messages in ${queue.node.path} have each item with its key and error: when the reason is gone, do those items again (Items.failedItems), then delete the messages.`;
  return {
    ...config,
    worstCase: [...config.worstCase, park.worstCase],
    deadLetterQueues: [{ queue, description }, ...(config.deadLetterQueues ?? [])],
  };
}
