import { constants, isUtf8 } from 'node:buffer';
import { SimulatorFault } from '../../engine/fault';
import { AwsError } from '../service';
import type { StoredObject } from './bucket';

/** The content of an object as a request holds it: text, or bytes. */
export function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  throw new SimulatorFault(`The Body of S3's PutObject is neither text nor bytes: ${JSON.stringify(body)}`);
}

/** The content of an object as a call holds it: text where it is text, and no longer than a string may be, else bytes. */
export function textOrBytes(bytes: Buffer): string | Buffer {
  return bytes.length <= constants.MAX_STRING_LENGTH && isUtf8(bytes) ? bytes.toString() : bytes;
}

/** What part of an object a `Range` asks for; the header that says which it is. */
export function rangeOf({ bytes }: StoredObject, range: unknown): { bytes: Buffer; ContentRange?: string } {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(String(range ?? '')) ?? [];
  if (!first && !last) return { bytes };
  const start = first ? Number(first) : Math.max(bytes.length - Number(last), 0);
  const end = first && last ? Math.min(Number(last), bytes.length - 1) : bytes.length - 1;
  if (start > end) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  return { bytes: bytes.subarray(start, end + 1), ContentRange: `bytes ${start}-${end}/${bytes.length}` };
}

/** Throws where what is there is not what a request's `IfMatch` or `IfNoneMatch` says. */
export function checkCondition(found: StoredObject | undefined, ifMatch: unknown, ifNoneMatch: unknown): void {
  const matches = (tag: unknown) =>
    found !== undefined && (tag === '*' || tag === found.etag || `"${tag}"` === found.etag);
  if ((ifMatch !== undefined && !matches(ifMatch)) || (ifNoneMatch !== undefined && matches(ifNoneMatch))) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  }
}
