import { CfnResource, type RemovalPolicy, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { invalid } from '../step/names';
import { keyRefOf } from './runtime/link';

/** A key that signs links. */
export function linkKey(scope: Construct, removalPolicy: RemovalPolicy): kms.Key {
  return new kms.Key(scope, 'LinkKey', {
    description: `Signs the links of ${scope.node.path}`,
    keySpec: kms.KeySpec.HMAC_256,
    keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC,
    removalPolicy,
  });
}

/** Throws where a key can sign no links, or has no id by which links can name it. */
export function checkLinkKey(scope: Construct, { keyArn, node }: kms.IKey): void {
  const wrong = (problem: string) => invalid(scope, `the link key ${node.path} ${problem}`);
  const resource = [node.defaultChild, node.scope].find((made) => CfnResource.isCfnResource(made));
  if (resource?.cfnResourceType === 'AWS::KMS::Alias' || keyArn.includes(':alias/')) {
    throw wrong('is an alias, which may name another key tomorrow; give the key');
  }
  if (resource?.cfnResourceType === 'AWS::KMS::Key') {
    const { keySpec = kms.KeySpec.SYMMETRIC_DEFAULT, keyUsage } = resource as kms.CfnKey;
    if (keySpec === kms.KeySpec.HMAC_256 && keyUsage === kms.KeyUsage.GENERATE_VERIFY_MAC) return;
    throw wrong(`is of the kind ${keySpec}; give one of HMAC_256 for GENERATE_VERIFY_MAC`);
  }
  if (!Token.isUnresolved(keyArn) && !/^[0-9a-f]{8}$/.test(keyRefOf(keyArn))) {
    throw wrong(`has the ARN ${keyArn}; give one that ends in the key's id`);
  }
}
