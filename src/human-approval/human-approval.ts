import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { IStep } from '../step/bind';
import { Workflow } from '../workflow/workflow';
import { approvalAlarms, approvalMetric } from './approval-alarms';
import { ApprovalFlow } from './approval-flow';
import { allowDelivery, auditDays, auditTable, requestTable } from './approval-store';
import { ApproverAuth } from './approver-auth';
import { AskStep } from './ask';
import type { AskOptions } from './ask-options';
import { checkChoice } from './check-choice';
import { AuthKind, Metric } from './constants';
import { approvalHandlers } from './handlers';
import { ExpiryDecision, type HumanApprovalProps } from './human-approval-props';
import { levelsOf } from './levels';
import { checkLinkKey, linkKey } from './link-key';
import { PageApi } from './page-api';
import { roundsOf } from './rounds';

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

  /** Where the pages are: also what an app asks that opens links itself. */
  public readonly url: string;

  /** What a portal of your own invokes with `{ requestId, level, by, decision, comment }`. */
  public readonly respondFunction: lambda.IFunction;

  /** The alarms, those of the workflow among them. */
  public readonly alarms: cloudwatch.Alarm[];

  private readonly pages: PageApi;

  constructor(scope: Construct, id: string, props: HumanApprovalProps) {
    super(scope, id);
    checkChoice(this, 'onExpiry', props.onExpiry, ExpiryDecision);
    const auth = props.auth ?? ApproverAuth.signedLink();
    const signIn = auth._kind !== AuthKind.SIGNED_LINK;
    const levels = levelsOf(this, { ...props, signIn });
    const rounds = roundsOf(this, levels, props.remindAfter);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    const kept = { logRetention: props.logRetention ?? logs.RetentionDays.ONE_YEAR, removalPolicy };

    const requests = requestTable(this, removalPolicy);
    const audit = auditTable(this, removalPolicy);
    this.table = requests;
    this.auditTable = audit;
    this.linkKey = props.linkKey ?? linkKey(this, removalPolicy);
    const linkKeys: [kms.IKey, ...kms.IKey[]] = [this.linkKey, ...(props.previousLinkKeys ?? [])];
    for (const key of linkKeys) checkLinkKey(this, key);
    this.pages = new PageApi(this, 'Pages', { auth, ...kept });
    this.url = this.pages.url;

    const { notify, page, respond } = approvalHandlers(this, {
      ...kept,
      requests,
      audit,
      auditDays: auditDays(this, props.auditRetention ?? Duration.days(365)),
      linkKeys,
      url: this.url,
      auth,
      approvers: levels.flatMap((level) => level.approvers),
      sender: props.sender,
    });
    this.respondFunction = respond;
    this.pages.serve(page);

    this.workflow = new Workflow(this, 'Workflow', {
      definition: new ApprovalFlow({
        notify,
        levels,
        rounds,
        signIn,
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
      ...approvalAlarms(this, { levels, api: this.pages.api, respond, topic: props.alarmTopic }),
    ];
  }

  /**
   * A step that asks, and waits for the answer. Its result is `{ decision, by, at, comment, level }`; a no, or that
   * nobody answers in time, is the error `Approval.Rejected`. As a saga's compensation that means that it is not undone: it
   * is parked, and the saga ends in `Saga.PartlyCompensated`.
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
