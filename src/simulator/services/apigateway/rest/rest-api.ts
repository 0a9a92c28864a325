import { SimulatorFault } from '../../../engine/fault';
import type { Resource } from '../../../template/resource';
import { functionOf, invoke } from '../invoke';
import { type ApiAnswer, type ApiRequest, forwarded, headerOf } from '../message';
import { limitOf } from '../token-buckets';
import { type ApiWorld, executeArn, hostOf, MAX_BODY_BYTES } from '../world';
import { configurationError, GatewayError, missingToken } from './gateway-error';
import { gatewayAnswer } from './gateway-responses';
import { mockAnswer } from './mock-integration';
import { proxyAnswer } from './proxy-response';
import { validate } from './request-validation';
import { authorize } from './rest-authorizer';
import { type RestEventParts, restEvent } from './rest-event';
import { findMethod } from './rest-route';
import { answerByService } from './service-integration';

type Document = { readonly [name: string]: unknown };

const DEFAULT_TIMEOUT_MS = 29_000;

/** Answers a request to a REST API. */
export async function answerRest(request: ApiRequest, api: Resource, world: ApiWorld): Promise<ApiAnswer> {
  const { resources } = world.context;
  const requestId = world.context.newId();
  try {
    return await answer(request, api, world, requestId);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return gatewayAnswer(error, request, api, resources, { requestId, extendedRequestId: requestId });
  }
}

async function answer(request: ApiRequest, api: Resource, world: ApiWorld, requestId: string): Promise<ApiAnswer> {
  if (api.properties.Policy !== undefined) throw new SimulatorFault(`${api.logicalId}: a Policy is not supported`);
  const [, stageName = '', path] = /^\/([^/]*)(\/.*)?$/.exec(request.path) ?? [];
  const stage = stageOf(api, stageName, world);
  if (stage === undefined) throw new GatewayError('ACCESS_DENIED', 403, 'Forbidden');
  if (request.body.length > MAX_BODY_BYTES) {
    throw new GatewayError('REQUEST_TOO_LARGE', 413, 'Request Entity Too Large');
  }
  const route = findMethod(api, world.context.resources, request.method, path ?? '/');
  if (route === undefined) throw missingToken();
  const host = hostOf(world, api.physicalId);
  const parts: RestEventParts = {
    request,
    route,
    apiId: api.physicalId,
    stage: stageName,
    stageVariables: stage.properties.Variables as { readonly [name: string]: string } | undefined,
    path: path ?? '/',
    host,
    headers: forwarded(request, host, requestId),
    requestId,
    isBinary: isBinary(headerOf(request.headers, 'content-type'), api),
  };
  if (isTrue(route.resource.properties.ApiKeyRequired)) {
    throw new SimulatorFault(`${route.resource.logicalId}: ApiKeyRequired is not supported`);
  }
  const authorizer = await authorize(parts, world);
  throttle(parts, stage, world);
  validate(request, route, world.context.resources);
  return integrate({ ...parts, authorizer }, api, world);
}

async function integrate(parts: RestEventParts, api: Resource, world: ApiWorld): Promise<ApiAnswer> {
  const { route, request } = parts;
  const { Type: type, Uri: uri, ...integration } = (route.resource.properties.Integration ?? {}) as Document;
  if (type === 'MOCK') return mockAnswer(request, route.resource);
  if (type === 'AWS') return answerByService(parts, world);
  if (type !== 'AWS_PROXY') {
    throw new SimulatorFault(`${route.resource.logicalId}: an integration of the type ${type} is not supported`);
  }
  const patienceMs = Number(integration.TimeoutInMillis ?? DEFAULT_TIMEOUT_MS);
  const invoked = await invoke(world.dispatcher, {
    functionArn: functionOf(uri, route.resource.logicalId),
    event: restEvent(parts, world.context),
    sourceArn: executeArn(world, api.physicalId, parts.stage, `${request.method}${route.template.text}`),
    roleArn: integration.Credentials as string | undefined,
    patienceMs,
  });
  if (invoked.kind === 'refused') throw configurationError();
  if (invoked.takesMs >= patienceMs) {
    throw new GatewayError('INTEGRATION_TIMEOUT', 504, 'Endpoint request timed out', undefined, patienceMs);
  }
  if (invoked.kind === 'failed') {
    throw new GatewayError('DEFAULT_5XX', 502, 'Internal server error', undefined, invoked.takesMs);
  }
  return proxyAnswer(invoked.value, isBinary(firstType(headerOf(request.headers, 'accept')), api));
}

function stageOf(api: Resource, name: string, { context }: ApiWorld): Resource | undefined {
  const stages = context.resources
    .ofType('AWS::ApiGateway::Stage')
    .filter(({ properties }) => properties.RestApiId === api.physicalId);
  if (stages.length === 0)
    throw new SimulatorFault(`${api.logicalId} has no AWS::ApiGateway::Stage: nothing is deployed`);
  return stages.find(({ physicalId }) => physicalId === name);
}

/** The settings of the method itself, else those of all methods. */
function throttle({ route, apiId, stage: name, request }: RestEventParts, stage: Resource, world: ApiWorld): void {
  const settings = (stage.properties.MethodSettings ?? []) as Document[];
  const path = `/${route.template.text.replaceAll('/', '~1')}`;
  const fits = ({ HttpMethod, ResourcePath }: Document, exactly: boolean): boolean =>
    exactly
      ? [path, route.template.text].includes(String(ResourcePath)) && [request.method, '*'].includes(String(HttpMethod))
      : ResourcePath === '/*' && HttpMethod === '*';
  const setting = settings.find((one) => fits(one, true)) ?? settings.find((one) => fits(one, false));
  const limit = limitOf(setting);
  const bucket = `${apiId}/${name}/${request.method}${route.template.text}`;
  if (limit && !world.buckets.take(bucket, limit)) throw new GatewayError('THROTTLED', 429, 'Too Many Requests');
}

function isBinary(type: string | undefined, { properties }: Resource): boolean {
  const binary = (properties.BinaryMediaTypes ?? []) as readonly string[];
  const plain = type?.split(';')[0].trim().toLowerCase() ?? '';
  return binary.some(
    (one) => one === '*/*' || one === plain || (one.endsWith('/*') && plain.startsWith(one.slice(0, -1))),
  );
}

function firstType(accept: string | undefined): string | undefined {
  return accept?.split(',')[0];
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
