import { createHash } from 'node:crypto';

/** A name as CloudFormation makes them up, but the same at every synthesis: `<stack>-<logical id>-<hash>`. */
export function generatedName(stackName: string, logicalId: string, seed: string, limit: number): string {
  const hash = digest(seed).slice(0, 8).toUpperCase();
  return `${`${stackName}-${logicalId}`.slice(0, limit - hash.length - 1)}-${hash}`;
}

/** An identifier of the shape of a UUID. */
export function guid(seed: string): string {
  const hex = digest(seed);
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

/** An identifier of lower-case letters and digits, as API Gateway has them; at most 50 characters. */
export function shortId(seed: string, length: number): string {
  return BigInt(`0x${digest(seed)}`)
    .toString(36)
    .padStart(50, '0')
    .slice(-length);
}

function digest(seed: string): string {
  return createHash('sha256').update(seed).digest('hex');
}
