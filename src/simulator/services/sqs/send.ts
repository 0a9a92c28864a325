import { AwsError } from '../service';
import { type Message, type MessageAttributes, md5, md5OfAttributes, sizeInBytes } from './message';
import { invalid, missing, type Queue } from './queue';

type Input = { readonly [name: string]: unknown };

export const SEND_PARAMETERS = [
  'MessageBody',
  'DelaySeconds',
  'MessageAttributes',
  'MessageDeduplicationId',
  'MessageGroupId',
];

export function sendMessage(queue: Queue, input: Input): Input {
  const body = input.MessageBody;
  if (typeof body !== 'string') throw missing('MessageBody');
  const delay = input.DelaySeconds as number | undefined;
  if (delay !== undefined && !(delay >= 0 && delay <= 900)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  const message = {
    body,
    attributes: (input.MessageAttributes ?? {}) as MessageAttributes,
    groupId: input.MessageGroupId as string | undefined,
    deduplicationId: input.MessageDeduplicationId as string | undefined,
  };
  return receipt(queue.send(message, delay));
}

export function sendMessageBatch(queue: Queue, entries: unknown): Input {
  const list = checkedEntries(entries);
  const total = list.reduce((sum, entry) => {
    const attributes = (entry.MessageAttributes ?? {}) as MessageAttributes;
    return sum + sizeInBytes({ body: String(entry.MessageBody ?? ''), attributes });
  }, 0);
  if (total > queue.maxBytes) {
    const problem = `Batch requests cannot be longer than ${queue.maxBytes} bytes. You have sent ${total} bytes.`;
    throw new AwsError('BatchRequestTooLong', problem);
  }
  const results = list.map((entry) => sendEntry(queue, entry));
  const successful = results.filter((result) => !('Code' in result));
  const failed = results.filter((result) => 'Code' in result);
  return { Successful: successful, ...(failed.length > 0 ? { Failed: failed } : {}) };
}

function checkedEntries(entries: unknown): Input[] {
  const list = (entries ?? []) as Input[];
  const unknown = list
    .flatMap((entry) => Object.keys(entry))
    .find((name) => name !== 'Id' && !SEND_PARAMETERS.includes(name));
  if (unknown) throw invalid(`Unknown member ${unknown} of an entry.`);
  if (list.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (list.length > 10) {
    const problem = `Maximum number of entries per request are 10. You have sent ${list.length}.`;
    throw new AwsError('TooManyEntriesInBatchRequest', problem);
  }
  if (new Set(list.map((entry) => entry.Id)).size < list.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  return list;
}

function sendEntry(queue: Queue, { Id: id, ...entry }: Input): Input {
  try {
    return { Id: id, ...sendMessage(queue, entry) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Id: id, SenderFault: true, Code: error.code, Message: error.message };
  }
}

function receipt({ id, body, attributes, sequenceNumber }: Message): Input {
  const ofAttributes = md5OfAttributes(attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    ...(ofAttributes ? { MD5OfMessageAttributes: ofAttributes } : {}),
    ...(sequenceNumber ? { SequenceNumber: sequenceNumber } : {}),
  };
}
