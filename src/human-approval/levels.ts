import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { invalid } from '../step/names';
import type { Approver } from './approver';
import { MAX_ANSWERS } from './constants';
import { isSamePerson } from './runtime/identity';
import { type ApproverRef, isMany } from './runtime/request';

/** Who is asked, for how long, and how many of them have to approve. */
export interface ApprovalLevel {
  /** Who is asked. */
  readonly approvers: Approver[];

  /** How long they have, until the next level is asked: at least 5 minutes. After the last level the request expires. */
  readonly timeout: Duration;

  /**
   * How many of them have to approve. One person counts once, by their name alone: who has two addresses counts twice.
   * The readers of a topic are nobody in particular, and count as one; where they sign in, each counts. Where these or
   * a portal are asked, at most 25.
   *
   * @default 1
   */
  readonly quorum?: number;
}

/** So much time somebody needs at least. */
export const MIN_SECONDS = 300;
const MAX_APPROVERS = MAX_ANSWERS;
/** As many who say otherwise have room as well. */
const MAX_OPEN_QUORUM = MAX_ANSWERS / 2;

/** What the props say of levels. */
export interface LevelsProps extends Partial<ApprovalLevel> {
  readonly levels?: ApprovalLevel[];
  /** Whether approvers have to sign in. */
  readonly signIn: boolean;
}

/** The levels as given, or the one that the props say without levels. */
export function levelsOf(
  scope: Construct,
  { levels, approvers, timeout, quorum, signIn }: LevelsProps,
): ApprovalLevel[] {
  const single = [approvers, timeout, quorum].some((prop) => prop !== undefined);
  if (levels !== undefined && single) {
    throw invalid(scope, 'has levels beside approvers, timeout or quorum; say these in each level');
  }
  if (levels === undefined && (approvers === undefined || timeout === undefined)) {
    throw invalid(scope, 'lacks approvers or a timeout; give both, or levels');
  }
  const all = levels ?? [{ approvers: approvers as Approver[], timeout: timeout as Duration, quorum }];
  if (all.length === 0 || all.length > 20) throw invalid(scope, `has ${all.length} levels; give 1 to 20`);
  all.forEach((level, index) => {
    checkLevel(scope, level, { number: index + 1, signIn });
  });
  return all;
}

/** The approvers of a level, as the handlers know them. */
export function refsOf({ approvers }: ApprovalLevel, signIn: boolean): ApproverRef[] {
  return approvers.map(({ _ref }) => (signIn && _ref.way === 'topic' ? { ..._ref, signedIn: true } : _ref));
}

function checkLevel(
  scope: Construct,
  level: ApprovalLevel,
  { number, signIn }: { readonly number: number; readonly signIn: boolean },
): void {
  const { approvers, timeout, quorum = 1 } = level;
  const wrong = (problem: string) => invalid(scope, `level ${number} ${problem}`);
  const { length } = approvers;
  if (length === 0 || length > MAX_APPROVERS) throw wrong(`has ${length} approvers; give 1 to ${MAX_APPROVERS}`);
  const other = approvers.findIndex((approver) => approver?._ref === undefined);
  if (other >= 0) throw wrong(`has ${noApprover(approvers[other])}`);
  const refs = refsOf(level, signIn);
  const twice = refs.find((ref, index) => refs.slice(0, index).some((other) => isSame(ref, other)));
  if (twice) throw wrong(askedTwice(twice));
  if (!Number.isInteger(quorum) || quorum < 1) throw wrong(`has the quorum ${quorum}; give a whole number from 1 on`);
  const most = refs.some(isMany) ? MAX_OPEN_QUORUM : length;
  if (quorum > most) throw wrong(`has the quorum ${quorum}, and its ${length} approvers can give ${most}`);
  if (timeout.isUnresolved() || timeout.toSeconds({ integral: false }) < MIN_SECONDS) {
    throw wrong(`has the timeout ${timeout}; give at least ${MIN_SECONDS / 60} minutes, known at synthesis`);
  }
}

/** Where many answer, each has a name of their own, and only where they are told tells them from others. */
function isSame(one: ApproverRef, other: ApproverRef): boolean {
  if (isMany(one) || isMany(other)) return one.way === other.way && one.target === other.target;
  return isSamePerson(one.name, other.name);
}

function askedTwice({ way, name }: ApproverRef): string {
  const asked = `asks ${way} ${name} twice`;
  if (way === 'email') return `${asked}; one person counts once`;
  return way === 'event'
    ? `${asked}; give each portal an event bus of its own`
    : `${asked}; where they are two topics, give each a name of its own: Approver.topic(topic, name)`;
}

/** What else than an approver JavaScript lets be given, and what to give instead. */
function noApprover(given: unknown): string {
  const instead = typeof given === 'string' ? `Approver.email('${given}')` : 'an Approver';
  return `${JSON.stringify(given)} among its approvers; give ${instead}`;
}
