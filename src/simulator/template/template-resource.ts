import { SimulatorFault } from '../engine/fault';
import { IDENTITIES } from './identities';
import type { Identified, Identity } from './identity';
import { lazy } from './lazy';
import { generatedName, guid, shortId } from './names';
import type { Resource } from './resource';
import type { Stack } from './stack';
import type { ResourceSource } from './template';

type Properties = Resource['properties'];

/** The longest generated name, where the table names no other limit. */
const DEFAULT_LIMIT = 128;

/** A resource of a stack, and what it is called. */
export class TemplateResource implements Resource, Identified {
  readonly type: string;
  readonly properties: Properties = {};
  private readonly identity: Identity;
  private readonly seed: string;
  private readonly resolvedName: () => string;

  constructor(
    readonly stack: Stack,
    readonly logicalId: string,
    private readonly source: ResourceSource,
    readonly path: string | undefined,
  ) {
    this.type = source.Type;
    this.identity = IDENTITIES[this.type] ?? {};
    this.seed = `${stack.id}/${logicalId}`;
    this.resolvedName = lazy(`The name of ${this}`, () => this.givenName() ?? this.generatedName());
    for (const [name, value] of Object.entries(source.Properties ?? {})) {
      const at = `${this}, property ${name}`;
      const property = lazy(at, () => stack.resolve(value, at));
      Object.defineProperty(this.properties, name, { enumerable: true, get: property });
    }
  }

  get exists(): boolean {
    return this.source.Condition === undefined || this.stack.condition(this.source.Condition, `${this}`);
  }

  get stackName(): string {
    return this.stack.name;
  }

  get environment() {
    return this.stack.environment;
  }

  get name(): string {
    return this.resolvedName();
  }

  get physicalId(): string {
    return this.type === NESTED_STACK ? this.nested().id : (this.identity.ref?.(this) ?? this.name);
  }

  get arn(): string | undefined {
    return this.identity.arn?.(this);
  }

  get guid(): string {
    return guid(this.seed);
  }

  attribute(name: string): string {
    if (this.type === NESTED_STACK && name.startsWith('Outputs.')) {
      return String(this.nested().output(name.slice('Outputs.'.length), `${this}`));
    }
    const value = this.identity.attributes?.[name]?.(this);
    if (value === undefined) {
      throw new SimulatorFault(`${this}: what Fn::GetAtt ${name} gives of a ${this.type} is not known.`);
    }
    return value;
  }

  readonly property = (name: string): unknown => this.properties[name];

  shortId(length: number): string {
    return shortId(this.seed, length);
  }

  ordinal(key: (resource: Identified) => string): number {
    const own = key(this);
    const same = this.stack.neighbours.everyResource().filter((other) => other.type === this.type);
    return 1 + same.slice(0, same.indexOf(this)).filter((other) => key(other) === own).length;
  }

  toString(): string {
    return `Stack ${this.stack.name}, resource ${this.logicalId}`;
  }

  private nested(): Stack {
    const nested = this.stack.neighbours.nestedStack(this);
    if (!nested) {
      throw new SimulatorFault(`${this}: the template of this nested stack is not in the assembly.`);
    }
    return nested;
  }

  private givenName(): string | undefined {
    const [first, ...rest] = this.identity.name?.split('.') ?? [];
    const given = rest.reduce<unknown>((value, key) => (value as Properties)?.[key], this.properties[first]);
    return given === undefined ? undefined : String(given);
  }

  private generatedName(): string {
    const suffix = this.identity.suffix?.(this) ?? '';
    const limit = (this.identity.limit ?? DEFAULT_LIMIT) - suffix.length;
    const name = generatedName(this.stack.name, this.logicalId, this.seed, limit) + suffix;
    return this.identity.lowerCase ? name.toLowerCase() : name;
  }
}

/** The type of a resource that is a stack itself. */
export const NESTED_STACK = 'AWS::CloudFormation::Stack';
