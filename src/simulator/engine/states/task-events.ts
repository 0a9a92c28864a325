import type { TaskResource } from '../definition';
import type { WorkflowError } from '../errors';
import { failure } from '../failure-event';
import { WHOLE } from '../history';
import type { Lane } from '../lane';

/** What a task says of itself when it is scheduled. */
export interface Scheduled {
  readonly parameters: string;
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
  readonly roleArn?: string;
}

/** The events of a task. A function by its own ARN, an activity and a service integration each have others. */
export interface TaskEvents {
  /** Whether the work begins only when a worker takes it. */
  readonly awaitsWorker: boolean;
  scheduled(task: Scheduled): void;
  submitted(output: string): void;
  /** A worker has taken the task. */
  started(workerName?: string): void;
  succeeded(output: string): void;
  failed(error: WorkflowError): void;
  timedOut(error: WorkflowError): void;
}

/** The events of a task, written in a lane. */
export function taskEvents(lane: Lane, resource: TaskResource): TaskEvents {
  switch (resource.kind) {
    case 'function':
      return lambdaEvents(lane, resource);
    case 'activity':
      return activityEvents(lane, resource);
    case 'integration':
      return integrationEvents(lane, resource);
  }
}

function lambdaEvents(lane: Lane, { arn }: TaskResource): TaskEvents {
  const { history } = lane.run;
  return {
    awaitsWorker: false,
    scheduled: ({ parameters, timeoutSeconds, roleArn }) => {
      history.add(lane, 'LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: {
          resource: arn,
          input: parameters,
          inputDetails: WHOLE,
          ...limits({ timeoutSeconds }),
          ...credentials(roleArn),
        },
      });
      history.add(lane, 'LambdaFunctionStarted');
    },
    // A function answers for itself; nothing is submitted.
    submitted: () => undefined,
    started: () => undefined,
    succeeded: (output) => {
      history.add(lane, 'LambdaFunctionSucceeded', {
        lambdaFunctionSucceededEventDetails: { output, outputDetails: WHOLE },
      });
    },
    failed: (error) => {
      history.add(lane, 'LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: failure(error) });
    },
    timedOut: (error) => {
      history.add(lane, 'LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: failure(error) });
    },
  };
}

function integrationEvents(lane: Lane, { resource, resourceType }: TaskResource): TaskEvents {
  const { history, identity } = lane.run;
  const what = { resource, resourceType };
  return {
    awaitsWorker: false,
    scheduled: ({ parameters, timeoutSeconds, heartbeatSeconds, roleArn }) => {
      history.add(lane, 'TaskScheduled', {
        taskScheduledEventDetails: {
          ...what,
          region: identity.executionArn.split(':')[3],
          parameters,
          ...limits({ timeoutSeconds, heartbeatSeconds }),
          ...credentials(roleArn),
        },
      });
      history.add(lane, 'TaskStarted', { taskStartedEventDetails: what });
    },
    started: () => undefined,
    submitted: (output) => {
      history.add(lane, 'TaskSubmitted', { taskSubmittedEventDetails: { ...what, output, outputDetails: WHOLE } });
    },
    succeeded: (output) => {
      history.add(lane, 'TaskSucceeded', { taskSucceededEventDetails: { ...what, output, outputDetails: WHOLE } });
    },
    failed: (error) => {
      history.add(lane, 'TaskFailed', { taskFailedEventDetails: { ...what, ...failure(error) } });
    },
    timedOut: (error) => {
      history.add(lane, 'TaskTimedOut', { taskTimedOutEventDetails: { ...what, ...failure(error) } });
    },
  };
}

function activityEvents(lane: Lane, { arn }: TaskResource): TaskEvents {
  const { history } = lane.run;
  return {
    awaitsWorker: true,
    scheduled: ({ parameters, ...patience }) => {
      history.add(lane, 'ActivityScheduled', {
        activityScheduledEventDetails: {
          resource: arn,
          input: parameters,
          inputDetails: WHOLE,
          ...limits(patience),
        },
      });
    },
    // It waits until a worker takes it.
    submitted: () => undefined,
    started: (workerName) => {
      history.add(lane, 'ActivityStarted', {
        activityStartedEventDetails: { ...(workerName !== undefined && { workerName }) },
      });
    },
    succeeded: (output) => {
      history.add(lane, 'ActivitySucceeded', { activitySucceededEventDetails: { output, outputDetails: WHOLE } });
    },
    failed: (error) => {
      history.add(lane, 'ActivityFailed', { activityFailedEventDetails: failure(error) });
    },
    timedOut: (error) => {
      history.add(lane, 'ActivityTimedOut', { activityTimedOutEventDetails: failure(error) });
    },
  };
}

function limits({ timeoutSeconds, heartbeatSeconds }: Omit<Scheduled, 'parameters'>) {
  return {
    ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
  };
}

function credentials(roleArn?: string) {
  return roleArn === undefined ? {} : { taskCredentials: { roleArn } };
}
