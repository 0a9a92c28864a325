import { SimulatorFault } from '../../engine/fault';
import type { ServiceContext } from '../context';
import { notInTemplates } from '../not-in-templates';
import { AwsError, type Requirement, type Service, type ServiceCall } from '../service';
import { Secret } from './secret';

type Input = ServiceCall['input'];

const PARAMETERS: { readonly [operation: string]: readonly string[] } = {
  GetSecretValue: ['SecretId', 'VersionId', 'VersionStage'],
  DescribeSecret: ['SecretId'],
};

/** Secrets Manager: the secrets of the assembly. What they generate is the same for the same seed. */
export class SecretsManagerService implements Service {
  readonly name = 'secretsmanager';
  private readonly secrets = new Map<string, Secret>();

  constructor(
    private readonly context: ServiceContext,
    private readonly seed: string,
  ) {}

  requirements({ operation, input }: ServiceCall): readonly Requirement[] {
    checkSupported(operation, input);
    const secret = this.named(input.SecretId);
    const context = {
      'secretsmanager:SecretId': secret.arn,
      ...(operation === 'GetSecretValue' && {
        'secretsmanager:VersionStage': String(input.VersionStage ?? 'AWSCURRENT'),
      }),
      ...(input.VersionId !== undefined && { 'secretsmanager:VersionId': String(input.VersionId) }),
    };
    const own = { action: `secretsmanager:${operation}`, resource: secret.arn, context };
    const decrypt = operation === 'GetSecretValue' ? this.decrypt(secret) : undefined;
    return decrypt ? [own, decrypt] : [own];
  }

  async perform({ operation, input }: ServiceCall): Promise<{ [name: string]: unknown }> {
    const secret = this.named(input.SecretId);
    if (operation === 'DescribeSecret') {
      return { ARN: secret.arn, Name: secret.name, VersionIdsToStages: secret.stages };
    }
    const { VersionId: id, VersionStage: stage } = input as { VersionId?: string; VersionStage?: string };
    const version = secret.version(id, stage);
    if (!version) {
      const what = id === undefined ? `staging label: ${stage}` : `VersionId: ${id}`;
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${what}`,
      );
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: secret.stagesOf(version),
      CreatedDate: version.createdAt,
    };
  }

  /** The secret with an ARN. */
  secret(arn: string): Secret {
    const resource = this.context.resources.ofType('AWS::SecretsManager::Secret').find((one) => one.physicalId === arn);
    if (!resource) throw notInTemplates(`The secret ${arn}`);
    const known = this.secrets.get(arn) ?? new Secret(resource, this.seed, this.context.now());
    this.secrets.set(arn, known);
    return known;
  }

  /** Gives a secret a new value, as a rotation does. */
  rotate(arn: string, value: string | undefined): void {
    this.secret(arn).rotate(value, this.context.now());
  }

  async close(): Promise<void> {}

  /** A secret is called by its name, its ARN, or its ARN without the six characters at its end. */
  private named(id: unknown): Secret {
    const arns = this.context.resources.ofType('AWS::SecretsManager::Secret').map(({ physicalId }) => physicalId);
    const found = arns.find((arn) => arn === id || arn.slice(0, -7) === id || arn.split(':')[6].slice(0, -7) === id);
    if (found === undefined) throw notInTemplates(`The secret ${id}`);
    return this.secret(found);
  }

  /** A key of one's own must be usable by whoever reads the secret. */
  private decrypt({ keyId, arn }: Secret): Requirement | undefined {
    if (keyId === undefined) return undefined;
    const key = this.context.resources
      .ofType('AWS::KMS::Key')
      .find((one) => one.physicalId === keyId || one.attribute('Arn') === keyId);
    if (!key) throw notInTemplates(`The key ${keyId} of the secret ${arn}`);
    return {
      action: 'kms:Decrypt',
      resource: key.attribute('Arn'),
      context: {
        'kms:ViaService': `secretsmanager.${this.context.region}.amazonaws.com`,
        'kms:EncryptionContext:SecretARN': arn,
      },
    };
  }
}

function checkSupported(operation: string, input: Input): void {
  const known = PARAMETERS[operation];
  if (!known) throw new SimulatorFault(`Secrets Manager's ${operation} is not supported`);
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown) throw new SimulatorFault(`The parameter ${unknown} of Secrets Manager's ${operation} is not supported`);
}
