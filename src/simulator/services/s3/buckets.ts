import type { Resource, Resources } from '../../template/resource';
import type { ServiceContext } from '../context';
import { AwsError } from '../service';
import { Bucket } from './bucket';

interface Encryption {
  readonly SSEAlgorithm?: string;
  readonly KMSMasterKeyID?: string;
}

/** The buckets: those of the templates, and those that no template has and a test put something into. */
export class Buckets {
  private readonly buckets = new Map<string, Bucket>();
  private readonly imported = new Set<string>();

  constructor(private readonly context: ServiceContext) {}

  /** The bucket with a name. Throws NoSuchBucket where there is none. */
  find(name: string): Bucket {
    const bucket = this.known(name);
    if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }

  /** The bucket with a name, if there is one. */
  known(name: string): Bucket | undefined {
    const bucket = this.buckets.get(name);
    return bucket ?? (this.resource(name) && this.open(name));
  }

  /** The bucket with a name, whether or not a template has it. */
  import(name: string): Bucket {
    const bucket = this.known(name);
    if (bucket) return bucket;
    this.imported.add(name);
    return this.open(name);
  }

  arn(name: string): string {
    return this.resource(name)?.attribute('Arn') ?? `arn:${this.context.partition}:s3:::${name}`;
  }

  /**
   * The key of KMS with which a bucket encrypts what is put into it; undefined where that is S3's own, for which nobody
   * needs a permission.
   */
  kmsKeyArn(name: string): string | undefined {
    const configuration = this.resource(name)?.properties.BucketEncryption as
      | { ServerSideEncryptionConfiguration?: { ServerSideEncryptionByDefault?: Encryption }[] }
      | undefined;
    const { SSEAlgorithm, KMSMasterKeyID } =
      configuration?.ServerSideEncryptionConfiguration?.[0]?.ServerSideEncryptionByDefault ?? {};
    if (!SSEAlgorithm?.startsWith('aws:kms') || KMSMasterKeyID === undefined) return undefined;
    return this.keyArn(KMSMasterKeyID);
  }

  /** The ARN of the key that an ARN, an id or an alias names. */
  keyArn(keyId: string): string {
    const { resources } = this.context;
    const alias = keyId.replace(/^arn:[^:]+:kms:[^:]+:\d+:(?=alias\/)/, '');
    const target = resources.ofType('AWS::KMS::Alias').find(({ properties }) => properties.AliasName === alias);
    const id = target ? String(target.properties.TargetKeyId) : keyId;
    return keyOf(id, resources)?.attribute('Arn') ?? this.importedKey(id);
  }

  /** Forgets the buckets that are gone; those that stay keep their objects. */
  redeployed(): void {
    for (const name of this.buckets.keys()) {
      if (!this.imported.has(name) && !this.resource(name)) this.buckets.delete(name);
    }
  }

  private importedKey(id: string): string {
    const { partition, region, account } = this.context;
    return id.startsWith('arn:')
      ? id
      : `arn:${partition}:kms:${region}:${account}:${id.replace(/^(?!alias\/)/, 'key/')}`;
  }

  private open(name: string): Bucket {
    const bucket = new Bucket(name);
    this.buckets.set(name, bucket);
    return bucket;
  }

  private resource(name: string): Resource | undefined {
    return this.context.resources.ofType('AWS::S3::Bucket').find(({ physicalId }) => physicalId === name);
  }
}

function keyOf(id: string, resources: Resources): Resource | undefined {
  return resources.ofType('AWS::KMS::Key').find((key) => key.physicalId === id || key.attribute('Arn') === id);
}
