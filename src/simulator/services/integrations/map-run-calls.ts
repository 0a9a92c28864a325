import { type MapRun, SimulatorFault } from '../../engine';
import type { Call, Caller, Dispatcher } from '../dispatcher';
import { locatedFault } from '../located-fault';
import type { Requirement } from '../service';

/**
 * The calls that AWS makes in the name of a role to run the child executions of a Distributed Map. They are judged and
 * recorded once for each map run, and once for each redrive of it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export class MapRunCalls {
  constructor(private readonly dispatcher: Pick<Dispatcher, 'judgeForAws'>) {}

  /** A map run begins, or goes on by a redrive. Throws where the role lacks what AWS says that it needs. */
  begin(run: MapRun, roleArn: string): void {
    const redriven = run.children.find(({ bucket }) => bucket === 'pendingRedrive')?.execution;
    if (redriven?.type === 'STANDARD') {
      this.judge(run, roleArn, 'RedriveExecution', redriven.executionArn);
      return;
    }
    const [machineArn] = run.identity.stateMachineArn.split('/');
    this.judge(run, roleArn, 'StartExecution', machineArn);
    // AWS wants it for what the machine itself executes: the child executions' ARNs have the label too.
    const name = run.identity.executionArn.split(':').at(-1);
    this.judge(run, roleArn, 'DescribeExecution', `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`);
  }

  private judge({ identity }: MapRun, roleArn: string, operation: string, resource: string): void {
    const { stateName, executionArn, mapRunArn } = identity;
    const caller: Caller = { roleArn, source: 'aws', stateName, executionArn };
    const request = { [operation === 'StartExecution' ? 'stateMachineArn' : 'executionArn']: resource, mapRunArn };
    const call = this.judged({ action: `states:${operation}`, resource }, request, caller);
    if (call.allowed === false) {
      throw new SimulatorFault(`AWS can't run the child executions of the Map '${stateName}': ${call.reason}`);
    }
  }

  private judged(requirement: Requirement, request: Call['request'], caller: Caller): Call {
    try {
      return this.dispatcher.judgeForAws(requirement, request, caller, false);
    } catch (error) {
      throw locatedFault(error, `The state '${caller.stateName}'`);
    }
  }
}
