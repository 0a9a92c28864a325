import type { Field, TaskState } from '../definition';
import { runtimeProblem, WorkflowError } from '../errors';
import type { Computation } from '../fiber';
import { type Outcome, putOut, resolve, takeIn } from '../flow';
import type { Json } from '../json';
import type { Lane } from '../lane';
import { checkPayload } from '../limits';
import type { Evaluation } from '../query/expression';
import type { Random } from '../random';
import { positiveOf, wrongType } from './fields';
import { taskEvents } from './task-events';
import { perform } from './task-work';
import type { Ended } from './waiting';

/** Has work done by the world outside the engine. */
export function* runTask(lane: Lane, state: TaskState, raw: Json): Computation<Outcome> {
  const visit = lane.current;
  visit.taskToken = hasToken(state) ? taskToken(lane.run.random) : undefined;
  const { input, payload } = yield* takeIn(state.flow, lane, raw);
  checkArguments(state, payload);
  const timeoutSeconds = state.timeout && (yield* positiveOf(state.timeout, { lane, input }));
  const heartbeatSeconds = state.heartbeat && (yield* positiveOf(state.heartbeat, { lane, input }));
  const roleArn = state.credentials && (yield* roleOf(state.credentials, { lane, input }));
  const parameters = JSON.stringify(payload);
  checkPayload(parameters, state.name);
  const request = {
    stateName: state.name,
    resource: state.resource.arn,
    // A copy, like the result: what others do to their data is nothing to the workflow.
    input: JSON.parse(parameters) as Json,
    attempt: visit.retryCount,
    ...(visit.taskToken !== undefined && { taskToken: visit.taskToken }),
    executionArn: lane.run.identity.executionArn,
    ...(roleArn !== undefined && { roleArn }),
  };
  const problem = lane.run.tasks.refuses?.(request);
  if (problem !== undefined) {
    throw runtimeProblem(problem);
  }
  const events = taskEvents(lane, state.resource);
  events.scheduled({ parameters, timeoutSeconds, heartbeatSeconds, roleArn });
  const ended = yield* perform(lane, request, { timeoutSeconds, heartbeatSeconds }, events);
  const result = resultOf(lane, state, ended);
  return yield* putOut(state.flow, lane, raw, result, state.next);
}

/** The role that Credentials say. */
function* roleOf(credentials: Field, at: Evaluation): Computation<string> {
  const value = yield* resolve(credentials.expression, at);
  const roleArn = (value as { RoleArn?: Json } | null)?.RoleArn;
  if (typeof roleArn === 'string') {
    return roleArn;
  }
  throw wrongType(credentials, 'string', roleArn ?? null);
}

/** The result of a task that succeeded; an error otherwise. Either way, the history says so. */
function resultOf(lane: Lane, { resource }: TaskState, ended: Ended): Json {
  const events = taskEvents(lane, resource);
  switch (ended.kind) {
    case 'succeeded': {
      const text = JSON.stringify(ended.output ?? null);
      try {
        checkPayload(text, resource.kind === 'integration' ? resource.resourceType : resource.arn);
      } catch (error) {
        events.failed(error as WorkflowError);
        throw error;
      }
      events.succeeded(text);
      return JSON.parse(text) as Json;
    }
    case 'failed': {
      const error = new WorkflowError(ended.error, ended.cause);
      events.failed(error);
      throw error;
    }
    default: {
      // A heartbeat that fails to come is a timeout too: that is the name under which AWS reports it.
      const alias = ended.kind === 'heartbeatTimedOut' ? 'States.HeartbeatTimeout' : undefined;
      const error = new WorkflowError('States.Timeout', undefined, { alias });
      events.timedOut(error);
      throw error;
    }
  }
}

/** A service integration takes an object. */
function checkArguments({ flow, resource }: TaskState, payload: Json): void {
  const isObject = payload !== null && typeof payload === 'object' && !Array.isArray(payload);
  if (flow.language === 'JSONata' && flow.payload && resource.kind === 'integration' && !isObject) {
    throw wrongType({ name: 'Arguments', expression: flow.payload }, 'object', payload);
  }
}

/** Whether something else may say how the task ended: by its token, or (`.sync`) by its job. */
function hasToken({ resource }: TaskState): boolean {
  return resource.waitsForToken || /\.sync(:\d+)?$/.test(resource.resource);
}

function taskToken(random: Random): string {
  return Buffer.from(Array.from({ length: 96 }, () => Math.floor(random() * 256))).toString('base64');
}
