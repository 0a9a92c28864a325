import { SimulatorFault } from '../../../engine/fault';
import type { Resource } from '../../../template/resource';
import { AwsError } from '../../service';
import { EPOCH_SECONDS, inForm } from '../../states/shape';
import { type ApiAnswer, type ApiRequest, headerOf, jsonAnswer, queryOf } from '../message';
import type { ApiWorld } from '../world';
import type { HttpEventParts } from './http-event';
import { serverError } from './http-response';

/** The services that an HTTP API calls by itself, and how their parameters are spelled. */
const SUBTYPES: {
  readonly [subtype: string]: {
    readonly service: string;
    readonly operation: string;
    readonly spell: (name: string) => string;
  };
} = {
  'StepFunctions-StartExecution': { service: 'states', operation: 'StartExecution', spell: smallFirst },
  'StepFunctions-StartSyncExecution': { service: 'states', operation: 'StartSyncExecution', spell: smallFirst },
  'SQS-SendMessage': { service: 'sqs', operation: 'SendMessage', spell: (name) => name },
};

/** Calls a service for a request, as the integration's role. */
export async function answerByService(
  parts: HttpEventParts,
  integration: Resource,
  world: ApiWorld,
): Promise<ApiAnswer> {
  const { IntegrationSubtype: subtype, CredentialsArn: roleArn, RequestParameters } = integration.properties;
  const known = SUBTYPES[String(subtype)];
  if (!known) throw new SimulatorFault(`${integration.logicalId}: the IntegrationSubtype ${subtype} is not supported`);
  const { service, operation, spell } = known;
  const given = Object.entries((RequestParameters ?? {}) as { readonly [name: string]: string });
  const input = Object.fromEntries(
    given
      .filter(([name]) => name !== 'Region')
      .map(([name, source]) => [spell(name), mapped(source, parts, integration)])
      .filter(([, value]) => value !== undefined),
  );
  try {
    const output = await world.dispatcher.call(
      { service, operation, input },
      { source: 'aws', roleArn: String(roleArn) },
    );
    return jsonAnswer(200, inForm(output, EPOCH_SECONDS));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'AccessDeniedException') return serverError();
    return jsonAnswer(error.statusCode, { __type: error.code, message: error.message });
  }
}

/** What a parameter stands for: a fixed text, one expression, or a text with `${…}` in it. */
function mapped(source: string, parts: HttpEventParts, integration: Resource): string | undefined {
  if (/^\$(request|context|stageVariables)\./.test(source)) return expressed(source, parts, integration);
  return source.replace(
    /\$\{([^}]*)\}/g,
    (_, expression: string) => expressed(`$${expression}`, parts, integration) ?? '',
  );
}

function expressed(expression: string, parts: HttpEventParts, { logicalId }: Resource): string | undefined {
  const { request, parameters, requestId, apiId, stage, routeKey, stageVariables } = parts;
  const [, place, name] =
    /^\$(request\.(?:header|querystring|path|body)|context|stageVariables)\.?(.*)$/.exec(expression) ?? [];
  const context: { readonly [name: string]: string } = {
    requestId,
    apiId,
    stage,
    routeKey,
    httpMethod: request.method,
    path: request.path,
    'identity.sourceIp': request.sourceIp,
  };
  if (place === 'request.header') return headerOf(request.headers, name);
  if (place === 'request.querystring') return headerOf(queryOf(request), name);
  if (place === 'request.path') return name === '' ? request.path : parameters[name];
  if (place === 'request.body') return bodyPart(request, name);
  if (place === 'stageVariables') return stageVariables?.[name];
  if (place === 'context' && name in context) return context[name];
  throw new SimulatorFault(`${logicalId}: ${expression} in its RequestParameters is not supported`);
}

/** The body, or what a path of names leads to in it; undefined where it is not there. */
function bodyPart({ body }: ApiRequest, path: string): string | undefined {
  if (path === '') return body.toString();
  let value: unknown = JSON.parse(body.toString());
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as { readonly [name: string]: unknown })[name];
  }
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value);
}

function smallFirst(name: string): string {
  return name[0].toLowerCase() + name.slice(1);
}
