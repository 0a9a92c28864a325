import { createHash } from 'node:crypto';

/** What an object has beside its content, as the API spells it. */
export interface ObjectProperties {
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly ContentDisposition?: string;
  readonly CacheControl?: string;
  readonly Metadata?: { readonly [name: string]: string };
  readonly StorageClass?: string;
}

/** An object in a bucket. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
  readonly properties: ObjectProperties;
  /** The key of KMS that encrypts it, where its use needs a permission. */
  readonly kmsKeyArn?: string;
}

/** The objects of a bucket, in memory. */
export class Bucket {
  private readonly objects = new Map<string, StoredObject>();
  private sortedKeys?: readonly string[];

  constructor(readonly name: string) {}

  get(key: string): StoredObject | undefined {
    return this.objects.get(key);
  }

  put(object: Omit<StoredObject, 'etag'>): StoredObject {
    const stored = { ...object, etag: `"${createHash('md5').update(object.bytes).digest('hex')}"` };
    if (!this.objects.has(object.key)) this.sortedKeys = undefined;
    this.objects.set(object.key, stored);
    return stored;
  }

  delete(key: string): void {
    if (this.objects.delete(key)) this.sortedKeys = undefined;
  }

  /** The objects whose keys begin so. */
  list(prefix = ''): StoredObject[] {
    return this.keys.filter((key) => key.startsWith(prefix)).map((key) => this.objects.get(key) as StoredObject);
  }

  /** In the order in which S3 lists them: that of their bytes. */
  private get keys(): readonly string[] {
    this.sortedKeys ??= [...this.objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return this.sortedKeys;
  }
}
