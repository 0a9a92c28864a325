import { createHash } from 'node:crypto';

/** A message attribute, as requests and responses write it. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** base64 */
  readonly BinaryValue?: string;
}

export type MessageAttributes = { readonly [name: string]: MessageAttribute };

/** What a sender gives. */
export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

/** A message in a queue. Times are virtual, in milliseconds. */
export interface Message extends NewMessage {
  readonly id: string;
  readonly sentAt: number;
  /** FIFO only. */
  readonly sequenceNumber?: string;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** Of the last receive. */
  receiptHandle?: string;
}

export function md5(data: string | Buffer): string {
  return createHash('md5').update(data).digest('hex');
}

/** The digest that SQS gives for message attributes: of names, types and values with their lengths, by name. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  return md5(Buffer.concat(names.flatMap((name) => encode(name, attributes[name]))));
}

/** What counts for the size of a message: its body and its attributes. */
export function sizeInBytes({ body, attributes }: NewMessage): number {
  const encoded = Object.entries(attributes).flatMap(([name, attribute]) => [
    Buffer.from(name + attribute.DataType),
    value(attribute),
  ]);
  return Buffer.byteLength(body) + encoded.reduce((sum, part) => sum + part.length, 0);
}

function encode(name: string, attribute: MessageAttribute): Buffer[] {
  const transport = Buffer.from([attribute.DataType.startsWith('Binary') ? 2 : 1]);
  return [
    ...withLength(Buffer.from(name)),
    ...withLength(Buffer.from(attribute.DataType)),
    transport,
    ...withLength(value(attribute)),
  ];
}

function value({ StringValue: text, BinaryValue: binary }: MessageAttribute): Buffer {
  return text === undefined ? Buffer.from(binary ?? '', 'base64') : Buffer.from(text);
}

function withLength(data: Buffer): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return [length, data];
}
