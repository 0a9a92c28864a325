import type { Activities } from './activities';
import type { Cloud } from './cloud';
import type { TaskAnswer, TaskPort, TaskRequest } from './engine';
import type { Json } from './engine/json';
import type { Machine } from './machines';
import type { MockAnswer } from './mock';
import type { Mocks } from './mocks';
import type { TaskTokens } from './task-tokens';

/** What the tasks of all state machines share. */
export interface TaskWorld {
  readonly mocks: Mocks;
  readonly cloud: Cloud;
  readonly tokens: TaskTokens;
  readonly activities: Activities;
}

/** Answers the tasks of one state machine: by a mock where there is one, else by the service. */
export class MachineTasks implements TaskPort {
  constructor(
    private readonly machine: Machine,
    private readonly world: TaskWorld,
  ) {}

  refuses(request: TaskRequest): string | undefined {
    return this.world.cloud.integrations.refuses(request);
  }

  async start(request: TaskRequest): Promise<TaskAnswer> {
    const { mocks, cloud } = this.world;
    const answerMock = mocks.of(this.machine, request.stateName);
    const { roleArn = this.machine.roleArn } = request;
    const refused =
      request.roleArn !== undefined
        ? cloud.taskRoles.assume({ ...request, roleArn }, this.machine, answerMock !== undefined)
        : undefined;
    if (refused) return refused;
    if (answerMock === undefined) return this.perform(request, roleArn);
    // A mock stands in for the service, not for the permission.
    const denied = cloud.integrations.authorize(request, roleArn);
    return denied ?? taskAnswer(request, await answerMock(mockRequest(request)));
  }

  private async perform(request: TaskRequest, roleArn: string): Promise<TaskAnswer> {
    const { cloud, tokens, activities } = this.world;
    if (isActivity(request.resource)) return { kind: 'submitted', output: {}, job: activities.add(request) };
    const taskToken = request.resource.endsWith('.waitForTaskToken') ? request.taskToken : undefined;
    if (taskToken !== undefined) tokens.open(taskToken, this.machine.arn);
    const answer = await cloud.integrations.start(request, roleArn);
    cloud.checkFaults(request.executionArn);
    if (taskToken !== undefined && answer.kind !== 'submitted') tokens.end(taskToken);
    return answer;
  }
}

/** What a mock is asked: what the function would get, or what the API would. */
function mockRequest({ resource, input }: TaskRequest): Json {
  return isLambdaInvoke(resource) ? ((input as { Payload?: Json })?.Payload ?? {}) : input;
}

function taskAnswer({ resource }: TaskRequest, answer: MockAnswer): TaskAnswer {
  if (answer.kind !== 'returned') return answer;
  const { value, afterMs } = answer;
  return { kind: 'succeeded', output: isLambdaInvoke(resource) ? invocation(value) : value, afterMs };
}

/** The response of an invocation; one that waits for a token gets the token's output instead. */
function invocation(payload: Json): Json {
  return { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 };
}

function isLambdaInvoke(resource: string): boolean {
  return /:states:::lambda:invoke$/.test(resource);
}

function isActivity(resource: string): boolean {
  return /^arn:[^:]+:states:[^:]*:[^:]*:activity:/.test(resource);
}
