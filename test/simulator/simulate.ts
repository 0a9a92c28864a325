import type { Duration, Stack } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { onTestFinished } from 'vitest';
import { Simulator, type SimulatorOptions } from '../../src/simulator';

/** A simulator of a stack, closed after the test. */
export const simulate = (stack: Stack, options?: SimulatorOptions): Simulator => {
  const sim = Simulator.fromStack(stack, options);
  onTestFinished(() => sim.close());
  return sim;
};

/** A plain state machine with the id `Machine`. */
export const machine = (stack: Stack, definition: sfn.IChainable, props: Partial<sfn.StateMachineProps> = {}) =>
  new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(definition), ...props });

/** A Task state, said as in the definition. */
export const task = (stack: Stack, id: string, resource: string, fields: object = {}) =>
  new sfn.CustomState(stack, id, { stateJson: { Type: 'Task', Resource: resource, ...fields } });

export const wait = (stack: Stack, id: string, time: Duration) =>
  new sfn.Wait(stack, id, { time: sfn.WaitTime.duration(time) });
