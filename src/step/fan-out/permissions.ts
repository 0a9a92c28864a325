import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { expressionIn } from '../expression';
import type { ItemSource } from './items';

/**
 * What a role needs to read the items of a fan-out.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export function mayRead({
  bucket,
  options,
  api,
  key = '',
  alsoReads,
  encryptionKeys,
}: ItemSource): iam.PolicyStatement[] {
  const { otherBuckets = [], keyPrefix } = options;
  const buckets = [bucket, ...otherBuckets];
  const isFixed = expressionIn(key) === undefined;
  if (api === 'listObjectsV2') return [mayList(buckets, isFixed ? key : keyPrefix, isFixed)];
  const objects = isFixed ? [key, ...(alsoReads === undefined ? [] : [`${alsoReads}*`])] : [`${keyPrefix ?? ''}*`];
  const resources = buckets.flatMap((one) => objects.map((object) => one.arnForObjects(object)));
  const read = new iam.PolicyStatement({ actions: ['s3:GetObject'], resources });
  const decrypt = encryptionKeys.map(
    ({ keyArn }) => new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [keyArn] }),
  );
  return [read, ...decrypt];
}

function mayList(buckets: s3.IBucket[], prefix = '', exactly: boolean): iam.PolicyStatement {
  const only = exactly ? { StringEquals: { 's3:prefix': prefix } } : { StringLike: { 's3:prefix': `${prefix}*` } };
  return new iam.PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: buckets.map(({ bucketArn }) => bucketArn),
    conditions: prefix === '' ? undefined : only,
  });
}

/** What a role needs to write the results of a fan-out. */
export function mayWrite(bucket: s3.IBucket, prefix: string): iam.PolicyStatement[] {
  const resources = [bucket.arnForObjects(`${prefix}/*`)];
  const write = new iam.PolicyStatement({ actions: ['s3:PutObject', 's3:GetObject'], resources });
  if (bucket.encryptionKey === undefined) return [write];
  const actions = ['kms:GenerateDataKey', 'kms:Decrypt'];
  return [write, new iam.PolicyStatement({ actions, resources: [bucket.encryptionKey.keyArn] })];
}
