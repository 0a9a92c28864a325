import { SimulatorFault } from '../../../engine/fault';
import type { Resource, Resources } from '../../../template/resource';
import { type ApiAnswer, type ApiRequest, type Fields, headerOf, queryOf } from '../message';
import type { GatewayError } from './gateway-error';

const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}';

/** What API Gateway answers where it answers itself, by the gateway responses of the API. */
export function gatewayAnswer(
  error: GatewayError,
  request: ApiRequest,
  api: Resource,
  resources: Resources,
  context: { readonly [name: string]: string },
): ApiAnswer {
  const response = find(error, api, resources);
  const { StatusCode, ResponseTemplates, ResponseParameters } = response?.properties ?? {};
  const templates = (ResponseTemplates ?? {}) as { readonly [type: string]: string };
  const [type, template] = Object.entries(templates)[0] ?? ['application/json', DEFAULT_TEMPLATE];
  const values = { ...context, ...errorValues(error) };
  return {
    status: Number(StatusCode ?? error.status),
    headers: [
      ['Content-Type', type],
      ['x-amzn-ErrorType', `${error.responseType}Exception`],
      ...headersOf((ResponseParameters ?? {}) as { readonly [name: string]: string }, request, response),
    ],
    body: Buffer.from(fill(template, values, response)),
    takesMs: error.takesMs,
  };
}

/** That of the error's own type, else that of all with its kind of status. */
function find({ responseType, status }: GatewayError, api: Resource, resources: Resources): Resource | undefined {
  const own = resources
    .ofType('AWS::ApiGateway::GatewayResponse')
    .filter(({ properties }) => properties.RestApiId === api.physicalId);
  const ofType = (type: string) => own.find(({ properties }) => properties.ResponseType === type);
  return ofType(responseType) ?? ofType(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
}

function errorValues({ message, responseType, validationError }: GatewayError): { [name: string]: string } {
  return {
    'error.message': message,
    'error.messageString': JSON.stringify(message),
    'error.responseType': responseType,
    'error.validationErrorString': validationError ?? '',
  };
}

function headersOf(
  parameters: { readonly [name: string]: string },
  request: ApiRequest,
  response: Resource | undefined,
): Fields {
  return Object.entries(parameters).flatMap(([name, source]) => {
    const [, header] = /^gatewayresponse\.header\.(.+)$/.exec(name) ?? [];
    const fixed = /^'(.*)'$/s.exec(source)?.[1];
    const [, place, from] = /^method\.request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
    if (header === undefined || (fixed === undefined && place === undefined)) {
      throw new SimulatorFault(`${response?.logicalId}: the response parameter ${name}: ${source} is not supported`);
    }
    const fields = place === 'header' ? request.headers : queryOf(request);
    const value = fixed ?? headerOf(fields, from);
    return value === undefined ? [] : [[header, value] as const];
  });
}

function fill(template: string, values: { readonly [name: string]: string }, response: Resource | undefined): string {
  return template.replace(/\$[\w.]+|#\w+|\$\{/g, (found) => {
    const value = found.startsWith('$context.') ? values[found.slice('$context.'.length)] : undefined;
    if (value !== undefined) return value;
    throw new SimulatorFault(`${response?.logicalId}: ${found} in its response template is not supported`);
  });
}
