import { Clock, Execution, type Json, parseDefinition, seededRandom } from '../../src/simulator/engine';
import type { Scenario } from './scenarios';

/** A state machine that is ready to run: takes an input, gives the output. */
export type Machine = (input: Json) => Promise<unknown>;

const ARN = 'arn:aws:states:us-east-1:123456789012';

/** With this library: the whole history is recorded, and the limits of AWS hold. */
export const withLibrary = ({ definition, type }: Scenario): Machine => {
  const parsed = parseDefinition(definition, type);
  const clock = new Clock(0);
  const random = seededRandom(1);
  const tasks = { start: () => Promise.reject(new Error('there are no tasks')) };
  return async (input) => {
    const execution = new Execution({
      definition: parsed,
      type,
      input,
      name: 'run',
      executionArn: `${ARN}:execution:machine:run`,
      stateMachineArn: `${ARN}:stateMachine:machine`,
      stateMachineName: 'machine',
      roleArn: 'arn:aws:iam::123456789012:role/machine',
      tasks,
      clock,
      random,
    });
    execution.start();
    await clock.runUntil(() => execution.status !== 'RUNNING');
    return execution.output;
  };
};

interface PeerMachine {
  run(input: Json, options: object): { readonly result: Promise<unknown> };
}

/** With aws-local-stepfunctions, in whose folder this is called: its waits are overridden, for its time is real. */
export const withPeer = ({ definition }: Scenario, folder: string): Machine => {
  const { StateMachine } = require(folder) as { StateMachine: new (definition: object) => PeerMachine };
  const machine = new StateMachine(definition);
  const { States } = definition as { readonly States: { readonly [name: string]: { readonly Type: string } } };
  const waits = Object.entries(States).filter(([, { Type }]) => Type === 'Wait');
  const waitTimeOverrides = Object.fromEntries(waits.map(([name]) => [name, 0]));
  return (input) => machine.run(input, { overrides: { waitTimeOverrides } }).result;
};
