import type { Json, JsonObject } from '../../engine/json';
import { TaskFailure } from './failure';
import type { Integration } from './integration';
import { asText, givenIn, isObject } from './parameters';

/**
 * Puts events on a bus. Details may be JSON, each event says which execution it is of, and a task fails where one entry does.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
 */
export function putEvents(): Integration {
  return {
    service: 'events',
    errors: 'optimized',
    parameters: { required: ['Entries'], optional: [] },
    call: ({ input, executionArn }) => {
      const { Entries: entries } = givenIn(input);
      const list = Array.isArray(entries) ? entries : [];
      const Entries = list.map((entry) => entryOf(entry, executionArn));
      return { service: 'events', operation: 'PutEvents', input: { Entries } };
    },
    output: (response, metadata) => {
      if (response.FailedEntryCount !== 0) throw new TaskFailure('EventBridge.FailedEntry', JSON.stringify(response));
      return { ...response, ...metadata(response) } as Json;
    },
  };
}

function entryOf(entry: Json, executionArn: string): JsonObject {
  const { Detail: detail, Resources: resources = [], ...rest } = isObject(entry) ? entry : {};
  const machineArn = executionArn
    .replace(/:(execution|express):/, ':stateMachine:')
    .split(':')
    .slice(0, 7)
    .join(':');
  const text = asText(detail);
  return {
    ...rest,
    ...(text !== undefined && { Detail: text }),
    Resources: [...(resources as Json[]), executionArn, machineArn],
  };
}
