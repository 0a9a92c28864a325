import { createHash } from 'node:crypto';
import { SimulatorFault } from '../../engine/fault';
import type { Resource } from '../../template/resource';
import { generateSecret } from './random-password';

/** A version of a secret. */
export interface SecretVersion {
  readonly id: string;
  readonly value: string;
  readonly createdAt: Date;
}

/** A secret of the assembly, with the versions that it had. */
export class Secret {
  private readonly versions: SecretVersion[] = [];

  constructor(
    private readonly resource: Resource,
    private readonly seed: string,
    now: number,
  ) {
    this.rotate(this.first(), now);
  }

  get arn(): string {
    return this.resource.physicalId;
  }

  get name(): string {
    return this.arn.split(':')[6].slice(0, -'-abcdef'.length);
  }

  /** The ARN of the key that it is encrypted with, where that is not AWS's own. */
  get keyId(): string | undefined {
    return this.resource.properties.KmsKeyId as string | undefined;
  }

  /** What it holds now. */
  get value(): string {
    return (this.versions.at(-1) as SecretVersion).value;
  }

  /** The version with an id, or at a stage; undefined where there is none. */
  version(id: string | undefined, stage: string | undefined): SecretVersion | undefined {
    const atStage = stage === undefined && id !== undefined ? undefined : this.atStage(stage ?? 'AWSCURRENT');
    const found = id === undefined ? atStage : this.versions.find((version) => version.id === id);
    return stage === undefined || found === atStage ? found : undefined;
  }

  stagesOf(version: SecretVersion): string[] {
    return ['AWSCURRENT', 'AWSPREVIOUS'].filter((stage) => this.atStage(stage) === version);
  }

  /** The stages of those versions that have one. */
  get stages(): { [versionId: string]: string[] } {
    return Object.fromEntries(this.versions.slice(-2).map((version) => [version.id, this.stagesOf(version)]));
  }

  /** Makes a value the current one, and the current one the previous one; without a value, generates one as at first. */
  rotate(value: string | undefined, now: number): void {
    const digest = createHash('sha256').update(this.versionSeed).digest('hex');
    const id = [
      digest.slice(0, 8),
      digest.slice(8, 12),
      digest.slice(12, 16),
      digest.slice(16, 20),
      digest.slice(20, 32),
    ];
    this.versions.push({ id: id.join('-'), value: value ?? this.generated(), createdAt: new Date(now) });
  }

  private atStage(stage: string): SecretVersion | undefined {
    if (stage === 'AWSCURRENT') return this.versions.at(-1);
    return stage === 'AWSPREVIOUS' ? this.versions.at(-2) : undefined;
  }

  private first(): string | undefined {
    const { SecretString: given } = this.resource.properties;
    return given === undefined ? undefined : String(given);
  }

  private generated(): string {
    const { GenerateSecretString: options } = this.resource.properties;
    if (options !== undefined) return generateSecret(options as { readonly [name: string]: unknown }, this.versionSeed);
    throw new SimulatorFault(`the secret ${this.resource.path ?? this.arn} generates no value: say which it gets`);
  }

  private get versionSeed(): string {
    return `${this.seed}/${this.arn}/${this.versions.length}`;
  }
}
