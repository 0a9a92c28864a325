import type { TaskResource } from '../definition';
import type { WorkflowError } from '../errors';
import { WHOLE } from '../history';
import type { Lane } from '../lane';

/** What a task says of itself when it is scheduled. */
export interface Scheduled {
  readonly parameters: string;
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
}

/** The events of a task. A function that is invoked by its own ARN has other ones than a service integration. */
export interface TaskEvents {
  scheduled(task: Scheduled): void;
  submitted(output: string): void;
  succeeded(output: string): void;
  failed(error: WorkflowError): void;
  timedOut(error: WorkflowError): void;
}

/** The events of a task, written in a lane. */
export function taskEvents(lane: Lane, resource: TaskResource): TaskEvents {
  return resource.lambda ? lambdaEvents(lane, resource) : integrationEvents(lane, resource);
}

function lambdaEvents(lane: Lane, { arn }: TaskResource): TaskEvents {
  const { history } = lane.run;
  return {
    scheduled: ({ parameters, timeoutSeconds }) => {
      history.add(lane, 'LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: {
          resource: arn,
          input: parameters,
          inputDetails: WHOLE,
          ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
        },
      });
      history.add(lane, 'LambdaFunctionStarted');
    },
    // A function answers for itself; nothing is submitted.
    submitted: () => undefined,
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
    scheduled: ({ parameters, timeoutSeconds, heartbeatSeconds }) => {
      history.add(lane, 'TaskScheduled', {
        taskScheduledEventDetails: {
          ...what,
          region: identity.executionArn.split(':')[3],
          parameters,
          ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
          ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
        },
      });
      history.add(lane, 'TaskStarted', { taskStartedEventDetails: what });
    },
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

/** An error as events have it: without what is unknown. */
export function failure({ error, cause }: WorkflowError): { error?: string; cause?: string } {
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}
