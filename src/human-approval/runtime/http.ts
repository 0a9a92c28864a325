import { Variable } from '../constants';
import { STYLE_SOURCE } from './page-style';

/** What the function reads of the event of an HTTP API, in its form 2.0. */
export interface HttpEvent {
  readonly rawPath: string;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: {
    readonly domainName: string;
    readonly http: { readonly method: string; readonly sourceIp: string };
    readonly authorizer?: {
      readonly jwt?: { readonly claims?: { readonly [name: string]: unknown } };
      readonly iam?: { readonly userArn?: string };
    };
  };
}

/** What the API sends back. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** They keep a page from being kept, framed, told of to others, and from running anything. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src ${STYLE_SOURCE}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'content-type': 'text/html; charset=utf-8',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
};

export function answer(
  statusCode: number,
  html: string,
  headers: { readonly [name: string]: string } = {},
): HttpAnswer {
  return { statusCode, headers: { ...HEADERS, ...headers }, body: html };
}

/**
 * Whether a browser sent this from a page of somebody else's. Of our own it tells no origin, as we ask it to. That of an
 * app where approvers sign in is none of somebody else's: its requests have a token or a signature, which browsers don't
 * send by themselves, so that no other site can make them.
 */
export function isForeign({ headers, requestContext }: HttpEvent): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && origin === appOrigin()) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && origin !== 'null' && origin !== `https://${requestContext.domainName}`;
}

/** The origin of the app that opens links, where there is one. */
export function appOrigin(): string | undefined {
  return process.env[Variable.APP_ORIGIN];
}

/** Whether it has the content type that forms of browsers have. */
export function isForm({ headers }: HttpEvent): boolean {
  return /^application\/x-www-form-urlencoded(; *charset=utf-8)?$/i.test(headers['content-type'] ?? '');
}

/** The body as bytes. */
export function bodyOf({ body = '', isBase64Encoded }: HttpEvent): Buffer {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}
