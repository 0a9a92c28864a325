import type * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { addAlarm } from '../workflow/alarm';
import { METRIC_DIMENSION, METRIC_NAMESPACE, Metric } from './constants';
import type { ApprovalLevel } from './levels';

/** What the alarms of an approval need to know of it. */
export interface ApprovalAlarmsProps {
  readonly levels: ApprovalLevel[];
  /** Where the pages are. */
  readonly api: apigateway.HttpApi;
  /** What a portal invokes. */
  readonly respond: lambda.IFunction;
  readonly topic?: sns.ITopic;
}

/** A few are links that a mail program broke. */
const MANY_REFUSED = 10;

/** The alarms of an approval, besides those of its workflow: each says what to do. */
export function approvalAlarms(scope: Construct, props: ApprovalAlarmsProps): cloudwatch.Alarm[] {
  const { path } = scope.node;
  const add = (id: string, metric: cloudwatch.IMetric, threshold: number, alarmDescription: string) =>
    addAlarm(scope, { id, metric, threshold, alarmDescription }, props.topic);
  const asksPortal = props.levels.some(({ approvers }) => approvers.some(({ _ref }) => _ref.way === 'event'));
  return [
    add(
      'NotificationsFailedAlarm',
      approvalMetric(scope, Metric.NOTIFICATIONS_FAILED),
      1,
      `An approver of ${path} could not be told of a request. The log of its notify function has the level, the way and the error: see whether the address, the topic or the bus is right, and whether SES lets this account send.`,
    ),
    add(
      'PendingAlarm',
      approvalMetric(scope, Metric.PENDING_SECONDS, { statistic: cloudwatch.Stats.MAXIMUM }),
      // It is written when a fifth of a request's whole time is left, and at no other time.
      1,
      `A request of ${path} is still undecided, and a fifth of the time of all its levels is left before it expires. Find the oldest running execution, and ask its approvers in person.`,
    ),
    add(
      'SignaturesRefusedAlarm',
      approvalMetric(scope, Metric.SIGNATURES_REFUSED),
      MANY_REFUSED,
      `Somebody tries links of ${path} that it never signed: nothing was shown or decided by them. See the access log for where they come from; if a key was replaced, keep the old one in previousLinkKeys while its links are out.`,
    ),
    add(
      'PageErrorsAlarm',
      props.api.metricServerError({ statistic: cloudwatch.Stats.SUM }),
      1,
      `The page of ${path} broke off a request. What was decided is kept, and reaches the workflow when the link is opened again, or at the next reminder. See the function's log.`,
    ),
    ...(!asksPortal
      ? []
      : [
          add(
            'RespondErrorsAlarm',
            props.respond.metricErrors(),
            1,
            `The respond function of ${path} failed a portal. Sent again, the same answer counts once. See the function's log: a TypeError says what the portal sent wrong.`,
          ),
        ]),
  ];
}

/** A metric that the handlers write. */
export function approvalMetric(
  scope: Construct,
  metricName: Metric,
  options?: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [METRIC_DIMENSION]: scope.node.path },
    statistic: cloudwatch.Stats.SUM,
    ...options,
  });
}
