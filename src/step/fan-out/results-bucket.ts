import { Duration, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** Under what the results are. */
export const RESULTS_PREFIX = 'results';

const RETENTION = Duration.days(90);

/** Where the results of a fan-out go. */
export function resultsBucket(scope: Construct): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Results', {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    lifecycleRules: [{ expiration: RETENTION, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'Only the state machine writes it, and its log tells when',
  });
  return bucket;
}
