import { Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import type { Workflow } from './workflow';

/**
 * The failures of a workflow that are not orderly: all of them, less those with an orderly error. Step Functions' own
 * metric doesn't tell errors apart, but its events do, and a rule counts what it matches. Should an event get lost, the
 * alarm rings once too often.
 */
export function orderlyFailures(workflow: Workflow, orderlyErrors: string[]): cloudwatch.IMetric {
  const rule = new events.Rule(workflow, 'OrderlyFailures', {
    description: `Counts the executions of ${workflow.node.path} that failed with ${orderlyErrors.join(', ')}: nothing is left to do`,
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [workflow.stateMachine.stateMachineArn], status: ['FAILED'], error: orderlyErrors },
    },
  });
  Validations.of(rule).acknowledge({
    id: 'Serverless-EventBusDLQ',
    reason: 'It has no target, so that no delivery can fail: what counts is its metric',
  });
  return new cloudwatch.MathExpression({
    expression: 'FILL(failed, 0) - FILL(orderly, 0)',
    label: 'failures that are not orderly',
    usingMetrics: { failed: workflow.metricFailed(), orderly: ruleMetric(rule) },
  });
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
function ruleMetric(rule: events.Rule): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Events',
    metricName: 'TriggeredRules',
    dimensionsMap: { RuleName: rule.ruleName },
    statistic: cloudwatch.Stats.SUM,
  });
}
