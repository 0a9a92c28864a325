import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { DeadLetterQueue } from '../step/bind';
import { type AlarmDefinition, addAlarm } from './alarm';
import type { Workflow } from './workflow';

/** What the alarms of a workflow need to know of it. */
export interface AlarmsProps {
  readonly timeout: Duration;
  /** Nobody can stop an Express execution, and its state transitions have no quota. */
  readonly express: boolean;
  readonly deadLetterQueues: DeadLetterQueue[];
  /** Errors in which executions end in good order, which call nobody. */
  readonly orderlyErrors: string[];
  readonly topic?: sns.ITopic;
}

/** Slower than this part of its timeout, an execution is about to be cut off. */
const SLOW = 0.8;

/** The alarms of a workflow: each says what to do. */
export function workflowAlarms(workflow: Workflow, props: AlarmsProps): cloudwatch.Alarm[] {
  const definitions = [...executionAlarms(workflow, props), ...queueAlarms(workflow, props.deadLetterQueues)];
  return definitions.map((definition) => addAlarm(workflow, definition, props.topic));
}

function executionAlarms(workflow: Workflow, { timeout, express, orderlyErrors }: AlarmsProps): AlarmDefinition[] {
  const { path } = workflow.node;
  const once = { threshold: 1 };
  const orderly = orderlyErrors.length > 0;
  const slow: AlarmDefinition = {
    id: 'SlowAlarm',
    metric: workflow.metricTime(),
    threshold: timeout.isUnresolved() ? 0 : timeout.toMilliseconds() * SLOW,
    alarmDescription: `One execution in a hundred of ${path} takes more than ${SLOW * 100} % of the workflow's timeout, after which it is cut off where it is. See which step got slow, and why; then give the workflow more time or the step less.`,
  };
  const standardAlone: AlarmDefinition[] = [
    {
      ...once,
      id: 'AbortedAlarm',
      metric: workflow.metricAborted(),
      alarmDescription: `Somebody stopped an execution of ${path} where it was: no Catch ran, so nothing was undone. Find it by status Aborted, and see which step it was in.`,
    },
    {
      id: 'ThrottledAlarm',
      metric: workflow.metricThrottled(),
      threshold: 1,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      alarmDescription: `Executions of ${path} are held back, as the account's state transitions are used up. Find out in the service quotas who uses them, and ask for more.`,
    },
  ];
  return [
    {
      ...once,
      id: 'FailedAlarm',
      metric: workflow.metricUnexpectedFailures(),
      alarmDescription: orderly
        ? `An execution of ${path} failed with another error than ${orderlyErrors.join(', ')}, after which nothing is left to do. Find it in the Step Functions console by status Failed: its cause says what was undone and what was not.`
        : `An execution of ${path} failed. Find it in the Step Functions console by status Failed: see in which step, and why. When the reason is gone, ${express ? 'start it again' : 'redrive it'}.`,
    },
    {
      ...once,
      id: 'TimedOutAlarm',
      metric: workflow.metricTimedOut(),
      alarmDescription: `An execution of ${path} took longer than the workflow's timeout and was stopped where it was: no Catch ran, so nothing was undone. Find it by status Timed out, and see which step it was in.`,
    },
    ...(express ? [] : standardAlone),
    ...(timeout.isUnresolved() ? [] : [slow]),
  ];
}

function queueAlarms(workflow: Workflow, queues: DeadLetterQueue[]): AlarmDefinition[] {
  const { path } = workflow.node;
  return queues.map(({ queue, description }) => ({
    // By the place of the queue, so that a queue more does not move the alarms of the others.
    id: `${queue.node.path.slice(path.length + 1).replaceAll('/', '.')} Alarm`,
    metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM }),
    threshold: 1,
    alarmDescription: `In ${path}, ${description}`,
  }));
}
