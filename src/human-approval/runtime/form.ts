import { MAX_COMMENT } from './page';
import type { Decision } from './request';
import { clean } from './text';

/** What somebody sent by the page's form. */
export interface Answer {
  readonly nonce: string;
  readonly decision: Decision;
  /** The comment as it was typed. */
  readonly typed: string;
  readonly comment: string | null;
  /** Whether the comment is, so that nothing is taken. */
  readonly isTooLong: boolean;
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
  const read = readComment(comment);
  return { nonce, decision, typed: clean(comment), comment: read?.comment ?? null, isTooLong: read === undefined };
}

/**
 * A comment; undefined where it is no text, or too long. It is measured as the form's field does it, in units of UTF-16,
 * so that no browser sends one that is refused. Browsers send two characters for a new line.
 */
export function readComment(given: unknown): { readonly comment: string | null } | undefined {
  if (typeof given !== 'string') return undefined;
  const comment = clean(given).trim();
  if (comment.length > MAX_COMMENT) return undefined;
  return { comment: comment === '' ? null : comment };
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
