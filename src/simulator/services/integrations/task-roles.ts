import type { TaskAnswer, TaskRequest } from '../../engine/task';
import type { Call, Caller, Dispatcher } from '../dispatcher';
import { locatedFault } from '../located-fault';

/** The roles that tasks take on to make their calls (`Credentials`). */
export class TaskRoles {
  constructor(private readonly dispatcher: Pick<Dispatcher, 'judgeForAws'>) {}

  /**
   * Judges and records that a state machine's role takes on the task's. Gives the answer where that is denied.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
   */
  assume(
    request: TaskRequest & { readonly roleArn: string },
    machine: { readonly arn: string; readonly roleArn: string },
    mocked: boolean,
  ): TaskAnswer | undefined {
    const { allowed } = this.judge(request, machine, mocked);
    if (allowed !== false) return undefined;
    const cause = `The role ${machine.roleArn} is not authorized to assume the task state's role, ${request.roleArn}.`;
    return { kind: 'failed', error: 'States.TaskFailed', cause };
  }

  private judge(
    { stateName, executionArn, roleArn: RoleArn }: TaskRequest & { readonly roleArn: string },
    machine: { readonly arn: string; readonly roleArn: string },
    mocked: boolean,
  ): Call {
    const caller: Caller = { roleArn: machine.roleArn, source: 'aws', stateName, executionArn };
    const context = { 'sts:ExternalId': machine.arn };
    const requirement = { action: 'sts:AssumeRole', resource: RoleArn, context };
    const request = { RoleArn, ExternalId: machine.arn };
    try {
      return this.dispatcher.judgeForAws(requirement, request, caller, mocked);
    } catch (error) {
      throw locatedFault(error, `The state '${stateName}': Credentials.RoleArn`);
    }
  }
}
