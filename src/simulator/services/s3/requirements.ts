import type { Requirement } from '../service';
import { copySource, type Input, keysToDelete, kmsKeyOf, type S3World } from './operations';

/** What IAM must allow before a call of S3 is made; KMS too, where the object is encrypted with a key of one's own. */
export function requirementsOf(operation: string, input: Input, world: S3World): Requirement[] {
  switch (operation) {
    case 'ListObjectsV2':
    case 'HeadBucket':
      return [onBucket(input, world)];
    case 'PutObject':
      return [onObject('PutObject', input, world), ...encrypting(input, world)];
    case 'CopyObject':
      return [...reading(copySource(input), world), onObject('PutObject', input, world), ...encrypting(input, world)];
    case 'DeleteObject':
      return [onObject('DeleteObject', input, world)];
    case 'DeleteObjects':
      return keysToDelete(input).map((Key) => onObject('DeleteObject', { ...input, Key }, world));
    default:
      return reading(input, world);
  }
}

/** To list a bucket, or to see that it is there. */
export function onBucket(input: Input, { buckets }: S3World): Requirement {
  const keys = { 's3:prefix': input.Prefix, 's3:delimiter': input.Delimiter, 's3:max-keys': input.MaxKeys };
  const given = Object.entries(keys).filter(([, value]) => value !== undefined);
  return {
    action: 's3:ListBucket',
    resource: buckets.arn(String(input.Bucket)),
    ...(given.length > 0 && { context: Object.fromEntries(given.map(([key, value]) => [key, String(value)])) }),
  };
}

function onObject(action: string, { Bucket, Key }: Input, { buckets }: S3World): Requirement {
  return { action: `s3:${action}`, resource: `${buckets.arn(String(Bucket))}/${Key}` };
}

function reading(input: Input, world: S3World): Requirement[] {
  const kmsKeyArn = world.buckets.known(String(input.Bucket))?.get(String(input.Key))?.kmsKeyArn;
  return [onObject('GetObject', input, world), ...withKey('kms:Decrypt', kmsKeyArn, input, world)];
}

function encrypting(input: Input, world: S3World): Requirement[] {
  return withKey('kms:GenerateDataKey', kmsKeyOf(input, world.buckets), input, world);
}

/** S3 uses the key in the name of whoever calls it. */
function withKey(action: string, resource: string | undefined, input: Input, world: S3World): Requirement[] {
  if (resource === undefined) return [];
  const { buckets, context } = world;
  return [
    {
      action,
      resource,
      context: {
        'kms:ViaService': `s3.${context.region}.amazonaws.com`,
        'kms:CallerAccount': context.account,
        'kms:EncryptionContext:aws:s3:arn': onObject('', input, { buckets, context }).resource,
      },
    },
  ];
}
