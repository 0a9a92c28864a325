import { SimulatorFault } from '../../../engine/fault';
import type { Resource } from '../../../template/resource';
import { functionOf, invoke } from '../invoke';
import { headerOf, queryOf } from '../message';
import { allowsInvoke } from '../policy-answer';
import { claimTexts, hasScope, isExpired, scopesOf } from '../scopes';
import { type ApiWorld, executeArn } from '../world';
import { forbidden, HttpError, unauthorized } from './http-error';
import { type HttpEventParts, httpEvent } from './http-event';

type Document = { readonly [name: string]: unknown };

const PATIENCE_MS = 10_000;

/** Lets a request through to its route, or throws. Gives what the event says of the authorizer. */
export async function authorize(
  parts: HttpEventParts,
  route: Resource,
  world: ApiWorld,
): Promise<Document | undefined> {
  const { AuthorizationType: type = 'NONE', AuthorizationScopes: scopes } = route.properties;
  switch (type) {
    case 'NONE':
      return undefined;
    case 'AWS_IAM':
      return authorizeRole(parts, world);
    case 'JWT':
      return authorizeClaims(parts, authorizerOf(route, world), scopes, world);
    case 'CUSTOM':
      return authorizeByFunction(parts, authorizerOf(route, world), world);
    default:
      throw new SimulatorFault(`${route.logicalId}: the AuthorizationType ${type} is not supported`);
  }
}

/** Judges the role that signed a request, as IAM does before an API does anything. */
export function authorizeRole(parts: HttpEventParts, world: ApiWorld, requirement = toInvoke(parts, world)): Document {
  const { roleArn, method, path } = parts.request;
  if (roleArn === undefined) throw forbidden();
  const call = world.dispatcher.judgeForAws(requirement, { method, path }, { roleArn, source: 'aws' }, false);
  if (call.allowed !== true) throw forbidden();
  const userArn = `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/session`;
  return { iam: { accessKey: null, accountId: world.context.account, callerId: null, userArn, userId: null } };
}

function authorizeClaims(parts: HttpEventParts, authorizer: Resource, scopes: unknown, world: ApiWorld): Document {
  const { Issuer: issuer, Audience: audience = [] } = (authorizer.properties.JwtConfiguration ?? {}) as {
    readonly Issuer?: string;
    readonly Audience?: readonly string[];
  };
  const { claims } = parts.request;
  if (claims === undefined || isExpired(claims, world.context.now())) throw unauthorized();
  // What the test doesn't say is as the authorizer wants it.
  const given = [claims.aud ?? claims.client_id ?? []].flat().map(String);
  const isForUs = given.length === 0 || given.some((one) => audience.includes(one));
  if (!isForUs || (claims.iss ?? issuer) !== issuer) throw unauthorized();
  if (!hasScope(claims, scopes)) throw forbidden();
  const own = scopesOf(claims);
  return { jwt: { claims: claimTexts(claims), scopes: own.length > 0 ? own : null } };
}

/** A Lambda authorizer. What it says is not cached: each request asks it. */
async function authorizeByFunction(parts: HttpEventParts, authorizer: Resource, world: ApiWorld): Promise<Document> {
  const { logicalId, physicalId, properties } = authorizer;
  if (properties.AuthorizerPayloadFormatVersion !== '2.0') {
    throw new SimulatorFault(`${logicalId}: the AuthorizerPayloadFormatVersion must be 2.0: no other is supported`);
  }
  const routeArn = requestArn(parts, world);
  const invoked = await invoke(world.dispatcher, {
    functionArn: functionOf(properties.AuthorizerUri, logicalId),
    event: { ...eventOf(parts, authorizer, world), routeArn },
    sourceArn: executeArn(world, parts.apiId, 'authorizers', physicalId),
    roleArn: properties.AuthorizerCredentialsArn as string | undefined,
    patienceMs: PATIENCE_MS,
  });
  if (invoked.kind !== 'returned') throw new HttpError(500, 'Internal Server Error', invoked.takesMs);
  const { isAuthorized, policyDocument, context } = (invoked.value ?? {}) as Document;
  const allowed =
    properties.EnableSimpleResponses === true ? isAuthorized === true : allowsInvoke(policyDocument ?? {}, routeArn);
  if (!allowed) throw forbidden();
  return { lambda: context ?? null };
}

function eventOf(parts: HttpEventParts, authorizer: Resource, world: ApiWorld): Document {
  const identitySource = ((authorizer.properties.IdentitySource ?? []) as string[]).map((place) => {
    const [, kind, name] = /^\$request\.(header|querystring)\.(.+)$/.exec(place) ?? [];
    if (kind === undefined)
      throw new SimulatorFault(`${authorizer.logicalId}: the IdentitySource ${place} is not supported`);
    return headerOf(kind === 'header' ? parts.request.headers : queryOf(parts.request), name);
  });
  if (identitySource.some((value) => !value)) throw unauthorized();
  const { body: _body, isBase64Encoded: _encoded, ...event } = httpEvent(parts, world.context);
  return { ...event, type: 'REQUEST', identitySource };
}

function authorizerOf({ logicalId, properties }: Resource, { context }: ApiWorld): Resource {
  const found = context.resources
    .ofType('AWS::ApiGatewayV2::Authorizer')
    .find(({ physicalId }) => physicalId === properties.AuthorizerId);
  if (!found) throw new SimulatorFault(`${logicalId}: its AuthorizerId ${properties.AuthorizerId} names nothing`);
  return found;
}

function toInvoke(parts: HttpEventParts, world: ApiWorld): { readonly action: string; readonly resource: string } {
  return { action: 'execute-api:Invoke', resource: requestArn(parts, world) };
}

function requestArn({ apiId, stage, request }: HttpEventParts, world: ApiWorld): string {
  const path = stage === '$default' ? request.path : request.path.slice(stage.length + 1);
  return executeArn(world, apiId, stage, `${request.method}${path}`);
}
