import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EmailSender } from '../email/email-sender';
import type { IStep } from '../step/bind';
import { Workflow } from '../workflow/workflow';
import { approvalAlarms, approvalMetric } from './approval-alarms';
import { ApprovalFlow } from './approval-flow';
import { allowDelivery, auditTable, requestTable } from './approval-store';
import type { Approver } from './approver';
import { ApproverAuth } from './approver-auth';
import { type AskOptions, AskStep } from './ask';
import { Metric } from './constants';
import { approvalHandlers } from './handlers';
import { type ApprovalLevel, levelsOf, roundsOf } from './levels';
import { checkLinkKey, linkKey } from './link-key';
import { PageApi } from './page-api';

/** What it means that nobody has answered in time. */
export enum ExpiryDecision {
  REJECT = 'REJECT',
  APPROVE = 'APPROVE',
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
   * How many of them have to approve.
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
   * After how much time those are reminded who have not answered, and again each time it has passed.
   *
   * @default - once, when half of a level's time is over
   */
  readonly remindAfter?: Duration;

  /**
   * Whether one no is enough. Without a veto, it takes so many that the quorum can't be reached any more.
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
   * How long the audit is kept: whole days.
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

/**
 * An approval by people, which any workflow can ask: by `ask`, or by starting its `workflow` with
 * `{ question, details, requester }`. Its output is `{ decision, by, at, comment, level }`.
 *
 * A link shows the request to whoever opens it; only its form, once, decides. No task token leaves the table.
 */
export class HumanApproval extends Construct {
  /** The workflow of the approval itself. An execution that says no has succeeded. */
  public readonly workflow: Workflow;

  /** The requests, one item each. */
  public readonly table: dynamodb.ITableV2;

  /** The audit: a row for each view and each answer. */
  public readonly auditTable: dynamodb.ITableV2;

  /** What signs links. */
  public readonly linkKey: kms.IKey;

  /** Where the pages are. */
  public readonly url: string;

  /** What a portal of your own invokes with `{ requestId, level, by, decision, comment }`. */
  public readonly respondFunction: lambda.IFunction;

  /** The alarms, those of the workflow among them. */
  public readonly alarms: cloudwatch.Alarm[];

  private readonly pages: PageApi;

  constructor(scope: Construct, id: string, props: HumanApprovalProps) {
    super(scope, id);
    const levels = levelsOf(this, props);
    const rounds = roundsOf(this, levels, props.remindAfter);
    const auth = props.auth ?? ApproverAuth.signedLink();
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    const kept = { logRetention: props.logRetention ?? logs.RetentionDays.ONE_YEAR, removalPolicy };

    const requests = requestTable(this, removalPolicy);
    const audit = auditTable(this, removalPolicy);
    this.table = requests;
    this.auditTable = audit;
    this.linkKey = props.linkKey ?? linkKey(this, removalPolicy);
    const linkKeys: [kms.IKey, ...kms.IKey[]] = [this.linkKey, ...(props.previousLinkKeys ?? [])];
    for (const key of linkKeys) checkLinkKey(this, key);
    this.pages = new PageApi(this, 'Pages', kept);
    this.url = this.pages.url;

    const { notify, page, respond } = approvalHandlers(this, {
      ...kept,
      requests,
      audit,
      auditRetention: props.auditRetention ?? Duration.days(365),
      linkKeys,
      url: this.url,
      auth,
      approvers: levels.flatMap((level) => level.approvers),
      sender: props.sender,
    });
    this.respondFunction = respond;
    this.pages.serve(page, auth);

    this.workflow = new Workflow(this, 'Workflow', {
      definition: new ApprovalFlow({
        notify,
        levels,
        rounds,
        veto: props.veto ?? true,
        selfApproval: props.allowSelfApproval ?? false,
        onExpiry: props.onExpiry === ExpiryDecision.APPROVE ? 'approved' : 'rejected',
      }),
      alarmTopic: props.alarmTopic,
      ...kept,
    });

    allowDelivery(
      this,
      this.workflow,
      [notify, page, respond].map((fn) => fn.role as iam.IRole),
    );

    this.alarms = [
      ...this.workflow.alarms,
      ...approvalAlarms(this, { levels, rounds, api: this.pages.api, respond, topic: props.alarmTopic }),
    ];
  }

  /**
   * A step that asks, and waits for the answer. Its result is `{ decision, by, at, comment, level }`; a no, or that
   * nobody answers in time, is the error `Approval.Rejected`.
   *
   * @param options what is asked
   */
  public ask(options: AskOptions): IStep {
    return new AskStep(this.workflow, options);
  }

  /**
   * Lets a portal answer for its users. It has to know who they are: what it says of them is not checked.
   *
   * @param grantee the portal
   */
  public grantRespond(grantee: iam.IGrantable): iam.Grant {
    return this.respondFunction.grantInvoke(grantee);
  }

  /**
   * Lets a role open links and answer by them, where approvers are known by their role.
   *
   * @param grantee the role
   */
  public grantOpen(grantee: iam.IGrantable): iam.Grant {
    return this.pages.grantOpen(grantee);
  }

  /**
   * How many notifications failed.
   *
   * @param options what to change: by default the sum over 5 minutes
   */
  public metricNotificationsFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return approvalMetric(this, Metric.NOTIFICATIONS_FAILED, options);
  }
}
