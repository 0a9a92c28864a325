import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { invalid } from '../step/names';
import type { Approver } from './approver';
import { isSamePerson } from './runtime/identity';

/** Who is asked, for how long, and how many of them have to approve. */
export interface ApprovalLevel {
  /** Who is asked. */
  readonly approvers: Approver[];

  /** How long they have, until the next level is asked: at least 5 minutes. After the last level the request expires. */
  readonly timeout: Duration;

  /**
   * How many of them have to approve. Where a portal is asked, at most 25.
   *
   * @default 1
   */
  readonly quorum?: number;
}

/** A time in which answers are waited for: it begins with a notification. */
export interface Round {
  /** 0 is the first notification of its level, the others are reminders. */
  readonly number: number;
  /** When it begins, counted from the beginning of its level. */
  readonly startSeconds: number;
  readonly seconds: number;
}

const MIN_SECONDS = 300;
const MAX_APPROVERS = 50;
/** All answers of a level are in one item: so many, and almost as many who say otherwise. */
const MAX_PORTAL_QUORUM = 25;
/** Each is a state of the definition. */
const MAX_ROUNDS = 50;

/** The levels as given, or the one that the props say without levels. */
export function levelsOf(
  scope: Construct,
  { levels, approvers, timeout, quorum }: Partial<ApprovalLevel> & { readonly levels?: ApprovalLevel[] },
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
    checkLevel(scope, level, index + 1);
  });
  return all;
}

function checkLevel(scope: Construct, { approvers, timeout, quorum = 1 }: ApprovalLevel, number: number): void {
  const wrong = (problem: string) => invalid(scope, `level ${number} ${problem}`);
  const { length } = approvers;
  if (length === 0 || length > MAX_APPROVERS) throw wrong(`has ${length} approvers; give 1 to ${MAX_APPROVERS}`);
  const other = approvers.findIndex((approver) => approver?._ref === undefined);
  if (other >= 0) throw wrong(`has ${noApprover(approvers[other])}`);
  const refs = approvers.map(({ _ref }) => _ref);
  const twice = refs.find((ref, index) => refs.slice(0, index).some((other) => isSamePerson(ref.name, other.name)));
  if (twice) throw wrong(`asks ${twice.way} ${twice.name} twice; one person counts once`);
  if (!Number.isInteger(quorum) || quorum < 1) throw wrong(`has the quorum ${quorum}; give a whole number from 1 on`);
  // A portal answers for many.
  const most = refs.some(({ way }) => way === 'event') ? MAX_PORTAL_QUORUM : length;
  if (quorum > most) throw wrong(`has the quorum ${quorum}, and its ${length} approvers can give ${most}`);
  if (timeout.isUnresolved() || timeout.toSeconds({ integral: false }) < MIN_SECONDS) {
    throw wrong(`has the timeout ${timeout}; give at least ${MIN_SECONDS / 60} minutes, known at synthesis`);
  }
}

/** What else than an approver JavaScript lets be given, and what to give instead. */
function noApprover(given: unknown): string {
  const instead = typeof given === 'string' ? `Approver.email('${given}')` : 'an Approver';
  return `${JSON.stringify(given)} among its approvers; give ${instead}`;
}

/** The rounds of each level: by default it is reminded of once, when half of its time is over. */
export function roundsOf(scope: Construct, levels: ApprovalLevel[], remindAfter?: Duration): Round[][] {
  const every = remindAfter && secondsBetween(scope, remindAfter);
  const rounds = levels.map(({ timeout }) => {
    const total = Math.floor(timeout.toSeconds({ integral: false }));
    return split(total, every ?? Math.ceil(total / 2));
  });
  if (every && !reminds(rounds)) {
    throw invalid(
      scope,
      `reminds after ${remindAfter}, but no level lasts ${MIN_SECONDS / 60} minutes longer than that; give less, or Duration.seconds(0) for no reminder`,
    );
  }
  const count = rounds.flat().length;
  if (count > MAX_ROUNDS) {
    throw invalid(scope, `notifies ${count} times, at most ${MAX_ROUNDS} are possible; remind less often`);
  }
  return rounds;
}

function secondsBetween(scope: Construct, remindAfter: Duration): number {
  const seconds = remindAfter.isUnresolved() ? Number.NaN : Math.floor(remindAfter.toSeconds({ integral: false }));
  if (seconds === 0 || seconds >= MIN_SECONDS) return seconds;
  throw invalid(
    scope,
    `reminds after ${remindAfter}; give at least ${MIN_SECONDS / 60} minutes, known at synthesis, or Duration.seconds(0) for no reminder`,
  );
}

/** A reminder just before the end would be none. */
function split(total: number, every: number): Round[] {
  const reminders = every === 0 ? 0 : Math.max(0, Math.floor((total - MIN_SECONDS) / every));
  return Array.from({ length: reminders + 1 }, (_, number) => {
    const startSeconds = number * every;
    return { number, startSeconds, seconds: number === reminders ? total - startSeconds : every };
  });
}

/** Whether anybody is told after the request was made. */
export function reminds(rounds: Round[][]): boolean {
  return rounds.flat().length > 1;
}
