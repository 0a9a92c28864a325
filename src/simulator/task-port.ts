import type { Cloud } from './cloud';
import { SimulatorFault, type TaskAnswer, type TaskPort, type TaskRequest } from './engine';
import type { Json } from './engine/json';
import type { Machine } from './machines';
import type { MockAnswer } from './mock';
import type { Mocks } from './mocks';
import type { TaskTokens } from './task-tokens';

/** Answers the tasks of one state machine: by a mock where there is one, else by the service. */
export class MachineTasks implements TaskPort {
  constructor(
    private readonly machine: Machine,
    private readonly mocks: Mocks,
    private readonly cloud: Cloud,
    private readonly tokens: TaskTokens,
  ) {}

  async start(request: TaskRequest): Promise<TaskAnswer> {
    const { roleArn } = this.machine;
    const answerMock = this.mocks.of(this.machine, request.stateName);
    if (answerMock === undefined) return this.perform(request);
    // A mock stands in for the service, not for the permission.
    const denied = this.cloud.integrations.authorize(request, roleArn);
    return denied ?? taskAnswer(request, await answerMock(mockRequest(request)));
  }

  private async perform(request: TaskRequest): Promise<TaskAnswer> {
    if (request.roleArn !== undefined) {
      throw new SimulatorFault(`the state '${request.stateName}' has Credentials, which are not supported`);
    }
    const taskToken = request.resource.endsWith('.waitForTaskToken') ? request.taskToken : undefined;
    if (taskToken !== undefined) this.tokens.open(taskToken, this.machine.arn);
    const answer = await this.cloud.integrations.start(request, this.machine.roleArn);
    this.cloud.checkFaults(request.executionArn);
    if (taskToken !== undefined && answer.kind !== 'submitted') this.tokens.end(taskToken);
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
