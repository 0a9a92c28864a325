import { createCipheriv, createDecipheriv } from 'node:crypto';
import { AwsError } from '../service';
import type { Key, Keys } from './keys';

const IV_BYTES = 12;
const TAG_BYTES = 16;

export type EncryptionContext = { readonly [name: string]: string };

/** Encrypts: what comes out names its key, as KMS's does. */
export function encrypt(plaintext: Buffer, key: Key, keys: Keys, context: EncryptionContext, nonce: string): Buffer {
  const iv = keys.material(key, `iv/${nonce}`, IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keys.material(key, 'encrypt'), iv).setAAD(aad(context));
  const data = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const arn = Buffer.from(key.arn);
  return Buffer.concat([Buffer.from([arn.length]), arn, iv, cipher.getAuthTag(), data]);
}

/** The ARN of the key by which something was encrypted. */
export function keyArnOf(blob: Buffer): string {
  const arn = blob.subarray(1, 1 + (blob[0] ?? 0)).toString();
  if (arn.startsWith('arn:')) return arn;
  throw invalid();
}

/** Decrypts. Throws as KMS does where the data or its context were changed. */
export function decrypt(blob: Buffer, key: Key, keys: Keys, context: EncryptionContext): Buffer {
  const rest = blob.subarray(1 + blob[0]);
  const iv = rest.subarray(0, IV_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', keys.material(key, 'encrypt'), iv)
      .setAAD(aad(context))
      .setAuthTag(rest.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(rest.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw invalid();
  }
}

function aad(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function invalid(): AwsError {
  return new AwsError('InvalidCiphertextException', '');
}
