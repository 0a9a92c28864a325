import type { Environment } from './environment';

/** What the identity of a resource is made of. */
export interface Identified {
  readonly environment: Environment;
  /** The name that the template gives, or a generated one. */
  readonly name: string;
  /** The ARN, where its type has one. */
  readonly arn: string | undefined;
  readonly physicalId: string;
  readonly property: (name: string) => unknown;
  /** An identifier of the shape of a UUID. */
  readonly guid: string;
  /** How often it was updated since it was created. */
  readonly updates: number;
  shortId(length: number): string;
  /** 1 for the first resource of its type with this key that was ever deployed, 2 for the second, … */
  ordinal(key: Key): number;
}

/** Something that follows from a resource's name and properties; undefined where this resource has none. */
export type Derived = (resource: Identified) => string | undefined;

/** What resources are numbered by, e.g. the function whose versions they are. */
export type Key = (resource: Identified) => string;

/** How the resources of one type are called. */
export interface Identity {
  /** The property that names the resource, dots for one inside another. */
  readonly name?: string;
  /** The longest name that the service takes. */
  readonly limit?: number;
  /** Ends a generated name. */
  readonly suffix?: Derived;
  readonly lowerCase?: true;
  /** What `Ref` gives; the name where it is left out. */
  readonly ref?: Derived;
  readonly arn?: Derived;
  /** What `Fn::GetAtt` gives. */
  readonly attributes?: { readonly [attribute: string]: Derived };
}

export const nameOf = (resource: Identified): string => resource.name;
export const arnOf: Derived = (resource) => resource.arn;
export const refOf: Derived = (resource) => resource.physicalId;
export const guidOf: Derived = (resource) => resource.guid;

/** The given text, where a property has one. */
export function textOf(resource: Identified, property: string): string | undefined {
  const value = resource.property(property);
  return value === undefined ? undefined : String(value);
}

/** An ARN in the resource's own account and region. */
export function arn({ environment: e }: Identified, service: string, rest: string): string {
  return `arn:${e.partition}:${service}:${e.region}:${e.account}:${rest}`;
}

/** The ARN of a resource that is called by its name, behind a prefix like `stateMachine:`. */
export function named(service: string, prefix = ''): Derived {
  return (resource) => arn(resource, service, `${prefix}${resource.name}`);
}

/** An ARN of IAM, with the path that the resource may have. */
export function iamArn(kind: string): Derived {
  return (resource) => {
    const { partition, account } = resource.environment;
    return `arn:${partition}:iam::${account}:${kind}${textOf(resource, 'Path') ?? '/'}${resource.name}`;
  };
}

/** The ARN of the function that a property names by name or ARN. */
export function functionArn(resource: Identified, property: string): string {
  const given = String(resource.property(property));
  return given.startsWith('arn:') ? given : arn(resource, 'lambda', `function:${given}`);
}
