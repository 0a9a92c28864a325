import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** What an alarm watches, and what it says. */
export interface AlarmDefinition {
  readonly id: string;
  readonly metric: cloudwatch.IMetric;
  /** It is raised from here on. */
  readonly threshold: number;
  /** What to do. */
  readonly alarmDescription: string;
  /** How many periods are looked at; one where there is nothing else. */
  readonly evaluationPeriods?: number;
  /** In how many of them the threshold is reached; all where there is nothing else. */
  readonly datapointsToAlarm?: number;
}

/** Adds an alarm, which is silent where there is nothing to measure. */
export function addAlarm(
  scope: Construct,
  { id, ...definition }: AlarmDefinition,
  topic?: sns.ITopic,
): cloudwatch.Alarm {
  const alarm = new cloudwatch.Alarm(scope, id, {
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    ...definition,
  });
  if (topic) alarm.addAlarmAction(new SnsAction(topic));
  return alarm;
}
