import { SimulatorFault } from '../engine/fault';
import { type Access, match, type Scope, sessionArn } from './match';
import type { Statement, StatementRef } from './policy';

/** What IAM says to a call. */
export interface Verdict {
  readonly allowed: boolean;
  /** Why, in the words of AWS where it was denied. */
  readonly reason: string;
  /** The statements that speak of the call. */
  readonly statements: readonly StatementRef[];
}

/** Policies, and the ARNs of those among them whose text is not known. */
export interface PolicySet {
  readonly statements: readonly Statement[];
  readonly unknown: readonly string[];
}

/** Those policies of one kind that speak of a call. */
export interface Layer {
  readonly kind: LayerKind;
  readonly matches: readonly { readonly statement: Statement; readonly scope: Scope }[];
  readonly unknown: readonly string[];
}

/** The kinds of policies, as denials name them. */
type LayerKind = 'identity-based policy' | 'permissions boundary' | 'resource-based policy' | 'role trust policy';

/** Finds the statements that speak of a call. */
export function layer(kind: LayerKind, { statements, unknown }: PolicySet, access: Access): Layer {
  const matches = statements.flatMap((statement) => {
    const scope = match(statement, access);
    return scope ? [{ statement, scope }] : [];
  });
  return { kind, matches, unknown };
}

/** Why a call is denied, where a statement says so. */
export function explicitDenial(layers: readonly Layer[]): string | undefined {
  const denying = layers.find(({ matches }) => matches.some(({ statement }) => statement.effect === 'Deny'));
  return denying && `with an explicit deny in ${denying.kind === 'identity-based policy' ? 'an' : 'a'} ${denying.kind}`;
}

/** Why a call is denied, where no statement of a layer allows it. */
export function missingIn(one: Layer, { action }: Access): string | undefined {
  if (allows(one, 'principal') || allows(one, 'account')) {
    return undefined;
  }
  if (one.unknown.length > 0) {
    throw new SimulatorFault(`Whether ${action} is allowed depends on ${one.unknown.join(', ')}, which is not known.`);
  }
  return `because no ${one.kind} allows the ${action} action`;
}

/** Whether a layer allows a call to the principal by itself, or to its account. */
export function allows({ matches }: Layer, to: Scope): boolean {
  return matches.some(({ statement, scope }) => statement.effect === 'Allow' && scope === to);
}

/** The verdict on a call, given why it is denied, if it is. */
export function verdict(access: Access, layers: readonly Layer[], denial: string | undefined): Verdict {
  const { principal, action, resource } = access;
  const user = principal.kind === 'role' ? sessionArn(principal) : principal.name;
  return {
    allowed: denial === undefined,
    reason: denial
      ? `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${denial}`
      : `${action} on ${resource} is allowed`,
    statements: layers.flatMap(({ matches }) => matches.map(({ statement }) => statement.ref)),
  };
}
