import type { Protocol } from './protocols';

/** REST JSON, of which SES needs no more than this: the path names the operation, and the body is the request. */
export function restJson(service: string, operations: { readonly [methodAndPath: string]: string }): Protocol {
  const headers = { 'content-type': 'application/json' };
  return {
    read: ({ method, path, body }) => {
      const operation = operations[`${method} ${path}`];
      return operation ? { service, operation, input: JSON.parse(body || '{}') } : undefined;
    },
    response: (output) => ({ status: 200, headers, body: JSON.stringify(output) }),
    error: ({ code, message, statusCode: status }) => ({
      status,
      headers: { ...headers, 'x-amzn-errortype': code },
      body: JSON.stringify({ message }),
    }),
  };
}
