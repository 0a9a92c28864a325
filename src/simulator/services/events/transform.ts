import { SimulatorFault } from '../../engine/fault';
import type { BusEvent } from './event';

/** How a target of a rule gets the event. */
export interface TargetInput {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: { readonly [name: string]: string };
    readonly InputTemplate: string;
  };
}

/** What a rule knows of itself. */
export interface RuleFacts {
  readonly arn: string;
  readonly name: string;
}

/** The text that a target gets. */
export function inputOf({ Input, InputPath, InputTransformer }: TargetInput, event: BusEvent, rule: RuleFacts): string {
  if (Input !== undefined) return Input;
  if (InputTransformer !== undefined) return transformed(InputTransformer, event, rule);
  return JSON.stringify(InputPath === undefined ? event : (at(event, InputPath) ?? null));
}

function transformed(
  { InputPathsMap: paths = {}, InputTemplate: template }: NonNullable<TargetInput['InputTransformer']>,
  event: BusEvent,
  rule: RuleFacts,
): string {
  const values: { [name: string]: unknown } = {
    ...Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, at(event, path)])),
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event': withoutDetail(event),
    'aws.events.event.json': event,
  };
  return template.replace(/<([\w.-]+)>/g, (found, name: string, offset: number) => {
    if (!(name in values)) return found;
    return written(values[name], isInText(template, offset));
  });
}

/** Within quotation marks a text stands bare; elsewhere as JSON. */
function written(value: unknown, inText: boolean): string {
  if (value === undefined) return inText ? '' : '""';
  if (typeof value === 'string') return inText ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
  const json = JSON.stringify(value);
  return inText ? json.replaceAll('"', '\\"') : json;
}

function isInText(template: string, offset: number): boolean {
  return (template.slice(0, offset).replaceAll('\\"', '').split('"').length - 1) % 2 === 1;
}

function withoutDetail({ detail: _detail, ...event }: BusEvent): unknown {
  return event;
}

/** What a path of names and indexes leads to: `$.detail.items[0]`. */
function at(event: BusEvent, path: string): unknown {
  if (!/^\$(\.[\w-]+|\[\d+\])*$/.test(path))
    throw new SimulatorFault(`The path ${path} of a rule's target is not supported`);
  let value: unknown = event;
  for (const [, name, index] of path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as { readonly [name: string]: unknown })[name ?? index];
  }
  return value;
}
