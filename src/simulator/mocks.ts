import { SimulatorFault } from './engine';
import type { Machine, Machines } from './machines';
import { type Answerer, Mock } from './mock';

/** The mocks that are set, by state machine and state. */
export class Mocks {
  private readonly set = new Map<string, Answerer>();

  constructor(private readonly machines: Machines) {}

  /** Mocks a state, wherever one of that name is; throws where two workflows have it, or none. */
  add(state: string, mock: Mock): void {
    checkMock(state, mock);
    const having = this.machines.all.filter((machine) => machine.stateTypes.has(state));
    if (having.length > 1) {
      throw new SimulatorFault(
        `two workflows have a state '${state}', ${having.map((machine) => machine.label).join(' and ')}: say which, with mock(workflow, '${state}', …)`,
      );
    }
    if (having.length === 0) {
      throw new SimulatorFault(`no workflow has a state '${state}'; there are: ${this.taskNames(this.machines.all)}`);
    }
    this.addTo(having[0], state, mock);
  }

  /** Mocks a state of one state machine. */
  addTo(machine: Machine, state: string, mock: Mock): void {
    checkMock(state, mock);
    const type = machine.stateTypes.get(state);
    if (type === undefined) {
      throw new SimulatorFault(`${machine.label} has no state '${state}'; it has: ${this.taskNames([machine])}`);
    }
    if (type !== 'Task') {
      throw new SimulatorFault(`'${state}' of ${machine.label} is a ${type}; only a Task can be mocked`);
    }
    this.set.set(key(machine, state), mock.begin());
  }

  /** What answers for a state; undefined where it is not mocked. */
  of(machine: Machine, state: string): Answerer | undefined {
    return this.set.get(key(machine, state));
  }

  clear(): void {
    this.set.clear();
  }

  private taskNames(machines: readonly Machine[]): string {
    const names = machines.flatMap((machine) =>
      [...machine.stateTypes].flatMap(([name, type]) => (type === 'Task' ? [`'${name}'`] : [])),
    );
    return names.join(', ') || 'no tasks';
  }
}

function checkMock(state: string, mock: unknown): void {
  if (mock instanceof Mock) return;
  const given = typeof mock === 'function' ? 'a function' : JSON.stringify(mock);
  throw new SimulatorFault(
    `the state '${state}' is mocked with ${given}, which is no Mock: give e.g. Mock.returns(…) or Mock.calls(…)`,
  );
}

function key(machine: Machine, state: string): string {
  return `${machine.arn} ${state}`;
}
