import { SimulatorFault } from '../engine/fault';
import { evaluateCondition } from './conditions';
import type { Environment } from './environment';
import { resolve, type Scope } from './intrinsics';
import { lazy } from './lazy';
import { guid } from './names';
import { parameterValue, pseudoParameter } from './parameters';
import type { Resources } from './resource';
import type { Succession } from './succession';
import { checkTransforms, type OutputSource, type ResourceSource, type StackSource, type Template } from './template';
import { TemplateResource } from './template-resource';

/** What a stack asks of the assembly round it. */
export interface Neighbours extends Resources {
  /** The resources of all stacks, also those whose condition is false. */
  everyResource(): readonly TemplateResource[];
  /** The stack that a resource of the type AWS::CloudFormation::Stack is, where its template is at hand. */
  nestedStack(resource: TemplateResource): Stack | undefined;
  exported(name: string, environment: Environment): { readonly value: unknown } | undefined;
  stack(name: string, region: string): Stack | undefined;
  /** What this release makes of the one before. */
  readonly succession: Succession;
}

/** A stack: one template in its environment. */
export class Stack implements Scope {
  readonly name: string;
  readonly environment: Environment;
  /** The ARN of the stack. */
  readonly id: string;
  /** By logical id, also those whose condition is false. */
  readonly resources: ReadonlyMap<string, TemplateResource>;
  private readonly template: Template;
  private readonly conditions = new Map<string, () => boolean>();

  constructor(
    readonly source: StackSource,
    readonly neighbours: Neighbours,
  ) {
    this.name = source.name;
    this.environment = source.environment;
    this.template = source.template;
    const { partition, region, account } = this.environment;
    const place = `arn:${partition}:cloudformation:${region}:${account}:stack/${this.name}`;
    this.id = `${place}/${guid(place)}`;
    checkTransforms(source);
    this.resources = new Map(Object.entries(this.template.Resources ?? {}).map((entry) => this.resource(...entry)));
    for (const [name, expression] of Object.entries(this.template.Conditions ?? {})) {
      const at = `Stack ${this.name}, condition ${name}`;
      this.conditions.set(
        name,
        lazy(at, () => evaluateCondition(expression, this, at)),
      );
    }
  }

  resolve(value: unknown, at: string): unknown {
    return resolve(value, this, at);
  }

  output(name: string, at: string): unknown {
    const output = this.template.Outputs?.[name];
    if (!output || !this.isOn(output, at)) {
      throw new SimulatorFault(`${at}: stack ${this.name} has no output ${name}.`);
    }
    return this.resolve(output.Value, `Stack ${this.name}, output ${name}`);
  }

  /** The value that the stack exports under a name. */
  exported(name: string): { readonly value: unknown } | undefined {
    for (const [id, output] of Object.entries(this.template.Outputs ?? {})) {
      const at = `Stack ${this.name}, output ${id}`;
      if (output.Export && this.isOn(output, at) && this.resolve(output.Export.Name, at) === name) {
        return { value: this.resolve(output.Value, at) };
      }
    }
    return undefined;
  }

  ref(name: string, at: string): unknown {
    if (name.startsWith('AWS::')) {
      return pseudoParameter(name, this, at);
    }
    const parameter = this.template.Parameters?.[name];
    if (parameter) {
      return parameterValue(name, parameter, this.source.given(name), this, at);
    }
    return this.existing(name, at).physicalId;
  }

  getAtt(logicalId: string, attribute: string, at: string): unknown {
    return this.existing(logicalId, at).attribute(attribute);
  }

  condition(name: string, at: string): boolean {
    const condition = this.conditions.get(name);
    if (!condition) {
      throw new SimulatorFault(`${at}: the template has no condition ${name}.`);
    }
    return condition();
  }

  mapped(map: string, first: string, second: string): unknown {
    return this.template.Mappings?.[map]?.[first]?.[second];
  }

  importValue(name: string, at: string): unknown {
    const found = this.neighbours.exported(name, this.environment);
    if (!found) {
      throw new SimulatorFault(`${at}: no stack of the assembly exports ${name}.`);
    }
    return found.value;
  }

  stackOutput(stackName: string, region: string | undefined, output: string, at: string): unknown {
    const stack = this.neighbours.stack(stackName, region ?? this.environment.region);
    if (!stack) {
      throw new SimulatorFault(`${at}: the assembly has no stack ${stackName}.`);
    }
    return stack.output(output, at);
  }

  zones(region: string): readonly string[] {
    return ['a', 'b', 'c'].map((zone) => `${region || this.environment.region}${zone}`);
  }

  private existing(logicalId: string, at: string): TemplateResource {
    const resource = this.resources.get(logicalId);
    if (!resource) {
      throw new SimulatorFault(`${at}: the template has neither a parameter nor a resource ${logicalId}.`);
    }
    if (!resource.exists) {
      throw new SimulatorFault(`${at}: ${logicalId} does not exist, as its condition is false.`);
    }
    return resource;
  }

  private resource(logicalId: string, source: ResourceSource): [string, TemplateResource] {
    if (typeof source?.Type !== 'string') {
      throw new SimulatorFault(`Stack ${this.name}: ${logicalId} among its resources has no Type.`);
    }
    const path = source.Metadata?.['aws:cdk:path'] ?? this.source.paths[this.source.file]?.[logicalId];
    return [logicalId, new TemplateResource(this, logicalId, source, path as string | undefined)];
  }

  private isOn(output: OutputSource, at: string): boolean {
    return output.Condition === undefined || this.condition(output.Condition, at);
  }
}
