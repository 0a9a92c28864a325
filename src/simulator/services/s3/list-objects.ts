import { SimulatorFault } from '../../engine/fault';
import { AwsError } from '../service';
import type { Bucket, StoredObject } from './bucket';

type Input = { readonly [name: string]: unknown };

const MOST_KEYS = 1000;

/** What a page of a list has: an object, or all whose keys have the same beginning up to a delimiter. */
type Entry = { readonly after: string; readonly object?: StoredObject; readonly commonPrefix?: string };

/** ListObjectsV2: a page of the objects whose keys begin so, in the order of their keys. */
export function listObjects(bucket: Bucket, input: Input): Input {
  const { Prefix, Delimiter, StartAfter, ContinuationToken } = input as { readonly [name: string]: string | undefined };
  const maxKeys = Math.min(maxKeysOf(input.MaxKeys), MOST_KEYS);
  const after = ContinuationToken === undefined ? StartAfter : keyOfToken(ContinuationToken);
  const entries = entriesOf(bucket.list(Prefix), Prefix ?? '', Delimiter).filter(
    (entry) => after === undefined || Buffer.compare(Buffer.from(entry.after), Buffer.from(after)) > 0,
  );
  const page = entries.slice(0, maxKeys);
  const last = page.at(-1);
  const isTruncated = last !== undefined && entries.length > page.length;
  const contents = page.flatMap(({ object }) => (object ? [listed(object)] : []));
  const commonPrefixes = page.flatMap(({ commonPrefix }) => (commonPrefix ? [{ Prefix: commonPrefix }] : []));
  return {
    Name: bucket.name,
    Prefix: Prefix ?? '',
    ...(Delimiter && { Delimiter }),
    ...(StartAfter && { StartAfter }),
    ...(ContinuationToken && { ContinuationToken }),
    MaxKeys: maxKeys,
    KeyCount: page.length,
    IsTruncated: isTruncated,
    ...(contents.length > 0 && { Contents: contents }),
    ...(commonPrefixes.length > 0 && { CommonPrefixes: commonPrefixes }),
    ...(isTruncated && { NextContinuationToken: Buffer.from(last.after).toString('base64') }),
  };
}

function maxKeysOf(value: unknown): number {
  const most = Number(value ?? MOST_KEYS);
  if (Number.isInteger(most) && most >= 0) return most;
  throw new AwsError('InvalidArgument', 'Provided max-keys not an integer or within integer range');
}

function entriesOf(objects: readonly StoredObject[], prefix: string, delimiter?: string): Entry[] {
  const entries: Entry[] = [];
  for (const object of objects) {
    const end = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1;
    if (end < 0) {
      entries.push({ after: object.key, object });
      continue;
    }
    const commonPrefix = object.key.slice(0, end + (delimiter as string).length);
    // The objects below it stand together, and count as one.
    if (entries.at(-1)?.commonPrefix === commonPrefix) entries.pop();
    entries.push({ after: object.key, commonPrefix });
  }
  return entries;
}

function listed({ key, etag, lastModified, bytes, properties }: StoredObject): Input {
  const { StorageClass = 'STANDARD' } = properties;
  return { Key: key, LastModified: lastModified, ETag: etag, Size: bytes.length, StorageClass };
}

function keyOfToken(token: string): string {
  const key = Buffer.from(token, 'base64').toString();
  if (key === '') throw new SimulatorFault(`${token} is no ContinuationToken that S3's ListObjectsV2 gave`);
  return key;
}
