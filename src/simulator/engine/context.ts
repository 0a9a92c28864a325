import type { JsonObject } from './json';
import type { Lane } from './lane';

/** The context object, as a state in a lane sees it. */
export function contextObject(lane: Lane, item = lane.item): JsonObject {
  const { identity, input, redrives } = lane.run;
  const { redriveCount, redriveDate } = redrives;
  const { visit } = lane;
  return {
    Execution: {
      Id: identity.executionArn,
      Input: input,
      StartTime: identity.startTime.toISOString(),
      Name: identity.name,
      RoleArn: identity.roleArn,
      RedriveCount: redriveCount,
      ...(redriveDate && { RedriveTime: redriveDate.toISOString() }),
    },
    StateMachine: { Id: identity.stateMachineArn, Name: identity.stateMachineName },
    ...(visit && {
      State: {
        Name: visit.state.name,
        EnteredTime: visit.enteredTime.toISOString(),
        ...(visit.state.type === 'Task' && { RetryCount: visit.retryCount }),
      },
    }),
    ...(item && {
      Map: {
        Item: {
          Index: item.index,
          ...(item.key !== undefined && { Key: item.key }),
          Value: item.value,
          ...(item.source !== undefined && { Source: item.source }),
        },
      },
    }),
    ...(visit?.taskToken !== undefined && { Task: { Token: visit.taskToken } }),
  };
}
