import { AwsError } from '../service';

const DEFAULT_SIZE = 100;

/** A part of a list, as large as a request wants it, with the token of the next one. */
export function page(
  name: string,
  items: readonly unknown[],
  { maxResults, nextToken }: { readonly maxResults?: unknown; readonly nextToken?: unknown },
): { readonly [name: string]: unknown } {
  // As for AWS, 0 means the default.
  const size = Number(maxResults || DEFAULT_SIZE);
  const start = Number(nextToken ?? 0);
  if (!Number.isInteger(start)) throw new AwsError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const end = start + size;
  return { [name]: items.slice(start, end), ...(end < items.length && { nextToken: String(end) }) };
}
