import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Workflow } from './workflow';

/** A metric of what an alias started. */
export function aliasMetric(
  machine: sfn.StateMachine,
  aliasName: string,
  metricName: string,
  options?: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/States',
    metricName,
    dimensionsMap: { StateMachineArn: machine.stateMachineArn, Alias: aliasName },
    statistic: cloudwatch.Stats.SUM,
    ...options,
  });
}

/** The alarms of a workflow: each says what to do. */
export function workflowAlarms(
  workflow: Workflow,
  deadLetterQueues: sqs.IQueue[],
  topic?: sns.ITopic,
): cloudwatch.Alarm[] {
  const { path } = workflow.node;
  const alarm = (id: string, metric: cloudwatch.Metric, alarmDescription: string) => {
    const created = new cloudwatch.Alarm(workflow, id, {
      metric,
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    if (topic) created.addAlarmAction(new SnsAction(topic));
    return created;
  };
  return [
    alarm(
      'FailedAlarm',
      workflow.metricFailed(),
      `An execution of ${path} failed. Find it in the Step Functions console by status Failed: its error says which step, and its cause why. When the reason is gone, redrive it.`,
    ),
    alarm(
      'TimedOutAlarm',
      workflow.metricTimedOut(),
      `An execution of ${path} took longer than the workflow's timeout and was stopped where it was: no Catch ran, so nothing was undone. Find it by status Timed out, and see which step it was in.`,
    ),
    ...deadLetterQueues.map((queue, index) =>
      alarm(
        index === 0 ? 'ParkedAlarm' : `ParkedAlarm${index + 1}`,
        queue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM }),
        `A compensation of ${path} failed after all its retries. The message in ${queue.node.path} has its step, input and error: do by hand what it should have done, then delete the message.`,
      ),
    ),
  ];
}
