import { AwsError } from '../service';
import type { Queue } from './queue';

/** The attributes of a queue that the simulator knows. */
export function getQueueAttributes(
  queue: Queue,
  names: readonly string[] = [],
  now: number,
): { readonly [name: string]: unknown } {
  const all = attributes(queue, now);
  const unknown = names.find((name) => name !== 'All' && !(name in all));
  if (unknown) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const entries = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
  return entries.length === 0 ? {} : { Attributes: Object.fromEntries(entries) };
}

function attributes(queue: Queue, now: number): { readonly [name: string]: string } {
  const { messages, redrivePolicy } = queue;
  const visible = messages.filter(({ visibleAt }) => visibleAt <= now);
  const delayed = messages.filter(({ visibleAt, receiveCount }) => visibleAt > now && receiveCount === 0);
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible.length),
    ApproximateNumberOfMessagesDelayed: String(delayed.length),
    ApproximateNumberOfMessagesNotVisible: String(messages.length - visible.length - delayed.length),
    VisibilityTimeout: String(queue.visibilityTimeoutMs / 1000),
    MaximumMessageSize: String(queue.maxBytes),
    ...(redrivePolicy ? { RedrivePolicy: JSON.stringify(redrivePolicy) } : {}),
    ...(queue.isFifo ? { FifoQueue: 'true' } : {}),
  };
}
