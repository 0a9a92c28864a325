import { SimulatorFault } from '../../engine/fault';
import type { Json, JsonObject } from '../../engine/json';
import type { Job, JobEvent, TaskAnswer, TaskRequest } from '../../engine/task';
import type { ServiceContext } from '../context';
import type { Call, Caller, Dispatcher } from '../dispatcher';
import type { OpenCall } from '../open-call';
import type { ServiceCall } from '../service';
import { onExecution } from '../states/arns';
import { description } from '../states/description';
import type { ExecutionBook, KnownExecution } from '../states/executions';
import { EPOCH_MILLIS, pascal } from '../states/shape';
import { beginSyncExecution, syncResult } from '../states/start';

export interface ChildExecutionsOptions {
  readonly dispatcher: Dispatcher;
  readonly context: ServiceContext;
  readonly executions: () => ExecutionBook;
}

/** What a task gets of a response. */
type OutputOf = (response: { readonly [name: string]: unknown }) => Json;

/** What AWS does with its own rule, to hear how a child ends. */
const RULE_OPERATIONS = ['PutTargets', 'PutRule', 'DescribeRule'];
const RULE = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';

/**
 * The executions for which a task waits (`.sync`, `.sync:2`), and the calls that AWS makes round them in the role's name.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
export class ChildExecutions {
  constructor(private readonly options: ChildExecutionsOptions) {}

  /** Starts a child; the task ends when the child does, and the child is stopped when the task is given up. */
  async start(request: TaskRequest, call: ServiceCall, caller: Caller, outputOf: OutputOf): Promise<TaskAnswer> {
    const { dispatcher } = this.options;
    const executions = this.options.executions();
    const machine = String(call.input.stateMachineArn);
    if (executions.door(machine)?.machine.type === 'EXPRESS') {
      throw new SimulatorFault(`${machine} is an Express workflow, for whose end a task can't wait`);
    }
    const denied = this.judgeRule(caller, false);
    if (denied !== undefined) {
      throw new SimulatorFault(`AWS refuses to create such a state machine, whose role can't manage a rule: ${denied}`);
    }
    const response = await dispatcher.call(call, caller);
    const child = executions.find(String(response.executionArn)) as KnownExecution;
    const described = this.judge('DescribeExecution', { executionArn: child.executionArn }, caller, false);
    if (described.allowed === false) {
      throw new SimulatorFault(`AWS can't see how ${child.executionArn} ends: ${described.reason}`);
    }
    return { kind: 'submitted', output: outputOf(response), job: this.job(child, described, request, caller) };
  }

  /**
   * Starts a child by the one call that also waits for its end, and that can't be taken back.
   *
   * @param failed the event that an error of the call is
   */
  startSync(
    request: TaskRequest,
    call: ServiceCall,
    caller: Caller,
    outputOf: OutputOf,
    failed: (error: unknown) => JobEvent,
  ): TaskAnswer {
    const executions = this.options.executions();
    const open = this.options.dispatcher.begin(call, caller);
    const { execution, ...child } = this.beginSync(call, open, caller);
    const answer = (): JobEvent => {
      const response = syncResult({ ...child, execution });
      try {
        open.answered(response);
        return { kind: 'succeeded', output: outputOf(response) };
      } catch (error) {
        return failed(error);
      }
    };
    const subscribe: Job['subscribe'] = (report) =>
      execution.whenEnded(() => {
        if (execution.fault !== undefined) return executions.passFault(child.executionArn, request.executionArn);
        report(answer());
      });
    return { kind: 'submitted', job: { subscribe, abandon: () => undefined } };
  }

  /** Judges and records the calls round a child that a mock answers for; what is denied fails no task. */
  authorize(call: ServiceCall, caller: Caller): void {
    this.judgeRule(caller, true);
    const machine = String(call.input.stateMachineArn).split(':').slice(0, 7).join(':');
    const name = call.input.name ?? this.options.context.newId();
    const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
    this.judge('DescribeExecution', { executionArn }, caller, true);
  }

  private beginSync({ input }: ServiceCall, open: OpenCall, caller: Caller): KnownExecution {
    try {
      return beginSyncExecution(input, this.options.executions(), caller);
    } catch (error) {
      throw open.failed(error);
    }
  }

  private job(child: KnownExecution, described: Call, request: TaskRequest, caller: Caller): Job {
    let waiting = true;
    return {
      subscribe: (report) =>
        child.execution.whenEnded(() => {
          if (!waiting) return;
          if (child.execution.fault !== undefined) {
            this.options.executions().passFault(child.executionArn, request.executionArn);
            return;
          }
          described.response = description(child);
          report(ending(child, request.resource.endsWith('.sync:2')));
        }),
      abandon: () => {
        waiting = false;
        if (child.execution.status === 'RUNNING') this.stop(child, caller);
      },
    };
  }

  /** As AWS does, without telling anybody where the role may not. */
  private stop({ executionArn, execution }: KnownExecution, caller: Caller): void {
    const cause = `The Task state in AWS Step Functions execution [${caller.executionArn}] which was managing this resource was aborted`;
    const call = this.judge('StopExecution', { executionArn, cause }, caller, false);
    if (call.allowed === false) return;
    execution.stop(undefined, cause);
    call.response = { stopDate: execution.stopDate };
  }

  /** Why the role may not manage AWS's rule, if it may not. */
  private judgeRule(caller: Caller, mocked: boolean): string | undefined {
    const { partition, region, account } = this.options.context;
    const resource = `arn:${partition}:events:${region}:${account}:rule/${RULE}`;
    const calls = RULE_OPERATIONS.map((operation) =>
      this.options.dispatcher.judgeForAws(
        { action: `events:${operation}`, resource },
        { [operation === 'PutTargets' ? 'Rule' : 'Name']: RULE },
        caller,
        mocked,
      ),
    );
    return calls.find(({ allowed }) => allowed === false)?.reason;
  }

  private judge(operation: string, request: ServiceCall['input'], caller: Caller, mocked: boolean): Call {
    const requirement = onExecution(`states:${operation}`, request.executionArn);
    return this.options.dispatcher.judgeForAws(requirement, request, caller, mocked);
  }
}

/** How a task ends whose child has ended. */
function ending(child: KnownExecution, parsed: boolean): JobEvent {
  const described = pascal(description(child), EPOCH_MILLIS) as JsonObject;
  if (child.execution.status !== 'SUCCEEDED') {
    return { kind: 'failed', error: 'States.TaskFailed', cause: JSON.stringify(described) };
  }
  const { Input, Output } = described;
  const data = { Input: JSON.parse(String(Input)), Output: JSON.parse(String(Output)) };
  return { kind: 'succeeded', output: parsed ? { ...described, ...data } : described };
}
