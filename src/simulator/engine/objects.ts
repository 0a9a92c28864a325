import type { JsonObject } from './json';

/** What a Distributed Map asks of S3. */
export interface ObjectRequest {
  /** The Map state that asks, and the field of it that says so. */
  readonly stateName: string;
  readonly field: 'ItemReader' | 'ResultWriter';
  /** The execution that asks. */
  readonly executionArn: string;
  /** The parameters of the S3 API: `Bucket`, and `Key`, `VersionId`, `Prefix` … */
  readonly parameters: JsonObject;
}

/** How S3 answers: with what was asked for, or with an error, which fails the Map. */
export type ObjectAnswer<T> =
  | { readonly kind: 'succeeded'; readonly value: T }
  | { readonly kind: 'failed'; readonly cause: string };

/** An object, as S3 lists it. */
export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly lastModified: Date;
  readonly size: number;
  readonly storageClass: string;
}

/**
 * S3, as a Distributed Map reads its items from it and writes its results to it. While a promise is open, virtual time
 * stands still. A rejection is a fault of the simulator, as with a TaskPort.
 */
export interface ObjectPort {
  /** All objects, of however many pages, in the order of their keys (ListObjectsV2). */
  list(request: ObjectRequest): Promise<ObjectAnswer<readonly ListedObject[]>>;
  /** The content of an object (GetObject). */
  get(request: ObjectRequest): Promise<ObjectAnswer<Uint8Array>>;
  /** Puts an object (PutObject). */
  put(request: ObjectRequest, body: Uint8Array): Promise<ObjectAnswer<undefined>>;
}
