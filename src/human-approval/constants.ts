/** What the constructs and the handlers both have to know. */

/** The errors of an approval, by their names. */
export enum ApprovalError {
  /** Somebody said no, or nobody answered in time. */
  REJECTED = 'Approval.Rejected',
  /** Too few of a level's approvers could be told to decide it. */
  NOT_NOTIFIED = 'Approval.NotNotified',
  /** What was asked is no request: the message says what it lacks. */
  INVALID_REQUEST = 'Approval.InvalidRequest',
}

/** The environment variables of the handlers. */
export enum Variable {
  TABLE = 'TABLE_NAME',
  AUDIT_TABLE = 'AUDIT_TABLE_NAME',
  AUDIT_DAYS = 'AUDIT_DAYS',
  KEYS = 'LINK_KEYS',
  /** What links begin with. */
  URL = 'PAGE_URL',
  SENDER = 'SENDER',
  CONFIGURATION_SET = 'CONFIGURATION_SET',
  NAME = 'APPROVAL_NAME',
  AUTH = 'APPROVER_AUTH',
  /** The origin of the app that opens links, where there is one. */
  APP_ORIGIN = 'APP_ORIGIN',
}

/** How those who open a link prove who they are. */
export enum AuthKind {
  SIGNED_LINK = 'link',
  COGNITO = 'cognito',
  IAM = 'iam',
}

/** The metrics that the handlers write to their logs. */
export enum Metric {
  NOTIFICATIONS_FAILED = 'NotificationsFailed',
  /** How old a request is that is still pending when a fifth of its whole time is left, or less. */
  PENDING_SECONDS = 'PendingSeconds',
  SIGNATURES_REFUSED = 'SignaturesRefused',
}
export const METRIC_NAMESPACE = 'CdkWorkflowPatterns';
export const METRIC_DIMENSION = 'Approval';

/** What the event of `Approver.event` says of itself. */
export const EVENT_SOURCE = 'cdk-workflow-patterns.approval';
export const EVENT_DETAIL_TYPE = 'Approval Requested';

/** The attribute by which both tables delete what is old. */
export const TIME_TO_LIVE = 'deleteAt';

/** The first part of a link's path. */
export const LINK_PATH = 'r';

/** All answers of a level are in one item of 400 KB, with what is asked: it keeps at most so many. */
export const MAX_ANSWERS = 50;

/** How long the row of a request is kept beyond the time of the level that was asked last. */
export const KEEP_REQUEST_DAYS = 30;
