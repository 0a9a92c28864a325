import type * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { METRIC_DIMENSION, METRIC_NAMESPACE, Metric } from './constants';
import type { ApprovalLevel, Round } from './levels';

/** What the alarms of an approval need to know of it. */
export interface ApprovalAlarmsProps {
  readonly levels: ApprovalLevel[];
  readonly rounds: Round[][];
  /** Where the pages are. */
  readonly api: apigateway.HttpApi;
  readonly topic?: sns.ITopic;
}

/** A few are links that a mail program broke. */
const MANY_REFUSED = 10;

/** The alarms of an approval, besides those of its workflow: each says what to do. */
export function approvalAlarms(scope: Construct, props: ApprovalAlarmsProps): cloudwatch.Alarm[] {
  const { path } = scope.node;
  const add = (id: string, metric: cloudwatch.IMetric, threshold: number, alarmDescription: string) => {
    const alarm = new cloudwatch.Alarm(scope, id, {
      metric,
      threshold,
      alarmDescription,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    if (props.topic) alarm.addAlarmAction(new SnsAction(props.topic));
    return alarm;
  };
  const lastCall = lastNotification(props);
  return [
    add(
      'NotificationsFailedAlarm',
      approvalMetric(scope, Metric.NOTIFICATIONS_FAILED),
      1,
      `An approver of ${path} could not be told of a request. The log of its notify function has the level, the way and the error: see whether the address, the topic or the bus is right, and whether SES lets this account send.`,
    ),
    ...(lastCall === 0
      ? []
      : [
          add(
            'PendingAlarm',
            approvalMetric(scope, Metric.PENDING_SECONDS, { statistic: cloudwatch.Stats.MAXIMUM }),
            lastCall,
            `A request of ${path} is still undecided, and its approvers were told for the last time before it expires. Find the oldest running execution, and ask them in person.`,
          ),
        ]),
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

/** When the approvers are told for the last time, in seconds since the request was made. */
function lastNotification({ levels, rounds }: ApprovalAlarmsProps): number {
  const earlier = levels.slice(0, -1).reduce((sum, { timeout }) => sum + timeout.toSeconds({ integral: false }), 0);
  const [last] = rounds[rounds.length - 1].slice(-1);
  return earlier + last.startSeconds;
}
