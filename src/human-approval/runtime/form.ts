import { MAX_COMMENT } from './page';
import type { Decision } from './request';
import { clean } from './text';

/** The comments of a level are in one item. That of most scripts may have all its characters. */
const MAX_COMMENT_BYTES = 3000;

/** What somebody sent by the page's form. */
export interface Answer {
  readonly nonce: string;
  readonly decision: Decision;
  readonly comment: string | null;
}

/** A comment of the greatest length, of characters that take nine bytes each in a form, and the other fields. */
export const MAX_BODY_BYTES = 16 * 1024;

/** Reads a form; undefined where it isn't exactly that of the page. */
export function readForm(body: string): Answer | undefined {
  const fields = fieldsOf(body);
  if (fields === undefined) return undefined;
  const { nonce, decision, comment = '', ...others } = fields;
  if (Object.keys(others).length > 0) return undefined;
  if (!/^[0-9a-f]{32}$/.test(nonce ?? '')) return undefined;
  if (decision !== 'approved' && decision !== 'rejected') return undefined;
  return readComment(comment, { nonce, decision });
}

/** The answer with its comment; undefined where that is too long. Browsers send two characters for a new line. */
export function readComment<Rest>(given: string, rest: Rest): (Rest & { comment: string | null }) | undefined {
  const comment = clean(given).trim();
  if ([...comment].length > MAX_COMMENT || Buffer.byteLength(comment) > MAX_COMMENT_BYTES) return undefined;
  return { ...rest, comment: comment === '' ? null : comment };
}

/** The fields of a form; undefined where one stands twice, or is not UTF-8. */
function fieldsOf(body: string): { readonly [name: string]: string } | undefined {
  const fields = new Map<string, string>();
  try {
    for (const pair of body.split('&')) {
      const [name, value = ''] = pair.split(/=(.*)/s).map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
      if (fields.has(name)) return undefined;
      fields.set(name, value);
    }
  } catch {
    return undefined;
  }
  return Object.fromEntries(fields);
}
