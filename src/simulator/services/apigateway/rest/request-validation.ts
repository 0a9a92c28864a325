import { SimulatorFault } from '../../../engine/fault';
import type { Resource, Resources } from '../../../template/resource';
import { type ApiRequest, headerOf, queryOf } from '../message';
import { GatewayError } from './gateway-error';
import { problems, type Schema } from './json-schema';
import type { RestRoute } from './rest-route';

/** Checks a request as the validator of its method asks. */
export function validate(request: ApiRequest, route: RestRoute, resources: Resources): void {
  const { properties } = route.resource;
  const id = properties.RequestValidatorId;
  if (id === undefined) return;
  const validator = resources
    .ofType('AWS::ApiGateway::RequestValidator')
    .find(({ physicalId, properties: { RestApiId } }) => physicalId === id && RestApiId === properties.RestApiId);
  if (!validator) throw new SimulatorFault(`${route.resource.logicalId}: the RequestValidatorId ${id} names nothing`);
  if (isTrue(validator.properties.ValidateRequestParameters)) checkParameters(request, route);
  if (isTrue(validator.properties.ValidateRequestBody)) checkBody(request, route.resource, resources);
}

function checkParameters(request: ApiRequest, { resource, parameters }: RestRoute): void {
  const required = Object.entries((resource.properties.RequestParameters ?? {}) as { [name: string]: unknown });
  const query = queryOf(request);
  const missing = required
    .filter(([, isRequired]) => isTrue(isRequired))
    .map(([name]) => name.split('.').slice(2))
    .filter(([place, ...rest]) => {
      const name = rest.join('.');
      if (place === 'header') return !headerOf(request.headers, name);
      if (place === 'querystring') return !query.some(([key, value]) => key === name && value !== '');
      return !parameters[name];
    });
  if (missing.length === 0) return;
  const names = missing.map(([, ...rest]) => rest.join('.')).join(', ');
  throw new GatewayError('BAD_REQUEST_PARAMETERS', 400, `Missing required request parameters: [${names}]`);
}

/** A body whose content type has no model is not checked: so API Gateway has it. */
function checkBody(request: ApiRequest, method: Resource, resources: Resources): void {
  const models = (method.properties.RequestModels ?? {}) as { readonly [type: string]: string };
  const type = (headerOf(request.headers, 'content-type') ?? 'application/json').split(';')[0].trim().toLowerCase();
  const name = models[type] ?? models.$default;
  if (name === undefined) return;
  const found = problemsOf(request.body.toString(), modelOf(name, method, resources));
  if (found.length === 0) return;
  throw new GatewayError('BAD_REQUEST_BODY', 400, 'Invalid request body', `[${found.join(', ')}]`);
}

function problemsOf(body: string, schema: Schema | undefined): readonly string[] {
  try {
    const value: unknown = JSON.parse(body);
    return schema === undefined ? [] : problems(value, schema);
  } catch (error) {
    if (error instanceof SyntaxError) return ['not a valid JSON'];
    throw error;
  }
}

/** The schema of a model; undefined for one that takes any JSON. */
function modelOf(name: string, method: Resource, resources: Resources): Schema | undefined {
  if (name === 'Empty') return undefined;
  const model = resources
    .ofType('AWS::ApiGateway::Model')
    .find(
      ({ physicalId, properties: { RestApiId } }) => physicalId === name && RestApiId === method.properties.RestApiId,
    );
  if (!model) throw new SimulatorFault(`${method.logicalId}: the model ${name} of its RequestModels names nothing`);
  const { Schema } = model.properties;
  return (typeof Schema === 'string' ? JSON.parse(Schema) : Schema) as Schema | undefined;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
