import type { ServiceContext } from '../context';
import { AwsError } from '../service';
import type { ObjectProperties, StoredObject } from './bucket';
import type { Buckets } from './buckets';
import { bytesOf, checkCondition, rangeOf, textOrBytes } from './content';
import { listObjects } from './list-objects';

export type Input = { readonly [name: string]: unknown };

/** What the operations work on. */
export interface S3World {
  readonly buckets: Buckets;
  readonly context: ServiceContext;
}

interface Operation {
  readonly parameters: readonly string[];
  perform(input: Input, world: S3World): Input;
}

const PROPERTIES = ['ContentType', 'ContentEncoding', 'ContentDisposition', 'CacheControl', 'Metadata', 'StorageClass'];
const ENCRYPTION = ['ServerSideEncryption', 'SSEKMSKeyId'];
/** What an SDK says so that what it sends can be checked. */
const CHECKSUMS = ['ChecksumAlgorithm', 'ChecksumMode', 'ContentMD5', 'ContentLength'];

/** The operations of S3 that the simulator has, and the parameters that it understands. */
export const OPERATIONS: { readonly [operation: string]: Operation } = {
  GetObject: {
    parameters: ['Bucket', 'Key', 'Range', 'IfMatch', 'IfNoneMatch', ...CHECKSUMS],
    perform: (input, world) => {
      const object = existing(input, world);
      const { bytes, ContentRange } = rangeOf(object, input.Range);
      return { ...head(object, bytes.length), ...(ContentRange && { ContentRange }), Body: textOrBytes(bytes) };
    },
  },
  HeadObject: {
    parameters: ['Bucket', 'Key', 'IfMatch', 'IfNoneMatch', ...CHECKSUMS],
    perform: (input, world) => {
      const object = existing(input, world);
      return head(object, object.bytes.length);
    },
  },
  PutObject: {
    parameters: ['Bucket', 'Key', 'Body', 'IfMatch', 'IfNoneMatch', ...PROPERTIES, ...ENCRYPTION, ...CHECKSUMS],
    perform: (input, world) => {
      const found = world.buckets.find(String(input.Bucket)).get(String(input.Key));
      checkCondition(found, input.IfMatch, input.IfNoneMatch);
      return written(put(input, bytesOf(input.Body), input, world));
    },
  },
  CopyObject: {
    parameters: ['Bucket', 'Key', 'CopySource', 'MetadataDirective', ...PROPERTIES, ...ENCRYPTION],
    perform: (input, world) => {
      const source = existing(copySource(input), world);
      const properties = input.MetadataDirective === 'REPLACE' ? input : source.properties;
      const { etag, lastModified } = put(input, source.bytes, { ...properties }, world);
      return { CopyObjectResult: { ETag: etag, LastModified: lastModified } };
    },
  },
  DeleteObject: {
    parameters: ['Bucket', 'Key'],
    perform: ({ Bucket, Key }, { buckets }) => {
      buckets.find(String(Bucket)).delete(String(Key));
      return {};
    },
  },
  DeleteObjects: {
    parameters: ['Bucket', 'Delete', ...CHECKSUMS],
    perform: (input, { buckets }) => {
      const bucket = buckets.find(String(input.Bucket));
      const keys = keysToDelete(input);
      for (const key of keys) bucket.delete(key);
      const isQuiet = (input.Delete as { Quiet?: unknown }).Quiet === true;
      return isQuiet || keys.length === 0 ? {} : { Deleted: keys.map((Key) => ({ Key })) };
    },
  },
  ListObjectsV2: {
    parameters: ['Bucket', 'Prefix', 'Delimiter', 'MaxKeys', 'StartAfter', 'ContinuationToken', 'FetchOwner'],
    perform: (input, { buckets }) => listObjects(buckets.find(String(input.Bucket)), input),
  },
  HeadBucket: {
    parameters: ['Bucket'],
    perform: ({ Bucket }, { buckets, context }) => {
      buckets.find(String(Bucket));
      return { BucketRegion: context.region };
    },
  },
};

/** What a copy is made of. */
export function copySource({ CopySource }: Input): { readonly Bucket: string; readonly Key: string } {
  const [, Bucket, Key] = /^\/?([^/]+)\/(.+)$/.exec(decodeURIComponent(String(CopySource))) ?? [];
  if (Bucket === undefined) throw new AwsError('InvalidArgument', `Invalid copy source: ${CopySource}`);
  return { Bucket, Key };
}

export function keysToDelete(input: Input): string[] {
  const { Objects = [] } = (input.Delete ?? {}) as { readonly Objects?: readonly { readonly Key: string }[] };
  return Objects.map(({ Key }) => Key);
}

/** The key of KMS that a new object is encrypted with: what the request says, or else its bucket. */
export function kmsKeyOf(input: Input, buckets: Buckets): string | undefined {
  const { ServerSideEncryption, SSEKMSKeyId } = input;
  if (ServerSideEncryption === 'AES256') return undefined;
  return SSEKMSKeyId === undefined ? buckets.kmsKeyArn(String(input.Bucket)) : buckets.keyArn(String(SSEKMSKeyId));
}

function existing(input: Input, { buckets }: S3World): StoredObject {
  const object = buckets.find(String(input.Bucket)).get(String(input.Key));
  if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  checkCondition(object, input.IfMatch, input.IfNoneMatch);
  return object;
}

function put(input: Input, bytes: Buffer, from: Input, { buckets, context }: S3World): StoredObject {
  const given = PROPERTIES.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]);
  return buckets.find(String(input.Bucket)).put({
    key: String(input.Key),
    bytes,
    lastModified: new Date(context.now()),
    properties: Object.fromEntries(given) as ObjectProperties,
    kmsKeyArn: kmsKeyOf(input, buckets),
  });
}

function head({ etag, lastModified, properties, kmsKeyArn }: StoredObject, length: number): Input {
  const { ContentType = 'binary/octet-stream', Metadata = {}, StorageClass, ...rest } = properties;
  return {
    AcceptRanges: 'bytes',
    LastModified: lastModified,
    ContentLength: length,
    ETag: etag,
    ContentType,
    ...rest,
    ...(StorageClass !== undefined && StorageClass !== 'STANDARD' && { StorageClass }),
    ...encryption(kmsKeyArn),
    Metadata,
  };
}

function written({ etag, kmsKeyArn }: StoredObject): Input {
  return { ETag: etag, ...encryption(kmsKeyArn) };
}

function encryption(kmsKeyArn?: string): Input {
  return kmsKeyArn === undefined
    ? { ServerSideEncryption: 'AES256' }
    : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn };
}
