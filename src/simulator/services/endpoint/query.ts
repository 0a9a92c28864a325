import type { ServiceCall } from '../service';
import type { Protocol } from './protocols';
import { document, type Element } from './xml';

type Input = { [name: string]: unknown };

/** AWS Query: the request is a form, and the answer XML. */
export function query(service: string): Protocol {
  const headers = { 'content-type': 'text/xml' };
  return {
    read: ({ signedService, body }) => {
      const form = new URLSearchParams(body);
      const operation = form.get('Action');
      return signedService === service && operation ? { service, operation, input: inputOf(form) } : undefined;
    },
    response: (output, { operation }: ServiceCall) => ({
      status: 200,
      headers,
      body: document(`${operation}Response`, { [`${operation}Result`]: output as Element }),
    }),
    error: ({ code: Code, message: Message, statusCode: status }) => ({
      status,
      headers,
      body: document('ErrorResponse', { Error: { Type: 'Sender', Code, Message } }),
    }),
  };
}

/** The parameters of a form. */
function inputOf(form: URLSearchParams): Input {
  const input: Input = {};
  for (const [key, value] of form) {
    const path = pathOf(key, form);
    if (path.length > 0) put(input, path, value);
  }
  return input;
}

/** Where a field stands; `A.entry.1.Name` and `A.entry.1.Value.B` make an entry of a map, and its name is no field. */
function pathOf(key: string, form: URLSearchParams): string[] {
  if (key === 'Action' || key === 'Version') return [];
  const [map, , index, part, ...rest] = key.split('.');
  if (part === undefined) return key.split('.');
  return part === 'Value' ? [map, String(form.get(`${map}.entry.${index}.Name`)), ...rest] : [];
}

function put(into: Input, path: readonly string[], value: string): void {
  let at = into;
  for (const name of path.slice(0, -1)) {
    at[name] ??= {};
    at = at[name] as Input;
  }
  at[path[path.length - 1]] = value;
}
