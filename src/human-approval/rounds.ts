import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { invalid } from '../step/names';
import { type ApprovalLevel, MIN_SECONDS } from './levels';

/** A time in which answers are waited for: it begins with a notification, or with a warning that time runs out. */
export interface Round {
  /** 0 is the first notification of its level, the others are reminders; one that only warns has that before it. */
  readonly number: number;
  /** Whether approvers are told as it begins. */
  readonly tells: boolean;
  /** Whether operators are, as a fifth of the whole time is left, or less. */
  readonly warns: boolean;
  /** When it begins, counted from the beginning of its level. */
  readonly startSeconds: number;
  readonly seconds: number;
}

/** Each is a state of the definition. */
const MAX_ROUNDS = 50;

/**
 * The rounds of each level: by default it is reminded of once, when half of its time is over. When a fifth of the time
 * of all levels is left, another one begins where none does: operators hear then that the request is pending. They do
 * again as each later level begins, which is the first time where the one before could not be told, and took no time.
 */
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
  return withWarning(rounds);
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
    const seconds = number === reminders ? total - startSeconds : every;
    return { number, tells: true, warns: false, startSeconds, seconds };
  });
}

/** The part of a request's whole time that is over when operators hear of it. */
const WARNS_AFTER = 0.8;

function withWarning(levels: Round[][]): Round[][] {
  const whole = levels.flat().reduce((sum, { seconds }) => sum + seconds, 0);
  let passed = Math.floor(whole * WARNS_AFTER);
  return levels.map((rounds) =>
    rounds.flatMap((round) => {
      const at = passed;
      passed -= round.seconds;
      if (at >= round.seconds) return [round];
      return at > 0 ? warning(round, at) : [{ ...round, warns: at === 0 || round.number === 0 }];
    }),
  );
}

/** A round that warns some seconds after it has begun. */
function warning(round: Round, at: number): Round[] {
  const rest = { startSeconds: round.startSeconds + at, seconds: round.seconds - at };
  return [
    { ...round, seconds: at },
    { ...round, ...rest, tells: false, warns: true },
  ];
}

/** Whether anybody is told after the request was made. */
function reminds(rounds: Round[][]): boolean {
  return rounds.flat().length > 1;
}
