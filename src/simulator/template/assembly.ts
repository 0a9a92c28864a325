import * as fs from 'node:fs';
import * as path from 'node:path';
import { SimulatorFault } from '../engine/fault';
import type { AssetIndex } from './assets';
import type { Environment } from './environment';
import { lazy } from './lazy';
import type { Resource, Resources } from './resource';
import { type Neighbours, Stack } from './stack';
import { Succession } from './succession';
import type { StackSource } from './template';
import { NESTED_STACK, type TemplateResource } from './template-resource';

/**
 * The stacks of a cloud assembly, and what they deploy together: over the past assembly, if there is one. That stays as it
 * was, as what it leaves behind still refers to it.
 */
export class Assembly implements Resources, Neighbours {
  readonly succession: Succession;
  private readonly roots: readonly Stack[];
  private readonly nested = new Map<TemplateResource, Stack | undefined>();
  private readonly stacks = lazy('The list of stacks', () => this.roots.flatMap((stack) => this.withNested(stack)));
  private readonly present = lazy('The list of resources', () =>
    this.everyResource().filter((resource) => resource.exists),
  );
  private readonly resources = lazy('The list of what is deployed', () => [
    ...this.present().map((resource) => resource.standing),
    ...this.succession.left(),
  ]);
  private readonly arns = lazy('The list of ARNs', () => this.indexArns());

  constructor(
    sources: readonly StackSource[],
    private readonly assets: AssetIndex,
    private readonly past?: Assembly,
  ) {
    this.succession = new Succession(this, this.present, past?.succession);
    const roots = sources.map((source) => new Stack(source, this));
    // A stack that is not deployed again stays as it is.
    const others = past?.roots.filter(({ id }) => !roots.some((root) => root.id === id)) ?? [];
    this.roots = [...roots, ...others];
  }

  all(): readonly Resource[] {
    return this.resources();
  }

  ofType(type: string): readonly Resource[] {
    return this.resources().filter((resource) => resource.type === type);
  }

  find(logicalId: string, stackName?: string): Resource | undefined {
    const isIt = (resource: Resource): boolean =>
      resource.logicalId === logicalId && (stackName ?? resource.stackName) === resource.stackName;
    const found = this.present().filter(isIt);
    if (found.length > 1) {
      const stacks = found.map((resource) => resource.stackName).join(', ');
      throw new SimulatorFault(`The logical id ${logicalId} is ambiguous: it is in the stacks ${stacks}.`);
    }
    return found[0]?.standing ?? this.succession.left().find(isIt);
  }

  byArn(arn: string): Resource | undefined {
    const { known, fault } = this.arns();
    if (!known.has(arn) && fault) {
      throw fault;
    }
    return known.get(arn);
  }

  isGone(arn: string): boolean {
    return this.past !== undefined && !this.byArn(arn) && (!!this.past.byArn(arn) || this.past.isGone(arn));
  }

  assetPath(bucket: string, key: string): string | undefined {
    return this.assets.path(bucket, key);
  }

  /** A value of a stack's template with its intrinsic functions resolved. */
  resolve(value: unknown, stackName: string): unknown {
    const stack = this.stacks().find(({ name }) => name === stackName);
    if (!stack) throw new SimulatorFault(`The stack ${stackName} is not in the assembly.`);
    return stack.resolve(value, `A value of the stack ${stackName}`);
  }

  everyResource(): readonly TemplateResource[] {
    return this.stacks().flatMap((stack) => [...stack.resources.values()]);
  }

  exported(name: string, environment: Environment): { readonly value: unknown } | undefined {
    for (const stack of this.stacks()) {
      const { account, region } = stack.environment;
      const found = account === environment.account && region === environment.region ? stack.exported(name) : undefined;
      if (found) {
        return found;
      }
    }
    return undefined;
  }

  stack(name: string, region: string): Stack | undefined {
    return this.stacks().find((stack) => stack.name === name && stack.environment.region === region);
  }

  nestedStack(resource: TemplateResource): Stack | undefined {
    if (!this.nested.has(resource)) {
      this.nested.set(resource, this.loadNested(resource));
    }
    return this.nested.get(resource);
  }

  private withNested(stack: Stack): readonly Stack[] {
    const children = [...stack.resources.values()]
      .filter((resource) => resource.type === NESTED_STACK && resource.exists)
      .map((resource) => resource.stack.neighbours.nestedStack(resource));
    return [stack, ...children.filter((child) => child !== undefined).flatMap((child) => this.withNested(child))];
  }

  private loadNested(resource: TemplateResource): Stack | undefined {
    const [, bucket, key] = /^https:\/\/[^/]*\/([^/]*)\/(.*)/.exec(String(resource.properties.TemplateURL)) ?? [];
    const file = this.assetPath(bucket, key);
    if (!file) {
      return undefined;
    }
    return new Stack(
      {
        name: resource.name,
        environment: resource.environment,
        template: JSON.parse(fs.readFileSync(file, 'utf8')),
        file: path.basename(file),
        given: (parameter) => (resource.properties.Parameters as { [name: string]: unknown })?.[parameter],
        paths: resource.stack.source.paths,
      },
      this,
    );
  }

  /** A resource whose ARN cannot be told only matters to whoever looks for one that is not known. */
  private indexArns(): { known: ReadonlyMap<string, Resource>; fault?: unknown } {
    const known = new Map<string, Resource>();
    let fault: unknown;
    for (const resource of this.resources()) {
      try {
        known.set(resource.arn ?? '', resource);
      } catch (error) {
        fault ??= error;
      }
    }
    known.delete('');
    return { known, fault };
  }
}
