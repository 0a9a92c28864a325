import { CfnStateMachine, CfnStateMachineAlias, CfnStateMachineVersion } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { type Definition, parseDefinition, SimulatorFault } from './engine';
import { findResource, type ResourceKind, resourceLabel } from './find-resource';
import { stateMachineDefinition } from './template/definition';
import type { Resource, Resources } from './template/resource';

const MACHINE = CfnStateMachine.CFN_RESOURCE_TYPE_NAME;
const VERSION = CfnStateMachineVersion.CFN_RESOURCE_TYPE_NAME;
const ALIAS = CfnStateMachineAlias.CFN_RESOURCE_TYPE_NAME;

const STARTABLE: ResourceKind = { name: 'state machine', types: [MACHINE], alsoTypes: [VERSION, ALIAS] };

/**
 * What can be started: a `Workflow` or what has one, a state machine, its version or its alias, or the logical id or the
 * construct path of one.
 */
export type StartTarget = IConstruct | string;

/** How a state machine is reached: itself, by a version, or by an alias, which chooses a version. */
export interface Door {
  readonly machine: Machine;
  readonly versionArn?: string;
  readonly aliasArn?: string;
}

/** A state machine of the assembly. */
export class Machine {
  private parsed?: Definition;
  private types?: Map<string, string>;

  constructor(readonly resource: Resource) {}

  get arn(): string {
    return this.resource.physicalId;
  }

  get name(): string {
    return this.resource.attribute('Name');
  }

  get roleArn(): string {
    return String(this.resource.properties.RoleArn);
  }

  get type(): 'STANDARD' | 'EXPRESS' {
    return this.resource.properties.StateMachineType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  }

  /** What it is called in messages. */
  get label(): string {
    return resourceLabel(this.resource);
  }

  /** The checked definition. Throws, with all that is wrong, where AWS would refuse it or the simulator can't run it. */
  get definition(): Definition {
    this.parsed ??= parseDefinition(stateMachineDefinition(this.resource, this.resource.release), this.type);
    return this.parsed;
  }

  /** The types of its states by name, those inside Parallel and Map included. */
  get stateTypes(): ReadonlyMap<string, string> {
    if (this.types === undefined) {
      this.types = new Map();
      collectStates(stateMachineDefinition(this.resource, this.resource.release), this.types);
    }
    return this.types;
  }
}

/** The state machines that are deployed. */
export class Machines {
  private readonly known = new Map<Resource, Machine>();

  constructor(private readonly resources: Resources) {}

  get all(): readonly Machine[] {
    return this.resources.ofType(MACHINE).map((resource) => this.machineOf(resource));
  }

  /**
   * What a start of this target reaches.
   *
   * @param choose a number from 0 to 1, by which an alias with two versions chooses
   */
  find(target: StartTarget, choose: () => number): Door {
    const resource = findResource(this.resources, typeof target === 'string' ? target : door(target), STARTABLE);
    return this.doorOf(resource, choose);
  }

  /** What a start of the state machine, version or alias with an ARN reaches; undefined where no template has it. */
  at(arn: string, choose: () => number): Door | undefined {
    const resource = this.resources.byArn(arn);
    return resource && [MACHINE, VERSION, ALIAS].includes(resource.type) ? this.doorOf(resource, choose) : undefined;
  }

  private doorOf(resource: Resource, choose: () => number): Door {
    const { type, properties, physicalId, release } = resource;
    if (type === ALIAS) {
      const version = existing(aliasVersion(resource, choose()), this.resources);
      return { ...this.doorOf(version, choose), aliasArn: physicalId };
    }
    if (type !== VERSION) return { machine: this.machineOf(resource) };
    // A version is the state machine of the release that published it.
    const published = existing(String(properties.StateMachineArn), release);
    return { machine: this.machineOf(published), versionArn: physicalId };
  }

  private machineOf(resource: Resource): Machine {
    const machine = this.known.get(resource) ?? new Machine(resource);
    this.known.set(resource, machine);
    return machine;
  }
}

function existing(arn: string, resources: Resources): Resource {
  const resource = resources.byArn(arn);
  if (!resource) throw new SimulatorFault(`${arn} is not in the synthesized templates`);
  return resource;
}

/** What starting a construct means: of a workflow its alias, of anything else itself. */
function door(construct: IConstruct): IConstruct {
  // A caller in JavaScript may give nothing, which is told of where it is looked for.
  const { workflow, alias } = (construct ?? {}) as { workflow?: IConstruct; alias?: IConstruct };
  return workflow ? door(workflow) : (alias ?? construct);
}

function aliasVersion(alias: Resource, chosen: number): string {
  const { RoutingConfiguration, DeploymentPreference } = alias.properties as {
    RoutingConfiguration?: { StateMachineVersionArn: string; Weight: number }[];
    DeploymentPreference?: { StateMachineVersionArn: string };
  };
  if (DeploymentPreference) return DeploymentPreference.StateMachineVersionArn;
  let weight = chosen * 100;
  const route = RoutingConfiguration?.find(({ Weight }) => {
    weight -= Weight;
    return weight < 0;
  });
  if (!route) throw new SimulatorFault(`the alias ${alias.logicalId} leads to no version`);
  return route.StateMachineVersionArn;
}

function collectStates(value: unknown, types: Map<string, string>): void {
  if (value === null || typeof value !== 'object') return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'States' && item && typeof item === 'object') {
      for (const [name, state] of Object.entries(item)) types.set(name, String((state as { Type?: unknown }).Type));
    }
    collectStates(item, types);
  }
}
