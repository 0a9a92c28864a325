import { AwsError } from '../service';
import { type Message, type MessageAttributes, md5, md5OfAttributes } from './message';
import type { Queue } from './queue';
import type { Queues } from './queues';

type Input = { readonly [name: string]: unknown };

/** `WaitTimeSeconds` is known, and nothing waits: what arrives later is for a later call. */
export const RECEIVE_PARAMETERS = [
  ...['MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds'],
  ...['AttributeNames', 'MessageSystemAttributeNames', 'MessageAttributeNames'],
];

export function receiveMessage(queue: Queue, input: Input, queues: Queues): Input {
  const max = (input.MaxNumberOfMessages ?? 1) as number;
  if (!(max >= 1 && max <= 10)) {
    const reason = 'Must be between 1 and 10, if provided.';
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${max} for parameter MaxNumberOfMessages is invalid. Reason: ${reason}`,
    );
  }
  const visibility = input.VisibilityTimeout as number | undefined;
  const visibilityMs = visibility === undefined ? queue.visibilityTimeoutMs : visibility * 1000;
  const messages = queue.receive(max, visibilityMs, (dead) => {
    queues.byArn(String(queue.redrivePolicy?.deadLetterTargetArn)).takeOver(dead);
  });
  return messages.length === 0 ? {} : { Messages: messages.map((message) => describe(message, input)) };
}

export function deleteMessage(queue: Queue, receiptHandle: unknown): Input {
  const message = queue.messages.find((candidate) => candidate.receiptHandle === receiptHandle);
  // A handle that is no longer the last one deletes nothing, and is no error.
  if (message) queue.remove(message);
  else checkHandle(receiptHandle);
  return {};
}

export function changeVisibility(queue: Queue, input: Input, now: number): Input {
  const message = queue.messages.find(({ receiptHandle }) => receiptHandle === input.ReceiptHandle);
  if (!message) {
    checkHandle(input.ReceiptHandle);
    throw new AwsError(
      'InvalidParameterValue',
      'Value for parameter ReceiptHandle is invalid. Reason: Message does not exist.',
    );
  }
  if (message.visibleAt <= now) throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
  message.visibleAt = now + Number(input.VisibilityTimeout) * 1000;
  return {};
}

function checkHandle(receiptHandle: unknown): void {
  if (!/^[0-9a-f-]{36}$/.test(String(receiptHandle))) {
    const problem = `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`;
    throw new AwsError('ReceiptHandleIsInvalid', problem);
  }
}

function describe(message: Message, input: Input): Input {
  const names = [...list(input.AttributeNames), ...list(input.MessageSystemAttributeNames)];
  const system = pick(systemAttributes(message), names);
  const attributes = pick(message.attributes, list(input.MessageAttributeNames));
  const ofAttributes = md5OfAttributes(attributes as MessageAttributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(system).length > 0 ? { Attributes: system } : {}),
    ...(ofAttributes ? { MessageAttributes: attributes, MD5OfMessageAttributes: ofAttributes } : {}),
  };
}

function systemAttributes(message: Message): Input {
  const { groupId, deduplicationId, sequenceNumber } = message;
  return {
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(groupId ? { MessageGroupId: groupId } : {}),
    ...(deduplicationId ? { MessageDeduplicationId: deduplicationId } : {}),
    ...(sequenceNumber ? { SequenceNumber: sequenceNumber } : {}),
  };
}

/** Those members that a request names: each, `All`, or `prefix.*`. */
function pick(all: Input, names: readonly string[]): Input {
  const isNamed = (key: string): boolean =>
    names.some(
      (name) =>
        name === 'All' || name === '.*' || name === key || (name.endsWith('.*') && key.startsWith(name.slice(0, -1))),
    );
  return Object.fromEntries(Object.entries(all).filter(([key]) => isNamed(key)));
}

function list(value: unknown): string[] {
  return (value ?? []) as string[];
}
