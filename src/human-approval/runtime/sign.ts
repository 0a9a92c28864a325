import { GenerateMacCommand, KMSInvalidMacException, VerifyMacCommand } from '@aws-sdk/client-kms';
import { Variable } from '../constants';
import { kms } from './clients';
import { environment } from './environment';
import { keyRefOf, type Link, type SignedLink, signedText } from './link';

const MacAlgorithm = 'HMAC_SHA_256';

/** Signs a link with the key of today. The key never leaves KMS. */
export async function sign(link: Omit<Link, 'keyRef'>): Promise<SignedLink> {
  const [key] = keys();
  const unsigned = { ...link, keyRef: keyRefOf(key) };
  const Message = Buffer.from(signedText(unsigned));
  const { Mac = new Uint8Array() } = await kms.send(new GenerateMacCommand({ KeyId: key, Message, MacAlgorithm }));
  return { ...unsigned, mac: Buffer.from(Mac).toString('hex') };
}

/** Whether a key of ours has signed a link: that of today, or an earlier one. */
export async function isSigned(link: SignedLink): Promise<boolean> {
  const key = keys().find((arn) => keyRefOf(arn) === link.keyRef);
  if (key === undefined) return false;
  const Message = Buffer.from(signedText(link));
  try {
    const Mac = Buffer.from(link.mac, 'hex');
    const { MacValid } = await kms.send(new VerifyMacCommand({ KeyId: key, Message, MacAlgorithm, Mac }));
    return MacValid === true;
  } catch (error) {
    if (error instanceof KMSInvalidMacException) return false;
    throw error;
  }
}

/** The ARNs of the keys, that of today first. */
function keys(): string[] {
  return environment(Variable.KEYS).split(',');
}
