import { AwsError } from '../service';

/** An address of a mail, as its header writes it: `a@b.example`, or `A Name <a@b.example>`. */
export interface Address {
  /** As it was given. */
  readonly text: string;
  /** The bare address. */
  readonly email: string;
  readonly domain: string;
  readonly displayName?: string;
}

/** Reads an address. Throws as SES does where it is none. */
export function parseAddress(text: string): Address {
  if (/[\r\n\0]/.test(text)) throw bad(`Local address contains control or whitespace`);
  const [, quoted, bracketed] = /^(?:(.*?)\s*)<([^<>]*)>$/.exec(text.trim()) ?? [];
  const email = bracketed ?? text.trim();
  const [, local, domain] = /^(.*)@([^@]*)$/.exec(email) ?? [];
  if (local === undefined) throw bad(`Missing final '@domain'`);
  if (local === '') throw bad(`Missing start of the address`);
  if (/[^\x20-\x7e]/.test(local)) throw bad(`Local address contains non-ascii or control characters`);
  if (!/^("[^"]*"|[^\s"(),:;<>@[\]\\]+)$/.test(local)) throw bad(`Illegal character in the local part of ${email}`);
  if (!/^(?!-)[\w-]+(\.[\w-]+)+$/.test(domain)) throw bad(`Domain contains illegal character`);
  const displayName = quoted?.replace(/^"(.*)"$/, '$1').replaceAll('\\', '');
  return { text, email, domain, ...(displayName && { displayName }) };
}

export function bad(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}
