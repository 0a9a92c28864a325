import { SimulatorFault } from '../engine/fault';
import { meets } from './conditions';
import type { Context, Principal, RolePrincipal } from './context';
import { like, parsePattern, type Variables } from './pattern';
import { describeStatement, type Patterns, type Principals, type Statement } from './policy';

/** A request as the policies see it. */
export interface Access {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

/**
 * How a statement speaks of the principal: by itself, or by its account alone, which allows nothing by itself but lets
 * the account's own policies decide.
 */
export type Scope = 'principal' | 'account';

/** Whether a statement speaks of a request, and how; undefined where it doesn't. */
export function match(statement: Statement, access: Access): Scope | undefined {
  try {
    return matchStatement(statement, access);
  } catch (error) {
    // What is below knows the cause but not the place.
    throw error instanceof SimulatorFault
      ? new SimulatorFault(`${describeStatement(statement.ref)}: ${error.message}`)
      : error;
  }
}

function matchStatement(statement: Statement, { principal, action, resource, context }: Access): Scope | undefined {
  const variables = statement.hasVariables ? variablesOf(context) : undefined;
  const scope = scopeOf(statement.principals, principal);
  const speaksOfIt =
    // The case of an action doesn't count.
    matchesAny(statement.actions, (pattern) => like(parsePattern(pattern.toLowerCase()), action.toLowerCase())) &&
    (!statement.resources ||
      matchesAny(statement.resources, (pattern) => like(parsePattern(pattern, variables), resource))) &&
    scope !== undefined &&
    statement.conditions.every((condition) => meets(condition, context, variables));
  return speaksOfIt ? scope : undefined;
}

function matchesAny({ patterns, negated }: Patterns, test: (pattern: string) => boolean): boolean {
  return patterns.some(test) !== negated;
}

function variablesOf(context: Context): Variables {
  return (name) => {
    const values = context.get(name);
    if (values === undefined && !name.toLowerCase().startsWith('aws:')) {
      throw new SimulatorFault(`the policy variable \${${name}} is not supported.`);
    }
    return values?.length === 1 ? values[0] : undefined;
  };
}

function scopeOf(written: Statement['principals'], principal: Principal): Scope | undefined {
  if (!written) {
    return 'principal';
  }
  const scopes = scopesOf(written.principals, principal);
  if (!written.negated) {
    return scopes.has('principal') ? 'principal' : scopes.has('account') ? 'account' : undefined;
  }
  // Whoever is excepted has to be named together with its account.
  const isExcepted = scopes.has('principal') && (principal.kind === 'service' || scopes.has('account'));
  return isExcepted ? undefined : 'principal';
}

function scopesOf(principals: Principals, principal: Principal): ReadonlySet<Scope> {
  const scopes = new Set<Scope>();
  if (principal.kind === 'service') {
    if (principals.Service?.includes(principal.name) || principals.AWS?.includes('*')) {
      scopes.add('principal');
    }
    return scopes;
  }
  const [, partition, , , account] = principal.arn.split(':');
  for (const name of principals.AWS ?? []) {
    if (name === '*' || name === principal.arn || name === sessionArn(principal)) {
      scopes.add('principal');
    } else if (name === account || name === `arn:${partition}:iam::${account}:root`) {
      scopes.add('account');
    }
  }
  return scopes;
}

/** The ARN of the session in which a role acts. */
export function sessionArn({ arn, sessionName }: RolePrincipal): string {
  const [, partition, , , account] = arn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${arn.split('/').pop()}/${sessionName}`;
}
