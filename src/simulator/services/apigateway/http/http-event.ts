import type { ServiceContext } from '../../context';
import { type ApiRequest, type Fields, headerOf, queryOf, valuesOf } from '../message';
import type { PathParameters } from '../paths';
import { requestTime } from '../world';

/** What of a request the event needs beside it. */
export interface HttpEventParts {
  readonly request: ApiRequest;
  readonly routeKey: string;
  readonly parameters: PathParameters;
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables?: { readonly [name: string]: string };
  readonly host: string;
  readonly headers: Fields;
  readonly requestId: string;
  readonly authorizer?: { readonly [name: string]: unknown };
}

/** Media types whose bodies are handed over as they are; all others, those of forms too, in base64. */
const TEXT = /^(text\/.*|application\/(json|javascript|xml|.*\+json|.*\+xml))$/;

/**
 * The event of an HTTP API in its form 2.0, which the URLs of functions have too.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEvent(parts: HttpEventParts, context: ServiceContext): { readonly [name: string]: unknown } {
  const { request, routeKey, parameters, stageVariables, headers } = parts;
  const cookies = valuesOf(headers, 'cookie').flatMap((value) => value.split(/;\s*/));
  const query = queryOf(request);
  return {
    version: '2.0',
    routeKey,
    rawPath: request.path,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: joined(headers.filter(([name]) => name.toLowerCase() !== 'cookie').map(lowerCase)),
    ...(query.length > 0 && { queryStringParameters: joined(query) }),
    requestContext: requestContext(parts, context),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    ...bodyOf(request),
    ...(stageVariables && { stageVariables }),
  };
}

function requestContext(parts: HttpEventParts, context: ServiceContext): { readonly [name: string]: unknown } {
  const { request, routeKey, apiId, stage, host, requestId, authorizer } = parts;
  return {
    accountId: context.account,
    apiId,
    ...(authorizer && { authorizer }),
    domainName: host,
    domainPrefix: apiId,
    http: {
      method: request.method,
      path: request.path,
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: headerOf(request.headers, 'user-agent') ?? '',
    },
    requestId,
    routeKey,
    stage,
    time: requestTime(context.now()),
    timeEpoch: context.now(),
  };
}

function bodyOf({ body, headers }: ApiRequest): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = headerOf(headers, 'content-type')?.split(';')[0].trim().toLowerCase();
  const isText = type === undefined ? true : TEXT.test(type);
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/** Several values of a name stand together, with commas between. */
function joined(fields: Fields): { [name: string]: string } {
  const all: { [name: string]: string } = {};
  for (const [name, value] of fields) all[name] = name in all ? `${all[name]},${value}` : value;
  return all;
}

function lowerCase([name, value]: readonly [string, string]): readonly [string, string] {
  return [name.toLowerCase(), value];
}
