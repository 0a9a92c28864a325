import { SimulatorFault } from '../../engine/fault';
import type { Origin, Requirement, Service, ServiceCall } from '../service';
import { OPERATIONS, type StatesWorld } from './operations';
import { validation } from './start';

/** Step Functions: the executions of the assembly's state machines, and the tasks that wait for a token. */
export class StatesService implements Service {
  readonly name = 'states';

  /** @param world the executions, which exist when the first call is made */
  constructor(private readonly world: () => StatesWorld) {}

  requirements(call: ServiceCall): readonly Requirement[] {
    const { operation, input } = call;
    return [checked(call).requirement(`states:${operation}`, input, this.world())];
  }

  async perform(call: ServiceCall, origin?: Origin): Promise<{ [name: string]: unknown }> {
    return checked(call).perform(call.input, this.world(), origin);
  }

  async close(): Promise<void> {}
}

function checked({ operation, input }: ServiceCall) {
  const known = OPERATIONS[operation];
  if (!known) throw new SimulatorFault(`Step Functions' ${operation} is not supported`);
  const { required, optional } = known;
  const unknown = Object.keys(input).find((name) => !required.includes(name) && !optional.includes(name));
  if (unknown) throw new SimulatorFault(`The parameter ${unknown} of Step Functions' ${operation} is not supported`);
  const missing = required.find((name) => input[name] === undefined);
  if (missing) throw validation(`Value null at '${missing}' failed to satisfy constraint: Member must not be null`);
  return known;
}
