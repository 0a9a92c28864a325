import { isSamePerson } from './identity';

/** What somebody may decide. */
export type Decision = 'approved' | 'rejected';

/** How an approver is told, and by what name they decide. */
export interface ApproverRef {
  readonly way: 'email' | 'topic' | 'event';
  /** The address of a mail, or the name that is given for who reads a topic or gets an event. */
  readonly name: string;
  /** The ARN of the topic, or of the event bus; that of the account by its name. */
  readonly target?: string;
  /** Whether each of those who read the topic signs in, and so has an answer of their own. */
  readonly signedIn?: boolean;
}

/** What somebody answered. */
export interface Vote {
  readonly decision: Decision;
  readonly at: string;
  readonly comment: string | null;
  /** How it came: by the form, as POST, or by a PORTAL. */
  readonly method: 'POST' | 'PORTAL';
  /** Tells whether two answers came from the same address, and nothing more. */
  readonly ipHash?: string;
  /** Who the authorizer says they are. */
  readonly principal?: string;
  readonly level: number;
}

/** What was decided: what the asker gets. */
export interface Outcome {
  readonly decision: Decision;
  /** Whose answer decided; null where nobody answered in time. */
  readonly by: string | null;
  readonly at: string;
  readonly comment: string | null;
  /** The level that decided, from 1. */
  readonly level: number;
}

/** A row of what is shown as a table. */
export type Detail = readonly [label: string, value: string];

/** What is asked. */
export interface Question {
  readonly question: string;
  readonly details: readonly Detail[];
  readonly requester?: string;
}

/** Whom a level asks, and what decides it. */
export interface LevelRef {
  /** From 1. */
  readonly level: number;
  readonly approvers: readonly ApproverRef[];
  readonly quorum: number;
  /** Whether one no is enough. */
  readonly veto: boolean;
  readonly selfApproval: boolean;
  /** How long it has from now on. */
  readonly seconds: number;
}

/** An attribute that holds the nonces of an approver, by their place. */
export type NonceAttribute = `nonces_${number}`;

/** What lets a form be sent once. */
export interface FormNonce {
  readonly attribute: NonceAttribute;
  readonly hash: string;
}

/** A request, as its one item in the table says it. Each write but that of a nonce counts up `revision`. */
export interface ApprovalRequest extends Question, Omit<LevelRef, 'seconds'> {
  readonly id: string;
  readonly revision: number;
  /** PENDING: answers count. DECIDED: the outcome stands. SENT: the workflow has it. */
  readonly status: 'PENDING' | 'DECIDED' | 'SENT';
  readonly executionArn: string;
  readonly createdAt: string;
  /** When the level ends: seconds since the epoch. */
  readonly levelEndsAt: number;
  readonly votes: { readonly [who: string]: Vote };
  /** Whom a notification has reached: `<level>.<round>.<redrive>.<index>`. */
  readonly notified?: ReadonlySet<string>;
  /** The hashes of the nonces that are out: of each approver apart, so that nobody uses up those of others. */
  readonly [nonces: NonceAttribute]: ReadonlySet<string> | undefined;
  /** The token of the task that waits now. */
  readonly taskToken?: string;
  readonly outcome?: Outcome;
  /** Makes hashes of addresses useless to others. */
  readonly salt: string;
}

/** What somebody has answered, under whichever of their names. */
export function voteOf({ votes }: Pick<ApprovalRequest, 'votes'>, who: string): Vote | undefined {
  return Object.entries(votes).find(([name]) => isSamePerson(name, who))?.[1];
}

/** Whether nobody knows how many people answer here, each by a name of their own: users of a portal, or of a topic. */
export function isMany({ way, signedIn }: ApproverRef): boolean {
  return way === 'event' || signedIn === true;
}

/** Who of a level may decide: not who asked. */
export function eligible({
  approvers,
  requester,
  selfApproval,
}: Pick<ApprovalRequest, 'approvers' | 'requester' | 'selfApproval'>) {
  return approvers
    .map((approver, index) => ({ ...approver, index }))
    .filter(
      (approver) =>
        isMany(approver) || selfApproval || requester === undefined || !isSamePerson(approver.name, requester),
    );
}
