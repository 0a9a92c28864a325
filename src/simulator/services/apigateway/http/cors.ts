import { type ApiAnswer, type ApiRequest, type Fields, headerOf } from '../message';

/** The CORS settings of an HTTP API, or of a function's URL. */
export interface Cors {
  readonly AllowOrigins?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowHeaders?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAge?: number;
  readonly AllowCredentials?: boolean;
}

/** The answer to a preflight; undefined for any other request. */
export function preflight({ method, headers }: ApiRequest, cors: Cors): ApiAnswer | undefined {
  const origin = headerOf(headers, 'origin');
  const asked = headerOf(headers, 'access-control-request-method');
  if (method !== 'OPTIONS' || origin === undefined || asked === undefined) return undefined;
  const { AllowMethods: methods, AllowHeaders: allowed, MaxAge: maxAge } = cors;
  const granted: Fields = isAllowed(origin, cors)
    ? [
        ...corsHeaders(origin, cors),
        ...list('access-control-allow-methods', methods),
        ...list('access-control-allow-headers', allowed),
        ...(maxAge === undefined ? [] : [['access-control-max-age', String(maxAge)] as const]),
      ]
    : [];
  return { status: 204, headers: granted, body: Buffer.alloc(0), takesMs: 0 };
}

/** An answer with the headers of CORS, which replace those of the integration. */
export function withCors(answer: ApiAnswer, { headers }: ApiRequest, cors: Cors): ApiAnswer {
  const origin = headerOf(headers, 'origin');
  const own = answer.headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
  const added = origin !== undefined && isAllowed(origin, cors) ? corsHeaders(origin, cors) : [];
  return {
    ...answer,
    headers: [...own, ...added, ...list('access-control-expose-headers', added.length > 0 ? cors.ExposeHeaders : [])],
  };
}

function corsHeaders(origin: string, { AllowOrigins: origins = [], AllowCredentials: credentials }: Cors): Fields {
  return [
    ['access-control-allow-origin', origins.includes('*') ? '*' : origin],
    ...(credentials === true ? [['access-control-allow-credentials', 'true'] as const] : []),
  ];
}

function isAllowed(origin: string, { AllowOrigins: origins = [] }: Cors): boolean {
  return origins.some((one) => one === '*' || one === origin || one === `${origin.split('://')[0]}://*`);
}

function list(name: string, values: readonly string[] = []): Fields {
  return values.length === 0 ? [] : [[name, values.join(',')]];
}
