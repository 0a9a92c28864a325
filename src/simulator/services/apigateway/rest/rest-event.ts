import type { ServiceContext } from '../../context';
import { type ApiRequest, allOf, type Fields, headerOf, lastOf, queryOf } from '../message';
import { requestTime } from '../world';
import type { RestRoute } from './rest-route';

/** What of a request the event needs beside it. */
export interface RestEventParts {
  readonly request: ApiRequest;
  readonly route: RestRoute;
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables?: { readonly [name: string]: string };
  /** The path without the stage. */
  readonly path: string;
  readonly host: string;
  readonly headers: Fields;
  readonly requestId: string;
  readonly isBinary: boolean;
  readonly authorizer?: { readonly [name: string]: unknown };
}

/**
 * The event of a Lambda proxy integration, in its first form.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function restEvent(parts: RestEventParts, context: ServiceContext): { readonly [name: string]: unknown } {
  const { request, route, path, headers, isBinary, stageVariables } = parts;
  const query = queryOf(request);
  return {
    resource: route.template.text,
    path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: allOf(headers),
    queryStringParameters: query.length > 0 ? lastOf(query) : null,
    multiValueQueryStringParameters: query.length > 0 ? allOf(query) : null,
    pathParameters: Object.keys(route.parameters).length > 0 ? route.parameters : null,
    stageVariables: stageVariables ?? null,
    requestContext: requestContext(parts, context),
    body: request.body.length === 0 ? null : request.body.toString(isBinary ? 'base64' : 'utf8'),
    isBase64Encoded: isBinary && request.body.length > 0,
  };
}

function requestContext(parts: RestEventParts, context: ServiceContext): { readonly [name: string]: unknown } {
  const { request, route, apiId, stage, path, host, requestId, authorizer } = parts;
  const { roleArn, sourceIp, headers } = request;
  return {
    accountId: context.account,
    apiId,
    ...(authorizer && { authorizer }),
    domainName: host,
    domainPrefix: apiId,
    extendedRequestId: `${requestId.replaceAll('-', '').slice(0, 15)}=`,
    httpMethod: request.method,
    identity: {
      accessKey: null,
      accountId: roleArn === undefined ? null : context.account,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp,
      user: null,
      userAgent: headerOf(headers, 'user-agent') ?? null,
      userArn:
        roleArn === undefined
          ? null
          : `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/session`,
    },
    path: `/${stage}${path}`,
    protocol: 'HTTP/1.1',
    requestId,
    requestTime: requestTime(context.now()),
    requestTimeEpoch: context.now(),
    resourceId: route.resourceId,
    resourcePath: route.template.text,
    stage,
  };
}
