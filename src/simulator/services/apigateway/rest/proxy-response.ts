import type { ApiAnswer, Fields } from '../message';
import { GatewayError } from './gateway-error';

/** What API Gateway makes of what a function returned to it: its response must be of the one form that there is. */
export function proxyAnswer(value: unknown, isBinary: boolean): ApiAnswer {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded, ...rest } = value as {
    readonly [name: string]: unknown;
  };
  const status = Number(statusCode);
  const isText = body === undefined || body === null || typeof body === 'string';
  if (Object.keys(rest).length > 0 || !isStatus(status) || !isText) throw malformed();
  const text = body ?? '';
  return {
    status,
    headers: withType(fieldsOf(headers, multiValueHeaders)),
    body: Buffer.from(text as string, isBase64Encoded === true && isBinary ? 'base64' : 'utf8'),
    takesMs: 0,
  };
}

export function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599;
}

/** The headers of both kinds; where both have one, all its values. */
export function fieldsOf(headers: unknown, multiValueHeaders?: unknown): Fields {
  const many = Object.entries((multiValueHeaders ?? {}) as { readonly [name: string]: readonly unknown[] });
  const taken = many.map(([name]) => name.toLowerCase());
  const single = Object.entries((headers ?? {}) as object).filter(([name]) => !taken.includes(name.toLowerCase()));
  return [
    ...single.map(([name, value]) => [name, String(value)] as const),
    ...many.flatMap(([name, values]) => values.map((value) => [name, String(value)] as const)),
  ];
}

function withType(fields: Fields): Fields {
  const has = fields.some(([name]) => name.toLowerCase() === 'content-type');
  return has ? fields : [...fields, ['Content-Type', 'application/json']];
}

function malformed(): GatewayError {
  return new GatewayError('DEFAULT_5XX', 502, 'Internal server error');
}
