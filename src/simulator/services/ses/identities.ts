import type { Resource } from '../../template/resource';
import type { ServiceContext } from '../context';
import type { Address } from './address';

const POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role'];

/**
 * The identities from which mails may be sent: those of the templates, and those that a role's policy names. The latter
 * are imported; that somebody wrote a permission for one says that it is verified.
 */
export class Identities {
  constructor(private readonly context: ServiceContext) {}

  /** The ARN of the identity that SES takes for an address: itself, else its domain, else one above it. */
  arnFor({ email, domain }: Address): string | undefined {
    const labels = domain.split('.');
    const domains = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
    const known = this.known();
    return [email, ...domains].map((identity) => this.arn(identity)).find((arn) => known.has(arn.toLowerCase()));
  }

  isVerified(arn: string): boolean {
    return this.known().has(arn.toLowerCase());
  }

  arn(identity: string): string {
    const { partition, region, account } = this.context;
    return `arn:${partition}:ses:${region}:${account}:identity/${identity}`;
  }

  private known(): ReadonlySet<string> {
    const { resources } = this.context;
    const own = resources.ofType('AWS::SES::EmailIdentity').map((identity) => this.arn(identity.physicalId));
    const named = POLICIES.flatMap((type) => resources.ofType(type)).flatMap(identitiesNamed);
    return new Set([...own, ...named].map((arn) => arn.toLowerCase()));
  }
}

/** The ARNs of identities in the text of a policy; patterns name none. */
function identitiesNamed({ type, properties }: Resource): string[] {
  const text = JSON.stringify(type === 'AWS::IAM::Role' ? properties.Policies : properties.PolicyDocument);
  return [...(text ?? '').matchAll(/"(arn:[^"]*:ses:[^"]*:identity\/[^"*?$]+)"/g)].map(([, arn]) => arn);
}
