import { SimulatorFault } from '../../engine/fault';
import type { ServiceContext } from '../context';
import { AwsError, type MayAlso, type Origin, type Requirement, type Service, type ServiceCall } from '../service';
import { Buckets } from './buckets';
import { textOrBytes } from './content';
import { copySource, OPERATIONS, type S3World } from './operations';
import { onBucket, requirementsOf } from './requirements';

/** An object of a bucket as tests read it. */
export interface BucketObject {
  readonly key: string;
  /** Its content: text, or bytes where it is none. */
  readonly body: string | Buffer;
  readonly contentType?: string;
  readonly metadata?: { readonly [name: string]: string };
  readonly lastModified: Date;
}

/** S3: the buckets of the assembly, in memory. */
export class S3Service implements Service {
  readonly name = 's3';
  private readonly world: S3World;

  constructor(context: ServiceContext) {
    this.world = { buckets: new Buckets(context), context };
  }

  requirements({ operation, input }: ServiceCall): readonly Requirement[] {
    checkSupported(operation, input);
    return requirementsOf(operation, input, this.world);
  }

  async perform(
    { operation, input }: ServiceCall,
    _origin?: Origin,
    mayAlso?: MayAlso,
  ): Promise<{ [name: string]: unknown }> {
    checkSupported(operation, input);
    try {
      return OPERATIONS[operation].perform(input, this.world);
    } catch (error) {
      throw error instanceof AwsError && error.code === 'NoSuchKey' && mayAlso
        ? this.missing(operation === 'CopyObject' ? copySource(input) : input, error, mayAlso)
        : error;
    }
  }

  /** Puts an object for a test, which nobody judges. A bucket that no template has exists from its first object on. */
  put(bucket: string, key: string, body: string | Uint8Array, contentType?: string): void {
    this.world.buckets.import(bucket);
    OPERATIONS.PutObject.perform({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }, this.world);
  }

  /** The objects of a bucket whose keys begin so, in the order of their keys; none where there is no such bucket. */
  objects(bucket: string, prefix?: string): BucketObject[] {
    const found = this.world.buckets.known(bucket)?.list(prefix) ?? [];
    return found.map(({ key, bytes, properties, lastModified }) => ({
      key,
      body: textOrBytes(bytes),
      contentType: properties.ContentType,
      metadata: properties.Metadata,
      lastModified,
    }));
  }

  /**
   * Who may not list a bucket isn't told that an object is not there.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  private missing({ Bucket }: { readonly [name: string]: unknown }, noSuchKey: AwsError, mayAlso: MayAlso): AwsError {
    const { allowed, reason } = mayAlso(onBucket({ Bucket }, this.world));
    return allowed ? noSuchKey : new AwsError('AccessDenied', reason, 403);
  }

  async redeployed(): Promise<void> {
    this.world.buckets.redeployed();
  }

  async close(): Promise<void> {}
}

function checkSupported(operation: string, input: ServiceCall['input']): void {
  const known = OPERATIONS[operation];
  if (!known) throw new SimulatorFault(`S3's ${operation} is not supported`);
  const unknown = Object.keys(input).find((name) => !known.parameters.includes(name));
  if (unknown) throw new SimulatorFault(`The parameter ${unknown} of S3's ${operation} is not supported`);
  for (const name of ['Bucket', ...(known.parameters.includes('Key') ? ['Key'] : [])]) {
    if (typeof input[name] !== 'string' || input[name] === '') {
      throw new AwsError('InvalidRequest', `The ${name} of ${operation} is missing`);
    }
  }
}
