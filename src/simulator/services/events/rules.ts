import type { Resource, Resources } from '../../template/resource';
import type { BusEvent } from './event';
import { matches } from './pattern';

/** A target of a rule or a schedule, as templates write it. */
export type Target = { readonly [name: string]: unknown } & { readonly Arn: string };

/** The rules of the assembly that an event on a bus meets. */
export function rulesFor(event: BusEvent, busName: string, resources: Resources): Resource[] {
  return enabledRules(resources).filter(({ properties }) => {
    const pattern = properties.EventPattern;
    if (pattern === undefined || nameOfBus(properties.EventBusName) !== busName) return false;
    return matches((typeof pattern === 'string' ? JSON.parse(pattern) : pattern) as { [name: string]: unknown }, event);
  });
}

export function enabledRules(resources: Resources): Resource[] {
  return resources.ofType('AWS::Events::Rule').filter(({ properties }) => properties.State !== 'DISABLED');
}

export function targetsOf({ properties }: Resource): Target[] {
  return (properties.Targets ?? []) as Target[];
}

/** The name of a bus, where a request or a rule may give its ARN. */
export function nameOfBus(nameOrArn: unknown): string {
  return nameOrArn === undefined ? 'default' : String(nameOrArn).replace(/^arn:.*:event-bus\//, '');
}
