import { createHash } from 'node:crypto';

/** The hash algorithms that AWS offers, by the names that it gives them. */
export const HASH_ALGORITHMS: readonly string[] = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

/** The hash of a text, in hexadecimal. */
export function hash(text: string, algorithm: string): string {
  return createHash(algorithm.toLowerCase().replace('sha-', 'sha')).update(text).digest('hex');
}
