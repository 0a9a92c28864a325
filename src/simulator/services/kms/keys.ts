import { createHmac } from 'node:crypto';
import type { Resource } from '../../template/resource';
import type { ServiceContext } from '../context';
import { notInTemplates } from '../not-in-templates';
import { AwsError } from '../service';

/** A key of the assembly. */
export interface Key {
  readonly arn: string;
  /** e.g. `SYMMETRIC_DEFAULT`, `HMAC_256` */
  readonly spec: string;
  readonly usage: string;
  /** The alias by which the call named it. */
  readonly alias?: string;
  readonly isEnabled: boolean;
}

/** The keys of the assembly, and what they are made of: the same for the same seed. */
export class Keys {
  constructor(
    private readonly context: ServiceContext,
    private readonly seed: string,
  ) {}

  /** The key that an id, an ARN, or an alias names. */
  named(keyId: unknown): Key {
    const alias = /(?:^|:)(alias\/.+)$/.exec(String(keyId))?.[1];
    const target = alias === undefined ? keyId : this.targetOf(alias);
    const found = this.context.resources
      .ofType('AWS::KMS::Key')
      .find((key) => key.physicalId === target || key.attribute('Arn') === target);
    if (!found) throw notInTemplates(`The key ${keyId}`);
    return keyOf(found, alias);
  }

  material({ arn }: Key, purpose: string, bytes = 32): Buffer {
    return createHmac('sha512', this.seed).update(`${arn}/${purpose}`).digest().subarray(0, bytes);
  }

  private targetOf(alias: string): unknown {
    const found = this.context.resources.ofType('AWS::KMS::Alias').find(({ physicalId }) => physicalId === alias);
    if (!found) throw notInTemplates(`The key ${alias}`);
    return found.properties.TargetKeyId;
  }
}

/** Throws as KMS does where a key isn't for this. */
export function checkUsage(key: Key, usage: 'ENCRYPT_DECRYPT' | 'GENERATE_VERIFY_MAC', operation: string): void {
  if (!key.isEnabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`);
  if (key.usage === usage) return;
  const message = `${key.arn} key usage is ${key.usage} which is not valid for ${operation}.`;
  throw new AwsError('InvalidKeyUsageException', message);
}

function keyOf(resource: Resource, alias: string | undefined): Key {
  const { properties } = resource;
  return {
    arn: resource.attribute('Arn'),
    spec: String(properties.KeySpec ?? 'SYMMETRIC_DEFAULT'),
    usage: String(properties.KeyUsage ?? 'ENCRYPT_DECRYPT'),
    alias,
    isEnabled: ![false, 'false'].includes(properties.Enabled as boolean),
  };
}
