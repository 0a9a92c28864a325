/** A list of header fields, in their order, each name as it was sent. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** A request, as it arrives at an API. */
export interface ApiRequest {
  readonly method: string;
  /** As it was sent, stage and all: `/prod/orders/1`. */
  readonly path: string;
  /** What follows the question mark, as it was sent. */
  readonly query: string;
  readonly headers: Fields;
  readonly body: Buffer;
  readonly sourceIp: string;
  /** The role that signed the request. */
  readonly roleArn?: string;
  /** What the token says that came with it. */
  readonly claims?: { readonly [name: string]: unknown };
}

/** What an API answers. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Fields;
  readonly body: Buffer;
  /** How much virtual time it takes. */
  readonly takesMs: number;
}

/** The value of a header; undefined where it is not there. */
export function headerOf(fields: Fields, name: string): string | undefined {
  return valuesOf(fields, name).at(-1);
}

/** All the values of a header. */
export function valuesOf(fields: Fields, name: string): string[] {
  return fields.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** The parameters of a query, decoded, in their order. */
export function queryOf({ query }: Pick<ApiRequest, 'query'>): Fields {
  return [...new URLSearchParams(query)];
}

/** The fields as an object: of several values of a name, the last. */
export function lastOf(fields: Fields): { [name: string]: string } {
  return Object.fromEntries(fields);
}

/** The fields as an object: all values of each name. */
export function allOf(fields: Fields): { [name: string]: string[] } {
  const all: { [name: string]: string[] } = {};
  for (const [name, value] of fields) all[name] = [...(all[name] ?? []), value];
  return all;
}

/** An answer of JSON. */
export function jsonAnswer(status: number, value: unknown, headers: Fields = []): ApiAnswer {
  const body = Buffer.from(JSON.stringify(value));
  return { status, headers: [['content-type', 'application/json'], ...headers], body, takesMs: 0 };
}

/** What API Gateway adds to a request's headers. */
export function forwarded({ headers, sourceIp }: ApiRequest, host: string, requestId: string): Fields {
  const own = ['host', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto', 'x-amzn-trace-id', 'connection'];
  const before = valuesOf(headers, 'x-forwarded-for');
  return [
    ...headers.filter(([name]) => !own.includes(name.toLowerCase())),
    ['Host', host],
    ['X-Amzn-Trace-Id', `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll('-', '').slice(8)}`],
    ['X-Forwarded-For', [...before, sourceIp].join(', ')],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ];
}
