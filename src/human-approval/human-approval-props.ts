import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { EmailSender } from '../email/email-sender';
import type { Approver } from './approver';
import type { ApproverAuth } from './approver-auth';
import type { ApprovalLevel } from './levels';

/** What it means that nobody has answered in time. */
export enum ExpiryDecision {
  REJECT = 'reject',
  APPROVE = 'approve',
}

/** Who decides, how they are told, and how it is operated. */
export interface HumanApprovalProps {
  /**
   * Who is asked.
   *
   * @default - has to be given, or `levels`
   */
  readonly approvers?: Approver[];

  /**
   * How long they have: at least 5 minutes. Then the request expires.
   *
   * @default - has to be given, or `levels`
   */
  readonly timeout?: Duration;

  /**
   * How many of them have to approve. One person counts once, by their name alone: who has two addresses counts twice.
   * The readers of a topic are nobody in particular, and count as one; where they sign in, each counts.
   *
   * @default 1
   */
  readonly quorum?: number;

  /**
   * Who is asked one after the other: the next level when the time of the one before is over. Instead of `approvers`,
   * `timeout` and `quorum`.
   *
   * @default - one level
   */
  readonly levels?: ApprovalLevel[];

  /**
   * What mails are sent from.
   *
   * @default - has to be given where an approver gets mails
   */
  readonly sender?: EmailSender;

  /**
   * After how much time those are reminded who have not answered, and again each time it has passed: at least 5 minutes,
   * or `Duration.seconds(0)` for never. Nobody is reminded in the last 5 minutes of a level.
   *
   * @default - once, when half of a level's time is over; never in one of less than 10 minutes
   */
  readonly remindAfter?: Duration;

  /**
   * Whether one no is enough. Without a veto, it takes so many that the quorum can't be reached any more. Of a portal, or
   * a topic whose readers sign in, nobody knows how many can still approve: no no decides then, but the expiry does.
   *
   * @default true
   */
  readonly veto?: boolean;

  /**
   * Whether who asks may approve it as well. Who answers by the link of a topic, and has not signed in, nobody knows.
   *
   * @default false
   */
  readonly allowSelfApproval?: boolean;

  /**
   * What it means that nobody has answered in time.
   *
   * @default ExpiryDecision.REJECT
   */
  readonly onExpiry?: ExpiryDecision;

  /**
   * How approvers prove who they are.
   *
   * @default ApproverAuth.signedLink()
   */
  readonly auth?: ApproverAuth;

  /**
   * The KMS key that signs links, of the kind HMAC_256. KMS rotates none of this kind: make a new one, and give the old
   * one in `previousLinkKeys` until all executions have ended that began with it: their reminders use it.
   *
   * @default - one is made
   */
  readonly linkKey?: kms.IKey;

  /**
   * Keys whose links are still out, or go out in reminders.
   *
   * @default - none
   */
  readonly previousLinkKeys?: kms.IKey[];

  /**
   * How long the audit is kept: whole days, at least one.
   *
   * @default Duration.days(365)
   */
  readonly auditRetention?: Duration;

  /**
   * Where the alarms go.
   *
   * @default - there are alarms, but they tell nobody
   */
  readonly alarmTopic?: sns.ITopic;

  /**
   * How long the logs are kept.
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What becomes of the tables, the logs and the key when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}
