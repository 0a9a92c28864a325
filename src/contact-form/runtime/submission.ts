import { MAX_BODY_BYTES } from '../constants';
import { Refusal } from './refusal';

/** What API Gateway hands to the handler, as far as it is read. */
export interface ProxyRequest {
  readonly httpMethod: string;
  readonly headers: { readonly [name: string]: string | undefined } | null;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly domainName?: string; readonly identity?: { readonly sourceIp?: string } };
}

/** What somebody submitted, before anything of it is believed. */
export interface Submission {
  /** By name, what was given for it. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Whether a browser posted a form, which shows what is answered. */
  readonly isForm: boolean;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** The value of a header, whatever its name's capitals are. */
export function header({ headers }: ProxyRequest, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Whether a browser posts a form. */
export function isFormPost(request: ProxyRequest): boolean {
  return contentType(request) === FORM_TYPE;
}

/** Reads what was submitted. Throws a `Refusal` where it is none. */
export function readSubmission(request: ProxyRequest): Submission {
  const type = contentType(request);
  if ((type !== JSON_TYPE && type !== FORM_TYPE) || request.isBase64Encoded || !isUtf8(request)) throw new Refusal(415);
  const body = request.body ?? '';
  return type === FORM_TYPE ? readForm(body) : readJson(body);
}

/** Whether a request says that it is in UTF-8, or nothing of how it is encoded. */
function isUtf8(request: ProxyRequest): boolean {
  const charsets = [...(header(request, 'content-type') ?? '').matchAll(/;\s*charset\s*=\s*"?([^\s;"]*)/gi)];
  return charsets.every(([, charset]) => /^utf-?8$/i.test(charset));
}

function checkSize(text: string): void {
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) throw new Refusal(413);
}

function contentType(request: ProxyRequest): string | undefined {
  return header(request, 'content-type')?.split(';')[0].trim().toLowerCase();
}

function readJson(body: string): Submission {
  checkSize(body);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refusal(400);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal(400);
  return { values: new Map(Object.entries(value)), isForm: false };
}

function readForm(body: string): Submission {
  checkSize(decoded(body));
  const pairs = [...new URLSearchParams(body)];
  const values = new Map<string, unknown>(pairs);
  // Of a name that is there twice, each reader might take another one.
  if (values.size < pairs.length) throw new Refusal(400);
  return { values, isForm: true };
}

/** A form without its encoding. What isn't UTF-8 throws here; `URLSearchParams` would read it as something else. */
function decoded(body: string): string {
  try {
    return decodeURIComponent(body);
  } catch {
    throw new Refusal(415);
  }
}
