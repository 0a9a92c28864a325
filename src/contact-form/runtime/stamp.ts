import { MAX_STAMP_AGE_MS } from '../constants';

/** Signs, and verifies: with a key that nobody has. */
export interface Signer {
  sign(text: string): Promise<string>;
  verify(text: string, signature: string): Promise<boolean>;
}

const signed = (issuedAt: number) => `contact form, ${issuedAt}`;

/** A signed timestamp, which a form has with it from when it is shown. */
export async function newStamp(now: number, signer: Signer): Promise<string> {
  return `${now}.${await signer.sign(signed(now))}`;
}

/** Whether a stamp was made by us, long enough ago for a person to have filled in the form, and not too long ago. */
export async function isGoodStamp(stamp: unknown, minAgeMs: number, now: number, signer: Signer): Promise<boolean> {
  const [, issuedAt, signature] = (typeof stamp === 'string' && /^(\d{13})\.([\w-]{43})$/.exec(stamp)) || [];
  if (issuedAt === undefined) return false;
  const age = now - Number(issuedAt);
  if (age < minAgeMs || age > MAX_STAMP_AGE_MS) return false;
  return signer.verify(signed(Number(issuedAt)), signature);
}
