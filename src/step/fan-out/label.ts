const MAX_LABEL = 40;
const HASH = 8;

/**
 * The label of a Distributed Map, which ARNs and permissions name. It says where the Map is, and is unique.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function mapLabel(path: string, address: string): string {
  const plain = path.replace(/[^0-9A-Za-z_-]/g, '-');
  if (plain === path && plain.length <= MAX_LABEL) return plain;
  return `${plain.slice(0, MAX_LABEL - HASH - 1)}-${address.slice(-HASH)}`;
}
