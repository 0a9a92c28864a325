import { Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import type { Workflow } from './workflow';

/**
 * Counts the failures of a workflow that are orderly: nothing is left to do. Step Functions' own metric doesn't tell
 * errors apart, but its events do, and a rule counts what it matches. Should an event get lost, the alarm rings once too
 * often.
 */
export class OrderlyFailures {
  private readonly rule: events.Rule;

  constructor(
    private readonly workflow: Workflow,
    errors: string[],
  ) {
    this.rule = new events.Rule(workflow, 'OrderlyFailures', {
      description: `Counts the executions of ${workflow.node.path} that failed with ${errors.join(', ')}: nothing is left to do`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [workflow.stateMachineArn], status: ['FAILED'], error: errors },
      },
    });
    Validations.of(this.rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'It has no target, so that no delivery can fail: what counts is its metric',
    });
  }

  /**
   * How many executions ended so.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
   */
  metric(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensionsMap: { RuleName: this.rule.ruleName },
      statistic: cloudwatch.Stats.SUM,
      ...options,
    });
  }

  /** How many executions failed otherwise. */
  metricOthers(options?: cloudwatch.MetricOptions): cloudwatch.IMetric {
    return new cloudwatch.MathExpression({
      expression: 'FILL(failed, 0) - FILL(orderly, 0)',
      label: 'failures that are not orderly',
      period: options?.period,
      usingMetrics: { failed: this.workflow.metricFailed(options), orderly: this.metric(options) },
    });
  }
}
