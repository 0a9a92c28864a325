import { SimulatorFault } from '../engine/fault';
import type { Resources } from '../template/resource';
import { accessOf, type RoleRequest } from './judge';
import { match } from './match';
import type { Patterns, Statement, StatementRef } from './policy';
import { roleOf, rolePolicies } from './role-policies';

/** One thing that a role may do: one action pattern on one resource pattern of one statement. */
export interface Permission {
  readonly statement: StatementRef;
  /** The pattern of the action; `not a, b` where the statement excepts actions. */
  readonly action: string;
  /** The pattern of the resource; `not a, b` where the statement excepts resources. */
  readonly resource: string;
  /** Whether it is this permission that lets the role make a call. */
  covers(request: RoleRequest): boolean;
}

type Piece = Statement & { readonly resources: Patterns };

/** All that a role's own policies allow, piece by piece. */
export function permissionsOf(roleArn: string, resources: Resources): Permission[] {
  const { statements, unknown } = rolePolicies(roleOf(roleArn, resources), resources).identity;
  if (unknown.length > 0) {
    throw new SimulatorFault(`What ${roleArn} may do depends on ${unknown.join(', ')}, which is not known.`);
  }
  return statements
    .filter((statement) => statement.effect === 'Allow')
    .flatMap(pieces)
    .map((piece) => ({
      statement: piece.ref,
      action: describe(piece.actions),
      resource: describe(piece.resources),
      covers: (request) =>
        request.principalRoleArn === roleArn && match(piece, accessOf(request, resources)) !== undefined,
    }));
}

/** A statement as statements of one action and one resource each. */
function pieces(statement: Statement): Piece[] {
  const { resources = { patterns: ['*'], negated: false } } = statement;
  return split(statement.actions).flatMap((action) =>
    split(resources).map((resource) => ({ ...statement, actions: action, resources: resource })),
  );
}

/** Exceptions only mean something together. */
function split(patterns: Patterns): Patterns[] {
  return patterns.negated ? [patterns] : patterns.patterns.map((pattern) => ({ patterns: [pattern], negated: false }));
}

function describe({ patterns, negated }: Patterns): string {
  return `${negated ? 'not ' : ''}${patterns.join(', ')}`;
}
