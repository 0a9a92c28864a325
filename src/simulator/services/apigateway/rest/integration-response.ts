import { SimulatorFault } from '../../../engine/fault';
import type { Resource } from '../../../template/resource';
import type { Fields } from '../message';
import { configurationError } from './gateway-error';

type Document = { readonly [name: string]: unknown };

/** The response of an integration that is for a status: that whose pattern it meets, else that without one. */
export function responseFor(status: number, list: unknown): Document {
  const responses = (list ?? []) as Document[];
  const meets = (pattern: unknown): boolean => new RegExp(`^(?:${pattern})$`).test(String(status));
  const found =
    responses.find(({ SelectionPattern: pattern }) => pattern && meets(pattern)) ??
    responses.find(({ SelectionPattern: pattern }) => !pattern);
  if (!found) throw configurationError();
  return found;
}

/** The headers of a response, which must be fixed. */
export function fixedHeaders(parameters: unknown, method: Resource): Fields {
  return Object.entries((parameters ?? {}) as { readonly [name: string]: string }).map(([name, source]) => {
    const header = /^method\.response\.header\.(.+)$/.exec(name)?.[1];
    const value = /^'(.*)'$/s.exec(source)?.[1];
    if (header !== undefined && value !== undefined) return [header, value] as const;
    throw new SimulatorFault(`${method.logicalId}: the response parameter ${name}: ${source} is not supported`);
  });
}
