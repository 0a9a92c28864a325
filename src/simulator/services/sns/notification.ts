import { matches } from '../events/pattern';
import type { MessageAttributes } from '../sqs/message';
import type { Subscription } from './topics';

/** What was published to a topic, as tests read it. */
export interface Notification {
  readonly messageId: string;
  /** Virtual time. */
  readonly at: Date;
  readonly subject?: string;
  readonly message: string;
  readonly attributes: MessageAttributes;
  /** Those who got it, or were to get it: `email:a@b.example`, `sqs:<ARN>`. */
  readonly recipients: readonly string[];
}

/** Whether a subscription's filter policy lets a message through. */
export function isWanted(
  { filterPolicy, filterScope }: Subscription,
  message: string,
  attributes: MessageAttributes,
): boolean {
  if (filterPolicy === undefined) return true;
  if (filterScope === 'MessageBody') return matches(filterPolicy, parsed(message));
  const values = Object.entries(attributes).map(([name, attribute]) => [name, attributeValue(attribute)]);
  return matches(filterPolicy, Object.fromEntries(values));
}

/** A message that isn't JSON has nothing that a filter could want. */
function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function attributeValue({ DataType: type, StringValue: text }: MessageAttributes[string]): unknown {
  if (type === 'Number') return Number(text);
  return type === 'String.Array' ? JSON.parse(String(text)) : text;
}

/** What SNS sends: the message with what it knows of it. */
export function envelope(
  { messageId, at, subject, message, attributes }: Notification,
  topicArn: string,
): { readonly [name: string]: unknown } {
  const entries = Object.entries(attributes).map(([name, { DataType: Type, StringValue, BinaryValue }]) => [
    name,
    { Type, Value: StringValue ?? BinaryValue },
  ]);
  return {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: at.toISOString(),
    SignatureVersion: '1',
    Signature: 'simulated',
    SigningCertURL: 'https://sns.amazonaws.com/simulated.pem',
    UnsubscribeURL: 'https://sns.amazonaws.com/?Action=Unsubscribe',
    ...(entries.length > 0 && { MessageAttributes: Object.fromEntries(entries) }),
  };
}
