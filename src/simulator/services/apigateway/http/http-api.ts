import { SimulatorFault } from '../../../engine/fault';
import type { Resource } from '../../../template/resource';
import { functionOf, invoke } from '../invoke';
import { type ApiAnswer, type ApiRequest, forwarded } from '../message';
import { limitOf } from '../token-buckets';
import { type ApiWorld, executeArn, hostOf, MAX_BODY_BYTES, MAX_HEADER_BYTES } from '../world';
import { type Cors, preflight, withCors } from './cors';
import { answerByService } from './first-class';
import { authorize } from './http-authorizer';
import { HttpError } from './http-error';
import { type HttpEventParts, httpEvent } from './http-event';
import { httpAnswer, serverError } from './http-response';
import { findRoute, type HttpRoute } from './http-route';

const DEFAULT_TIMEOUT_MS = 30_000;

/** Answers a request to an HTTP API. */
export async function answerHttp(request: ApiRequest, api: Resource, world: ApiWorld): Promise<ApiAnswer> {
  checkSupported(api);
  const cors = api.properties.CorsConfiguration as Cors | undefined;
  const preflighted = cors && preflight(request, cors);
  if (preflighted) return preflighted;
  const answered = await answer(request, api, world).catch((error: unknown) => {
    if (error instanceof HttpError) return error.answer;
    throw error;
  });
  return cors ? withCors(answered, request, cors) : answered;
}

async function answer(request: ApiRequest, api: Resource, world: ApiWorld): Promise<ApiAnswer> {
  const { context } = world;
  checkSize(request);
  const { stage, path } = stageAndPath(request, api, world);
  const route = findRoute(api, context.resources, request.method, path);
  if (route === undefined) throw new HttpError(404, 'Not Found');
  const requestId = context.newId();
  const host = hostOf(world, api.physicalId);
  const parts: HttpEventParts = {
    request,
    routeKey: route.key,
    parameters: route.parameters,
    apiId: api.physicalId,
    stage: stage.physicalId,
    stageVariables: stage.properties.StageVariables as { readonly [name: string]: string } | undefined,
    host,
    headers: forwarded(request, host, requestId),
    requestId,
  };
  throttle(route, stage, world);
  const authorizer = await authorize(parts, route.resource, world);
  return integrate({ ...parts, authorizer }, route, world);
}

async function integrate(parts: HttpEventParts, route: HttpRoute, world: ApiWorld): Promise<ApiAnswer> {
  const integration = integrationOf(route.resource, world);
  const { logicalId, properties } = integration;
  if (properties.IntegrationSubtype !== undefined) return answerByService(parts, integration, world);
  if (properties.IntegrationType !== 'AWS_PROXY' || properties.PayloadFormatVersion !== '2.0') {
    const { IntegrationType: type, PayloadFormatVersion: version } = properties;
    throw new SimulatorFault(
      `${logicalId}: an integration ${type} of the PayloadFormatVersion ${version} is not supported`,
    );
  }
  const patienceMs = Number(properties.TimeoutInMillis ?? DEFAULT_TIMEOUT_MS);
  const invoked = await invoke(world.dispatcher, {
    functionArn: functionOf(properties.IntegrationUri, logicalId),
    event: httpEvent(parts, world.context),
    sourceArn: executeArn(
      world,
      parts.apiId,
      parts.stage,
      route.key.replace(/^ANY /, `${parts.request.method} `).replace(' ', ''),
    ),
    roleArn: properties.CredentialsArn as string | undefined,
    patienceMs,
  });
  if (invoked.takesMs >= patienceMs) throw new HttpError(503, 'Service Unavailable', patienceMs);
  return invoked.kind === 'returned' ? httpAnswer(invoked.value) : serverError(invoked.takesMs);
}

function integrationOf({ logicalId, properties }: Resource, { context }: ApiWorld): Resource {
  const id = /^integrations\/(.+)$/.exec(String(properties.Target))?.[1];
  const found = context.resources
    .ofType('AWS::ApiGatewayV2::Integration')
    .find(({ physicalId, properties: { ApiId } }) => physicalId === id && ApiId === properties.ApiId);
  if (!found) throw new SimulatorFault(`${logicalId}: its Target ${properties.Target} names nothing`);
  return found;
}

/** The stage that the path begins with, else `$default`. */
function stageAndPath({ path }: ApiRequest, api: Resource, { context }: ApiWorld): { stage: Resource; path: string } {
  const stages = context.resources
    .ofType('AWS::ApiGatewayV2::Stage')
    .filter(({ properties }) => properties.ApiId === api.physicalId);
  const [, first, rest] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  const named = stages.find(({ physicalId }) => physicalId === first);
  if (named) return { stage: named, path: rest ?? '/' };
  const stage = stages.find(({ physicalId }) => physicalId === '$default');
  if (stage) return { stage, path };
  throw new HttpError(404, 'Not Found');
}

function throttle(route: HttpRoute, stage: Resource, world: ApiWorld): void {
  const settings = (stage.properties.RouteSettings ?? {}) as {
    readonly [key: string]: { readonly [name: string]: unknown };
  };
  const limit = limitOf(settings[route.key] ?? (stage.properties.DefaultRouteSettings as undefined));
  const bucket = `${route.resource.properties.ApiId}/${stage.physicalId}/${route.key}`;
  if (limit && !world.buckets.take(bucket, limit)) throw new HttpError(429, 'Too Many Requests');
}

function checkSize({ method, path, query, headers, body }: ApiRequest): void {
  const fields = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  const line = `${method} ${path}?${query} HTTP/1.1`.length;
  if (fields + line > MAX_HEADER_BYTES) throw new HttpError(431, 'Request Header Fields Too Large');
  if (body.length > MAX_BODY_BYTES) throw new HttpError(413, 'Request Entity Too Large');
}

function checkSupported({ logicalId, properties }: Resource): void {
  const { ProtocolType: protocol = 'HTTP' } = properties;
  if (protocol !== 'HTTP') throw new SimulatorFault(`${logicalId}: the ProtocolType ${protocol} is not supported`);
  const unknown = ['Body', 'BodyS3Location', 'Target'].find((name) => properties[name] !== undefined);
  if (unknown) throw new SimulatorFault(`${logicalId}: ${unknown} of an HTTP API is not supported`);
}
