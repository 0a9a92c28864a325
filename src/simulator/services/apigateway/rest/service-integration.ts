import { SimulatorFault } from '../../../engine/fault';
import { AwsError } from '../../service';
import { EPOCH_SECONDS, inForm } from '../../states/shape';
import { type ApiAnswer, headerOf, queryOf } from '../message';
import type { ApiWorld } from '../world';
import { configurationError, GatewayError } from './gateway-error';
import { fixedHeaders, responseFor } from './integration-response';
import { render, type TemplateScope } from './mapping-template';
import type { RestEventParts } from './rest-event';

type Document = { readonly [name: string]: unknown };
type Templates = { readonly [type: string]: string };

/** The services whose requests are JSON: an API needs no more than a template to call them. */
const SERVICES = ['dynamodb', 'events', 'states'];

/** Calls an AWS service for a request, as the role of the integration, and answers by its response. */
export async function answerByService(parts: RestEventParts, world: ApiWorld): Promise<ApiAnswer> {
  const { resource } = parts.route;
  const integration = resource.properties.Integration as Document;
  const [, service, operation] =
    /^arn:[^:]+:apigateway:[^:]+:([\w-]+):action\/(\w+)$/.exec(String(integration.Uri)) ?? [];
  if (service === undefined || !SERVICES.includes(service)) {
    throw new SimulatorFault(`${resource.logicalId}: an integration with ${integration.Uri} is not supported`);
  }
  if (integration.Credentials === undefined) throw configurationError();
  const scope = scopeOf(parts);
  const body = requestBody(integration, scope, headerOf(parts.request.headers, 'content-type'));
  const call = { service, operation, roleArn: String(integration.Credentials) };
  const { status, text } = await respond(call, body, world);
  const response = responseFor(status, integration.IntegrationResponses);
  const [type, template] = Object.entries((response.ResponseTemplates ?? {}) as Templates)[0] ?? ['application/json'];
  return {
    status: Number(response.StatusCode),
    headers: [['Content-Type', type], ...fixedHeaders(response.ResponseParameters, resource)],
    body: Buffer.from(template === undefined ? text : render(template, { ...scope, body: text })),
    takesMs: 0,
  };
}

async function respond(
  { service, operation, roleArn }: { readonly service: string; readonly operation: string; readonly roleArn: string },
  body: string,
  { dispatcher }: ApiWorld,
): Promise<{ status: number; text: string }> {
  const input = parsed(body);
  if (input === undefined) return { status: 400, text: '{"__type":"SerializationException"}' };
  try {
    const output = await dispatcher.call({ service, operation, input }, { source: 'aws', roleArn });
    return { status: 200, text: JSON.stringify(inForm(output, EPOCH_SECONDS)) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { status: error.statusCode, text: JSON.stringify({ __type: error.code, message: error.message }) };
  }
}

/** The body that the template for its content type makes of the request, or the request's own. */
function requestBody(integration: Document, scope: TemplateScope, contentType = 'application/json'): string {
  const templates = (integration.RequestTemplates ?? {}) as Templates;
  const template = templates[contentType.split(';')[0].trim().toLowerCase()];
  if (template !== undefined) return render(template, scope);
  const behavior = integration.PassthroughBehavior ?? 'WHEN_NO_MATCH';
  const hasTemplates = Object.keys(templates).length > 0;
  if (behavior === 'NEVER' || (behavior === 'WHEN_NO_TEMPLATES' && hasTemplates)) {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 415, 'Unsupported Media Type');
  }
  return scope.body;
}

function scopeOf({ request, route, requestId, apiId, stage, stageVariables = {} }: RestEventParts): TemplateScope {
  const query = queryOf(request);
  return {
    body: request.body.toString(),
    params: (name) => route.parameters[name] ?? headerOf(query, name) ?? headerOf(request.headers, name),
    variables: {
      'context.requestId': requestId,
      'context.apiId': apiId,
      'context.stage': stage,
      'context.httpMethod': request.method,
      'context.resourcePath': route.template.text,
      'context.identity.sourceIp': request.sourceIp,
      'context.identity.userAgent': headerOf(request.headers, 'user-agent'),
      ...Object.fromEntries(Object.entries(stageVariables).map(([name, value]) => [`stageVariables.${name}`, value])),
    },
    where: route.resource.logicalId,
  };
}

function parsed(text: string): Document | undefined {
  try {
    return JSON.parse(text) as Document;
  } catch {
    return undefined;
  }
}
