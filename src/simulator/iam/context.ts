import { SimulatorFault } from '../engine/fault';
import type { Resource } from '../template/resource';

/** Values of condition keys, e.g. `{ 'ses:FromAddress': 'a@b.example' }`. */
export type ContextValues = { readonly [key: string]: string | readonly string[] };

/** A role that makes a request, in a session. */
export interface RolePrincipal {
  readonly kind: 'role';
  readonly role: Resource;
  readonly arn: string;
  readonly sessionName: string;
}

/** Who makes a request: a role, or a service of AWS itself. */
export type Principal = RolePrincipal | { readonly kind: 'service'; readonly name: string };

/** Global keys that a call has only where whoever makes it says so. */
const ABSENT_UNLESS_GIVEN = [
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:federatedprovider',
  'aws:multifactorauthage',
  'aws:multifactorauthpresent',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:referer',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceidentity',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:tagkeys',
  'aws:username',
  'aws:vpcsourceip',
];
const ABSENT_PREFIXES = ['aws:principaltag/', 'aws:requesttag/'];

/** The condition keys of a request. */
export class Context {
  private readonly values: ReadonlyMap<string, readonly string[]>;

  constructor(principal: Principal, resource: string, given: ContextValues = {}) {
    const [, , , region, account] = resource.split(':');
    const all: { [key: string]: string | readonly string[] | undefined } = {
      'aws:SecureTransport': 'true',
      'aws:ViaAWSService': 'false',
      'aws:RequestedRegion': region || undefined,
      'aws:ResourceAccount': account || undefined,
      ...(principal.kind === 'role' ? roleKeys(principal) : { 'aws:PrincipalIsAWSService': 'true' }),
      ...given,
    };
    const values = new Map<string, readonly string[]>();
    for (const [key, value] of Object.entries(all)) {
      if (value !== undefined) {
        values.set(key.toLowerCase(), [value].flat());
      }
    }
    this.values = values;
  }

  /** The values of a key; undefined where the request has none. Throws for a global key that cannot be known. */
  get(key: string): readonly string[] | undefined {
    const name = key.toLowerCase();
    const values = this.values.get(name);
    const mayBeAbsent = ABSENT_UNLESS_GIVEN.includes(name) || ABSENT_PREFIXES.some((prefix) => name.startsWith(prefix));
    if (values === undefined && name.startsWith('aws:') && !mayBeAbsent) {
      throw new SimulatorFault(`the condition key ${key} is not supported.`);
    }
    return values;
  }
}

function roleKeys({ role, arn, sessionName }: RolePrincipal): ContextValues {
  const tags = (role.properties.Tags ?? []) as readonly { readonly Key: string; readonly Value: string }[];
  return {
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': arn.split(':')[4],
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalType': 'AssumedRole',
    'aws:userid': `${role.attribute('RoleId')}:${sessionName}`,
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, Value])),
  };
}
