import { LINK_PATH } from '../constants';

/** What a link says, all of it signed. */
export interface Link {
  /** The random id of the request, of 160 bits. */
  readonly id: string;
  readonly level: number;
  /** The place of the approver among those of the level. */
  readonly approver: number;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** The beginning of the id of the key that signed it. */
  readonly keyRef: string;
}

export interface SignedLink extends Link {
  /** The signature in hex. */
  readonly mac: string;
}

// No text of a link can be written in two ways: no signs, no leading zeros, lower case alone.
const FORM = new RegExp(
  `^/${LINK_PATH}/([0-9a-f]{40})\\.([1-9]\\d?)\\.(0|[1-9]\\d{0,2})\\.([1-9]\\d{9})\\.([0-9a-f]{8})\\.([0-9a-f]{64})$`,
);

/** Reads the path of a request; undefined where it is no link. */
export function parseLink(path: string): SignedLink | undefined {
  const parts = FORM.exec(path);
  if (!parts) return undefined;
  const [, id, level, approver, expiresAt, keyRef, mac] = parts;
  return { id, level: Number(level), approver: Number(approver), expiresAt: Number(expiresAt), keyRef, mac };
}

/** What is signed. The first word keeps it apart from whatever else the key may sign. */
export function signedText({ id, level, approver, expiresAt, keyRef }: Link): string {
  return `approval-link|${[id, level, approver, expiresAt, keyRef].join('|')}`;
}

export function linkUrl(base: string, { id, level, approver, expiresAt, keyRef, mac }: SignedLink): string {
  return `${base}/${LINK_PATH}/${[id, level, approver, expiresAt, keyRef, mac].join('.')}`;
}

/** What a link calls a key: enough to find it again. */
export function keyRefOf(keyArn: string): string {
  const id = keyArn.split('/').pop() ?? '';
  return id.replace(/^mrk-/, '').replaceAll('-', '').slice(0, 8).toLowerCase();
}
