import { SimulatorFault } from '../../../engine/fault';
import type { Resource } from '../../../template/resource';
import { functionOf, invoke } from '../invoke';
import { headerOf, queryOf } from '../message';
import { allowsInvoke } from '../policy-answer';
import { claimTexts, hasScope, isExpired } from '../scopes';
import { type ApiWorld, executeArn } from '../world';
import { GatewayError, missingToken, unauthorized } from './gateway-error';
import { type RestEventParts, restEvent } from './rest-event';

type Authorized = { readonly [name: string]: unknown } | undefined;

const PATIENCE_MS = 29_000;

/** Lets a request through to its method, or throws. Gives what the event says of the authorizer. */
export async function authorize(parts: RestEventParts, world: ApiWorld): Promise<Authorized> {
  const method = parts.route.resource;
  const { AuthorizationType: type = 'NONE', AuthorizationScopes: scopes } = method.properties;
  switch (type) {
    case 'NONE':
      return undefined;
    case 'AWS_IAM':
      return authorizeRole(parts, world);
    case 'COGNITO_USER_POOLS':
      return authorizeClaims(parts, scopes, world);
    case 'CUSTOM':
      return authorizeByFunction(parts, authorizerOf(method, world), world);
    default:
      throw new SimulatorFault(`${method.logicalId}: the AuthorizationType ${type} is not supported`);
  }
}

function authorizeRole(parts: RestEventParts, world: ApiWorld): Authorized {
  const { roleArn } = parts.request;
  if (roleArn === undefined) throw missingToken();
  const requirement = { action: 'execute-api:Invoke', resource: requestArn(parts, world) };
  const request = { method: parts.request.method, path: parts.path };
  const call = world.dispatcher.judgeForAws(requirement, request, { roleArn, source: 'aws' }, false);
  if (call.allowed !== true) throw new GatewayError('ACCESS_DENIED', 403, call.reason);
  return undefined;
}

function authorizeClaims({ request }: RestEventParts, scopes: unknown, { context }: ApiWorld): Authorized {
  const { claims } = request;
  if (claims === undefined || isExpired(claims, context.now())) throw unauthorized();
  if (!hasScope(claims, scopes)) throw unauthorized();
  return { claims: claimTexts(claims) };
}

/** A Lambda authorizer. What it says is not cached: each request asks it. */
async function authorizeByFunction(parts: RestEventParts, authorizer: Resource, world: ApiWorld): Promise<Authorized> {
  const methodArn = requestArn(parts, world);
  const { AuthorizerUri, AuthorizerCredentials, RestApiId } = authorizer.properties;
  const invoked = await invoke(world.dispatcher, {
    functionArn: functionOf(AuthorizerUri, authorizer.logicalId),
    event: authorizerEvent(parts, authorizer, methodArn, world),
    sourceArn: executeArn(world, String(RestApiId), 'authorizers', authorizer.physicalId),
    roleArn: AuthorizerCredentials as string | undefined,
    patienceMs: PATIENCE_MS,
  });
  if (invoked.kind === 'refused')
    throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', 500, 'Internal server error');
  if (invoked.kind === 'failed') throw new GatewayError('AUTHORIZER_FAILURE', 500, 'Internal server error');
  const { principalId, policyDocument, context } = (invoked.value ?? {}) as { readonly [name: string]: unknown };
  if (principalId === undefined || policyDocument === undefined) {
    throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', 500, 'Internal server error');
  }
  if (!allowsInvoke(policyDocument, methodArn)) {
    throw new GatewayError(
      'ACCESS_DENIED',
      403,
      'User is not authorized to access this resource with an explicit deny',
    );
  }
  return { principalId, ...claimTexts((context ?? {}) as { readonly [name: string]: unknown }), integrationLatency: 0 };
}

function authorizerEvent(parts: RestEventParts, authorizer: Resource, methodArn: string, world: ApiWorld): unknown {
  const { Type: type, IdentitySource: source, IdentityValidationExpression: expression } = authorizer.properties;
  const values = String(source ?? '')
    .split(',')
    .filter(Boolean)
    .map((place) => identity(place.trim(), parts, authorizer));
  if (values.some((value) => !value)) throw unauthorized();
  if (type === 'TOKEN') {
    if (expression !== undefined && !new RegExp(`^(?:${expression})$`).test(String(values[0]))) throw unauthorized();
    return { type, methodArn, authorizationToken: values[0] };
  }
  const { body: _body, isBase64Encoded: _encoded, ...event } = restEvent(parts, world.context);
  return { type, methodArn, ...event };
}

function identity(place: string, parts: RestEventParts, authorizer: Resource): string | undefined {
  const [, kind, name] = /^method\.request\.(header|querystring)\.(.+)$/.exec(place) ?? [];
  if (kind === 'header') return headerOf(parts.request.headers, name);
  if (kind === 'querystring') return headerOf(queryOf(parts.request), name);
  throw new SimulatorFault(`${authorizer.logicalId}: the IdentitySource ${place} is not supported`);
}

function authorizerOf({ logicalId, properties }: Resource, { context }: ApiWorld): Resource {
  const found = context.resources
    .ofType('AWS::ApiGateway::Authorizer')
    .find(({ physicalId }) => physicalId === properties.AuthorizerId);
  if (!found) throw new SimulatorFault(`${logicalId}: its AuthorizerId ${properties.AuthorizerId} names nothing`);
  return found;
}

/** What is asked for, as IAM and the policies of authorizers write it. */
function requestArn({ apiId, stage, request, path }: RestEventParts, world: ApiWorld): string {
  return executeArn(world, apiId, stage, `${request.method}${path}`);
}
