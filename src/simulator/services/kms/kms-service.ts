import { createHmac, timingSafeEqual } from 'node:crypto';
import { SimulatorFault } from '../../engine/fault';
import type { ServiceContext } from '../context';
import { AwsError, type Requirement, type Service, type ServiceCall } from '../service';
import { decrypt, type EncryptionContext, encrypt, keyArnOf } from './ciphertext';
import { checkUsage, type Key, Keys } from './keys';

type Input = ServiceCall['input'];

const PARAMETERS: { readonly [operation: string]: readonly string[] } = {
  GenerateMac: ['KeyId', 'Message', 'MacAlgorithm'],
  VerifyMac: ['KeyId', 'Message', 'MacAlgorithm', 'Mac'],
  Encrypt: ['KeyId', 'Plaintext', 'EncryptionContext', 'EncryptionAlgorithm'],
  Decrypt: ['KeyId', 'CiphertextBlob', 'EncryptionContext', 'EncryptionAlgorithm'],
  GenerateDataKey: ['KeyId', 'KeySpec', 'NumberOfBytes', 'EncryptionContext'],
};
const MAX_BYTES = 4096;

/** KMS: the keys of the assembly, of made-up material that is the same for the same seed. Blobs are base64 texts. */
export class KmsService implements Service {
  readonly name = 'kms';
  private readonly keys: Keys;

  constructor(
    private readonly context: ServiceContext,
    seed: string,
  ) {
    this.keys = new Keys(context, seed);
  }

  requirements({ operation, input }: ServiceCall): readonly Requirement[] {
    checkSupported(operation, input);
    const key = this.keyOf(operation, input);
    const encryption = contextOf(input);
    const context = {
      ...(input.MacAlgorithm !== undefined && { 'kms:MacAlgorithm': String(input.MacAlgorithm) }),
      ...(key.alias && { 'kms:RequestAlias': key.alias }),
      'kms:CallerAccount': this.context.account,
      'kms:KeyOrigin': 'AWS_KMS',
      'kms:KeySpec': key.spec,
      'kms:KeyUsage': key.usage,
      ...Object.fromEntries(
        Object.entries(encryption).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
      ),
      ...(Object.keys(encryption).length > 0 && { 'kms:EncryptionContextKeys': Object.keys(encryption) }),
    };
    return [{ action: `kms:${operation}`, resource: key.arn, context }];
  }

  async perform({ operation, input }: ServiceCall): Promise<{ [name: string]: unknown }> {
    const key = this.keyOf(operation, input);
    const isMac = operation.endsWith('Mac');
    checkUsage(key, isMac ? 'GENERATE_VERIFY_MAC' : 'ENCRYPT_DECRYPT', operation);
    return isMac ? this.mac(operation, input, key) : this.encryption(operation, input, key);
  }

  async close(): Promise<void> {}

  private mac(operation: string, { Message: message, MacAlgorithm: algorithm, Mac: given }: Input, key: Key) {
    const bits = key.spec.replace('HMAC_', '');
    if (algorithm !== `HMAC_SHA_${bits}`) {
      throw new AwsError(
        'InvalidKeyUsageException',
        `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`,
      );
    }
    const mac = createHmac(`sha${bits}`, this.keys.material(key, 'mac')).update(bytes(message, 'message')).digest();
    const answer = { KeyId: key.arn, MacAlgorithm: algorithm };
    if (operation === 'GenerateMac') return { ...answer, Mac: mac.toString('base64') };
    const other = Buffer.from(String(given), 'base64');
    if (other.length === mac.length && timingSafeEqual(other, mac)) return { ...answer, MacValid: true };
    throw new AwsError('KMSInvalidMacException', '');
  }

  private encryption(operation: string, input: Input, key: Key): { [name: string]: unknown } {
    const context = contextOf(input);
    const seal = (plaintext: Buffer) =>
      encrypt(plaintext, key, this.keys, context, this.context.newId()).toString('base64');
    switch (operation) {
      case 'Encrypt': {
        const CiphertextBlob = seal(bytes(input.Plaintext, 'plaintext'));
        return { KeyId: key.arn, CiphertextBlob, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      }
      case 'Decrypt': {
        const plaintext = decrypt(Buffer.from(String(input.CiphertextBlob), 'base64'), key, this.keys, context);
        return { KeyId: key.arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      }
      default: {
        const dataKey = this.keys.material(key, `data/${this.context.newId()}`, lengthOf(input));
        return { KeyId: key.arn, Plaintext: dataKey.toString('base64'), CiphertextBlob: seal(dataKey) };
      }
    }
  }

  /** What is to be decrypted names its key itself. */
  private keyOf(operation: string, input: Input): Key {
    if (operation !== 'Decrypt') return this.keys.named(input.KeyId);
    const key = this.keys.named(keyArnOf(Buffer.from(String(input.CiphertextBlob), 'base64')));
    if (input.KeyId === undefined) return key;
    const given = this.keys.named(input.KeyId);
    if (given.arn === key.arn) return given;
    const message = 'The key ID in the request does not identify a CMK that can perform this operation.';
    throw new AwsError('IncorrectKeyException', message);
  }
}

function contextOf({ EncryptionContext: context }: Input): EncryptionContext {
  return (context ?? {}) as EncryptionContext;
}

function bytes(value: unknown, name: string): Buffer {
  const buffer = Buffer.from(String(value ?? ''), 'base64');
  if (buffer.length > 0 && buffer.length <= MAX_BYTES) return buffer;
  const rule = `Member must have length between 1 and ${MAX_BYTES}`;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: ${rule}`,
  );
}

function lengthOf({ KeySpec: spec, NumberOfBytes: count }: Input): number {
  const length = count === undefined ? { AES_256: 32, AES_128: 16 }[String(spec)] : Number(count);
  if (length === undefined)
    throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
  if (length > 64)
    throw new SimulatorFault(`NumberOfBytes ${length} of KMS's GenerateDataKey is not supported: at most 64`);
  return length;
}

function checkSupported(operation: string, input: Input): void {
  const known = PARAMETERS[operation];
  if (!known) throw new SimulatorFault(`KMS's ${operation} is not supported`);
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown) throw new SimulatorFault(`The parameter ${unknown} of KMS's ${operation} is not supported`);
}
