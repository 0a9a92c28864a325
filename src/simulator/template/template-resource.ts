import { isDeepStrictEqual } from 'node:util';
import { SimulatorFault } from '../engine/fault';
import { IDENTITIES } from './identities';
import type { Identified, Identity, Key } from './identity';
import { lazy } from './lazy';
import { generatedName, guid, shortId } from './names';
import { CREATE_ONLY, leavesBehind, SNAPSHOTS } from './replacement';
import type { Resource, Resources } from './resource';
import type { Stack } from './stack';
import type { Succession } from './succession';
import type { ResourceSource } from './template';

type Properties = Resource['properties'];

/** The longest generated name, where the table names no other limit. */
const DEFAULT_LIMIT = 128;

/** A resource of a stack, and what it is called. */
export class TemplateResource implements Resource, Identified {
  readonly type: string;
  readonly properties: Properties = {};
  private readonly identity: Identity;
  private readonly resolvedName: () => string;
  /** How many others were at its place before. */
  private readonly generation: () => number;
  private readonly countUpdates: () => number;

  constructor(
    readonly stack: Stack,
    readonly logicalId: string,
    private readonly source: ResourceSource,
    readonly path: string | undefined,
  ) {
    this.type = source.Type;
    this.identity = IDENTITIES[this.type] ?? {};
    this.generation = lazy(`What ${this} replaces`, () => this.countReplaced());
    this.countUpdates = lazy(`What ${this} updates`, () => this.updatesSoFar());
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

  get release(): Resources {
    return this.stack.neighbours;
  }

  get updates(): number {
    return this.countUpdates();
  }

  /** What the release before has at its place, if it goes on to be that. */
  get updated(): TemplateResource | undefined {
    const before = this.succession.before(this);
    return before?.generation() === this.generation() ? before : undefined;
  }

  /** What stands for it in the account: a snapshot stays as it was made. */
  get standing(): TemplateResource {
    return (this.type in SNAPSHOTS && this.updated?.standing) || this;
  }

  /** Whether the template gives it a name of its own. */
  get isNamed(): boolean {
    return this.givenName() !== undefined;
  }

  /** Whether it stays where a release has another in its place, or none. */
  isLeftBy(successor: TemplateResource | undefined): boolean {
    const { DeletionPolicy, UpdateReplacePolicy } = this.source;
    if (!successor) return leavesBehind(DeletionPolicy);
    return leavesBehind(UpdateReplacePolicy) && successor.physicalId !== this.physicalId;
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

  ordinal(key: Key): number {
    return this.succession.ordinal(this, key);
  }

  toString(): string {
    return `Stack ${this.stack.name}, resource ${this.logicalId}`;
  }

  private get succession(): Succession {
    return this.stack.neighbours.succession;
  }

  private get seed(): string {
    const generation = this.generation();
    return `${this.stack.id}/${this.logicalId}${generation > 0 ? `/${generation}` : ''}`;
  }

  private countReplaced(): number {
    const before = this.succession.before(this);
    if (before) return before.generation() + (this.isReplacementOf(before) ? 1 : 0);
    const left = this.succession.leftBefore(this);
    return left ? left.generation() + 1 : 0;
  }

  private isReplacementOf({ properties }: TemplateResource): boolean {
    return (CREATE_ONLY[this.type] ?? []).some((name) => !isDeepStrictEqual(this.properties[name], properties[name]));
  }

  private updatesSoFar(): number {
    const { updated } = this;
    if (!updated) return 0;
    const isSame = isDeepStrictEqual(
      { ...this.properties, Tags: undefined },
      { ...updated.properties, Tags: undefined },
    );
    return updated.updates + (isSame ? 0 : 1);
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
