import type { Assembly } from './assembly';
import { loadAssembly } from './load-assembly';
import type { Resource, Resources } from './resource';

/** What is deployed at the moment: one release over the other, as CloudFormation would do it. */
export class Deployed implements Resources {
  private current: Assembly;

  /** @param directory the cloud assembly of the first release */
  constructor(directory: string) {
    this.current = loadAssembly(directory);
  }

  /**
   * Deploys a release over what there is. Throws, and changes nothing, where CloudFormation would refuse it.
   *
   * @param directory the cloud assembly of the release
   */
  deploy(directory: string): void {
    const next = loadAssembly(directory, this.current);
    next.succession.check();
    this.current = next;
  }

  all(): readonly Resource[] {
    return this.current.all();
  }

  ofType(type: string): readonly Resource[] {
    return this.current.ofType(type);
  }

  find(logicalId: string, stackName?: string): Resource | undefined {
    return this.current.find(logicalId, stackName);
  }

  byArn(arn: string): Resource | undefined {
    return this.current.byArn(arn);
  }

  isGone(arn: string): boolean {
    return this.current.isGone(arn);
  }

  /** A value of a template with its intrinsic functions resolved. */
  resolve(value: unknown, stackName: string): unknown {
    return this.current.resolve(value, stackName);
  }

  assetPath(bucket: string, key: string): string | undefined {
    return this.current.assetPath(bucket, key);
  }
}
