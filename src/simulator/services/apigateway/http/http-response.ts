import { type ApiAnswer, jsonAnswer } from '../message';
import { fieldsOf, isStatus } from '../rest/proxy-response';

/** What an HTTP API makes of what a function returned to it: what has no status is the body itself. */
export function httpAnswer(value: unknown): ApiAnswer {
  const response = typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : {};
  if (!('statusCode' in response)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return { ...jsonAnswer(200, null), body: Buffer.from(text) };
  }
  const { statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded } = response;
  const status = Number(statusCode);
  if (!isStatus(status)) return serverError();
  const text = typeof body === 'string' || body === undefined || body === null ? (body ?? '') : JSON.stringify(body);
  const fields = fieldsOf(headers, multiValueHeaders).map(([name, of]) => [name.toLowerCase(), of] as const);
  const hasType = fields.some(([name]) => name === 'content-type');
  return {
    status,
    headers: [
      ...fields,
      ...(hasType ? [] : [['content-type', 'text/plain;charset=UTF-8'] as const]),
      ...((cookies ?? []) as readonly string[]).map((cookie) => ['set-cookie', cookie] as const),
    ],
    body: Buffer.from(text as string, isBase64Encoded === true ? 'base64' : 'utf8'),
    takesMs: 0,
  };
}

export function serverError(takesMs = 0): ApiAnswer {
  return { ...jsonAnswer(500, { message: 'Internal Server Error' }), takesMs };
}
