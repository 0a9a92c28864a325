import { createHash } from 'node:crypto';
import type { Resource } from '../../template/resource';
import type { ServiceContext } from '../context';
import { AwsError } from '../service';
import { type Message, type NewMessage, sizeInBytes } from './message';

const DEDUPLICATION_MS = 5 * 60 * 1000;

/** What an update may change of a queue. */
interface QueueSettings {
  readonly visibilityTimeoutMs: number;
  readonly maxBytes: number;
  readonly redrivePolicy?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly contentBased: boolean;
  readonly scope: 'queue' | 'messageGroup';
}

/** A queue of the assembly, in virtual time. */
export class Queue {
  readonly url: string;
  readonly arn: string;
  readonly isFifo: boolean;
  private settings: QueueSettings;
  private readonly sent = new Map<string, Message>();
  private list: Message[] = [];
  private sequence = 0n;

  constructor(
    resource: Resource,
    private readonly context: ServiceContext,
  ) {
    this.url = resource.physicalId;
    this.arn = resource.attribute('Arn');
    this.isFifo = isTrue(resource.properties.FifoQueue);
    this.settings = settingsOf(resource);
  }

  get visibilityTimeoutMs(): number {
    return this.settings.visibilityTimeoutMs;
  }

  get maxBytes(): number {
    return this.settings.maxBytes;
  }

  get redrivePolicy(): QueueSettings['redrivePolicy'] {
    return this.settings.redrivePolicy;
  }

  /** Takes on what another release says of it; what is in it stays. */
  update(resource: Resource): void {
    this.settings = settingsOf(resource);
  }

  /** What is in the queue: what is delayed or in flight too, what is past its retention period not. */
  get messages(): readonly Message[] {
    this.list = this.list.filter(({ sentAt }) => sentAt + this.settings.retentionMs > this.context.now());
    return this.list;
  }

  send(message: NewMessage, delaySeconds?: number): Message {
    this.check(message, delaySeconds);
    const key = this.isFifo ? this.deduplicationKey(message) : undefined;
    const now = this.context.now();
    const before = key === undefined ? undefined : this.sent.get(key);
    if (before && before.sentAt + DEDUPLICATION_MS > now) return before;
    const sent: Message = {
      ...message,
      id: this.context.newId(),
      sentAt: now,
      visibleAt: now + (delaySeconds === undefined ? this.settings.delayMs : delaySeconds * 1000),
      receiveCount: 0,
      ...(this.isFifo ? { sequenceNumber: this.nextSequenceNumber() } : {}),
    };
    if (key !== undefined) this.sent.set(key, sent);
    this.list.push(sent);
    return sent;
  }

  /** Takes messages that are visible, and hides them; `deadLetter` gets those that were received too often. */
  receive(max: number, visibilityTimeoutMs: number, deadLetter: (message: Message) => void): Message[] {
    const now = this.context.now();
    const received: Message[] = [];
    // A message that is in flight holds back the later ones of its group; those received together don't.
    const heldBack = new Set(this.isFifo ? this.messages.filter((m) => m.visibleAt > now).map((m) => m.groupId) : []);
    for (const message of [...this.messages]) {
      if (received.length === max) break;
      if (message.visibleAt > now || heldBack.has(message.groupId)) continue;
      if (message.receiveCount >= (this.redrivePolicy?.maxReceiveCount ?? Number.POSITIVE_INFINITY)) {
        this.remove(message);
        deadLetter(message);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + visibilityTimeoutMs;
      message.receiptHandle = this.context.newId();
      received.push(message);
    }
    return received;
  }

  /** Takes in what another queue gave up, with its id and its age. */
  takeOver(message: Message): void {
    this.list.push({ ...message, visibleAt: this.context.now(), receiveCount: 0, receiptHandle: undefined });
  }

  remove(message: Message): void {
    this.list = this.list.filter((other) => other !== message);
  }

  purge(): void {
    this.list = [];
  }

  private check(message: NewMessage, delaySeconds: number | undefined): void {
    if (message.body === '') throw missing('MessageBody');
    if (/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(message.body)) {
      throw new AwsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
    }
    if (sizeInBytes(message) > this.maxBytes) throw invalid(`Message must be shorter than ${this.maxBytes} bytes.`);
    if (this.isFifo) {
      if (message.groupId === undefined) throw missing('MessageGroupId');
      if (delaySeconds !== undefined) throw invalidForType('DelaySeconds', delaySeconds);
    } else if (message.deduplicationId !== undefined) {
      throw invalidForType('MessageDeduplicationId', message.deduplicationId);
    }
  }

  private deduplicationKey({ body, groupId, deduplicationId }: NewMessage): string {
    const content = this.settings.contentBased ? createHash('sha256').update(body).digest('hex') : undefined;
    const id = deduplicationId ?? content;
    if (id === undefined) {
      throw new AwsError(
        'InvalidParameterValue',
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
    }
    return this.settings.scope === 'messageGroup' ? `${groupId}\n${id}` : id;
  }

  private nextSequenceNumber(): string {
    this.sequence += 1n;
    return String(18_850_000_000_000_000_000n + this.sequence);
  }
}

function settingsOf({ properties }: Resource): QueueSettings {
  return {
    contentBased: isTrue(properties.ContentBasedDeduplication),
    scope: properties.DeduplicationScope === 'messageGroup' ? 'messageGroup' : 'queue',
    visibilityTimeoutMs: Number(properties.VisibilityTimeout ?? 30) * 1000,
    delayMs: Number(properties.DelaySeconds ?? 0) * 1000,
    retentionMs: Number(properties.MessageRetentionPeriod ?? 345_600) * 1000,
    maxBytes: Number(properties.MaximumMessageSize ?? 1_048_576),
    redrivePolicy: properties.RedrivePolicy as QueueSettings['redrivePolicy'],
  };
}

export function missing(parameter: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${parameter}.`);
}

export function invalid(reason: string): AwsError {
  return new AwsError('InvalidParameterValue', `One or more parameters are invalid. Reason: ${reason}`);
}

function invalidForType(parameter: string, value: string | number): AwsError {
  const reason = `The request include parameter that is not valid for this queue type`;
  return new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}.`,
  );
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
