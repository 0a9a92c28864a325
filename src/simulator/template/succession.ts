import { SimulatorFault } from '../engine/fault';
import type { Key } from './identity';
import { lazy } from './lazy';
import { SNAPSHOTS } from './replacement';
import type { Resources } from './resource';
import { NESTED_STACK, type TemplateResource } from './template-resource';

/** What becomes of the resources of the releases before, as a release is deployed over them. */
export class Succession {
  private readonly places = lazy('The list of places', () => new Map(this.present().map((r) => [placeOf(r), r])));
  private readonly listLeft = lazy('The list of what is left behind', () => this.findLeft());

  /**
   * @param present what the release says that there is
   * @param past the release before, if there is one
   */
  constructor(
    private readonly release: Resources,
    private readonly present: () => readonly TemplateResource[],
    private readonly past?: Succession,
  ) {}

  /** What the release before has at the place of a resource, which is its logical id in its stack. */
  before(resource: TemplateResource): TemplateResource | undefined {
    return this.past?.places().get(placeOf(resource));
  }

  /** What was left behind at the place of a resource before this release, the newest. */
  leftBefore(resource: TemplateResource): TemplateResource | undefined {
    return this.past?.left().find((other) => placeOf(other) === placeOf(resource));
  }

  /** What the releases before left behind, by their policies, the newest first. */
  left(): readonly TemplateResource[] {
    return this.listLeft();
  }

  /** The number of a resource among all that were ever made of its type with its key. */
  ordinal(resource: TemplateResource, key: Key): number {
    if (resource.updated) return resource.updated.ordinal(key);
    const { type } = resource;
    const of = key(resource);
    return (this.past?.countMade(type, of, key) ?? 0) + this.made(type, of, key).indexOf(resource) + 1;
  }

  /** Throws where CloudFormation would refuse to deploy this over the release before. */
  check(): void {
    for (const resource of this.present().filter(({ release }) => release === this.release)) {
      const before = this.before(resource);
      if (before && before.type !== resource.type) {
        throw new SimulatorFault(`${resource}: CloudFormation makes no ${resource.type} of a ${before.type}.`);
      }
      if (!resource.isNamed || !resource.arn || resource.updated?.arn === resource.arn) continue;
      const holder = this.past?.holderOf(resource.arn);
      if (!holder) continue;
      const name = `${resource.name}, which ${holder === before ? 'the one that it replaces' : `${holder}`} has`;
      throw new SimulatorFault(`${resource}: CloudFormation can't create it under the name ${name}.`);
    }
    const nested = this.left().find(({ type }) => type === NESTED_STACK);
    if (nested) throw new SimulatorFault(`${nested}: a nested stack that is left behind is not supported.`);
  }

  private holderOf(arn: string): TemplateResource | undefined {
    return [...this.present(), ...this.left()].find((resource) => resource.isNamed && resource.arn === arn);
  }

  /** What this release made anew. */
  private made(type: string, of: string, key: Key): readonly TemplateResource[] {
    return this.present().filter(
      (resource) =>
        resource.type === type && resource.release === this.release && key(resource) === of && !resource.updated,
    );
  }

  private countMade(type: string, of: string, key: Key): number {
    return (this.past?.countMade(type, of, key) ?? 0) + this.made(type, of, key).length;
  }

  private findLeft(): readonly TemplateResource[] {
    if (!this.past) return [];
    const justLeft = this.past
      .present()
      .filter((resource) => resource.isLeftBy(this.places().get(placeOf(resource))))
      .map((resource) => resource.standing);
    const left = [...justLeft, ...this.past.left()];
    const all = [...this.present(), ...left];
    return left.filter((resource) => hasOwner(resource, all));
  }
}

function placeOf({ stack, logicalId }: TemplateResource): string {
  return `${stack.id}/${logicalId}`;
}

/** The versions of a function or of a state machine are deleted with it, whatever their policy. */
function hasOwner({ type, arn }: TemplateResource, all: readonly TemplateResource[]): boolean {
  const ownerType = SNAPSHOTS[type];
  const owner = arn?.replace(/:\d+$/, '');
  return ownerType === undefined || all.some((other) => other.type === ownerType && other.arn === owner);
}
