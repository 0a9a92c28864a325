import { SimulatorFault } from '../../../engine/fault';
import type { Resource } from '../../../template/resource';
import { type ApiAnswer, type ApiRequest, type Fields, headerOf } from '../message';
import { fixedHeaders, responseFor } from './integration-response';

type Document = { readonly [name: string]: unknown };

/** What CDK writes for a preflight of several origins; templates that do anything else are not supported. */
const ORIGINS =
  /^#set\(\$origin = \$input\.params\(\)\.header\.get\("Origin"\)\)\s*#if\(\$origin == ""\)\s*#set\(\$origin = \$input\.params\(\)\.header\.get\("origin"\)\)\s*#end\s*#if\(([^)]*)\)\s*#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)\s*#end$/;

/** A mock integration, which answers by itself: a preflight, above all. */
export function mockAnswer(request: ApiRequest, method: Resource): ApiAnswer {
  const { RequestTemplates, IntegrationResponses } = method.properties.Integration as Document;
  const status = statusOf((RequestTemplates ?? {}) as { readonly [type: string]: string }, request, method);
  const response = responseFor(Number(status), IntegrationResponses);
  const [type, template] = Object.entries((response.ResponseTemplates ?? {}) as object)[0] ?? [];
  const { body, headers } = template === undefined ? NOTHING : rendered(String(template), request, method);
  return {
    status: Number(response.StatusCode),
    headers: overridden(
      [['Content-Type', type ?? 'application/json'], ...fixedHeaders(response.ResponseParameters, method)],
      headers,
    ),
    body: Buffer.from(body),
    takesMs: 0,
  };
}

const NOTHING = { body: '', headers: [] as Fields };

/** The request template of a mock says the status by which its response is chosen. */
function statusOf(templates: { readonly [type: string]: string }, { headers }: ApiRequest, method: Resource): string {
  const type = (headerOf(headers, 'content-type') ?? 'application/json').split(';')[0];
  const template = templates[type] ?? templates['application/json'] ?? '';
  const status = /^\s*\{\s*"?statusCode"?\s*:\s*"?(\d{3})"?\s*\}\s*$/.exec(template)?.[1];
  if (status !== undefined) return status;
  throw new SimulatorFault(
    `${method.logicalId}: the request template ${template} of its mock integration is not supported`,
  );
}

/** A response template without any logic, or that of a preflight of several origins. */
function rendered(template: string, { headers }: ApiRequest, method: Resource): typeof NOTHING {
  if (!/[$#]/.test(template)) return { body: template, headers: [] };
  const condition = ORIGINS.exec(template.trim())?.[1];
  if (condition === undefined) {
    throw new SimulatorFault(`${method.logicalId}: the response template of its mock integration is not supported`);
  }
  const origin = headerOf(headers, 'origin');
  const allowed = [...condition.matchAll(/\$origin == "([^"]*)"/g)].some(([, one]) => one === origin);
  return { body: '', headers: allowed && origin ? [['Access-Control-Allow-Origin', origin]] : [] };
}

function overridden(fields: Fields, changes: Fields): Fields {
  const names = changes.map(([name]) => name.toLowerCase());
  return [...fields.filter(([name]) => !names.includes(name.toLowerCase())), ...changes];
}
