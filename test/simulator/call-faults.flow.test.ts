import { Duration, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/simulator';
import { newStack } from '../fixtures';
import { machine, simulate, task, wait } from './simulate';

/** A task that may make any call, and is tried twice, with an Express and a Standard workflow that it may start. */
const calling = (resource: string, parameters: (child: string, express: string) => object, fields: object = {}) => {
  const stack = newStack();
  const waiting = (id: string, stateMachineType: sfn.StateMachineType) =>
    new sfn.StateMachine(stack, id, {
      definitionBody: sfn.DefinitionBody.fromChainable(wait(stack, `${id} waits`, Duration.seconds(5))),
      stateMachineType,
    }).stateMachineArn;
  const child = waiting('Child', sfn.StateMachineType.STANDARD);
  const express = waiting('Express', sfn.StateMachineType.EXPRESS);
  const Parameters = parameters(child, express);
  const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 1 }];
  const parent = machine(stack, task(stack, 'Call', resource, { Parameters, Retry, ...fields }));
  const actions = ['states:*', 'events:*'];
  parent.addToRolePolicy(new iam.PolicyStatement({ actions, resources: ['*'] }));
  return { sim: simulate(stack), parent };
};

const startSync = () =>
  calling('arn:aws:states:::aws-sdk:sfn:startSyncExecution', (_, StateMachineArn) => ({ StateMachineArn, Input: {} }));

describe('a fault of StartSyncExecution', () => {
  it.each<[string, Fault, string]>([
    ['an error', Fault.error('InternalServerError', 'down', 500), 'Sfn.SfnException'],
    ['throttling', Fault.throttled(), 'Sfn.SfnException'],
    ['a lost request', Fault.lostRequest(), 'Sfn.SdkClientException'],
  ])('fails the task before anything is started: %s', async (_, fault, error) => {
    const { sim, parent } = startSync();
    const injected = sim.fault('states:StartSyncExecution', fault);
    const run = await sim.start(parent);
    expect([run.status, run.states[0].errors, injected.hits]).toEqual(['SUCCEEDED', [error], 1]);
    expect(run.children).toHaveLength(1);
    expect(run.elapsed.toSeconds()).toBe(6);
    expect(run.calls.map(({ fault, error }) => [fault, error !== undefined])).toEqual([
      [fault.effect.name, true],
      [undefined, false],
    ]);
  });

  it('fails the task once the work is done, where the response is lost', async () => {
    const { sim, parent } = startSync();
    const injected = sim.fault('states:StartSyncExecution', Fault.lostResponse());
    const run = await sim.start(parent);
    expect([run.states[0].errors, injected.hits]).toEqual([['Sfn.SdkClientException'], 1]);
    expect(run.children.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(run.elapsed.toSeconds()).toBe(11);
    expect(run.calls[0]).toMatchObject({
      fault: 'lostResponse',
      response: { status: 'SUCCEEDED' },
      error: { code: 'ConnectionLost' },
    });
  });

  it('fails the task where there is no such Express workflow, and records that', async () => {
    const { sim, parent } = calling('arn:aws:states:::aws-sdk:sfn:startSyncExecution', (StateMachineArn) => ({
      StateMachineArn,
      Input: {},
    }));
    const run = await sim.start(parent);
    expect(run.error).toBe('Sfn.StateMachineTypeNotSupportedException');
    expect(run.calls[0].error?.code).toBe('StateMachineTypeNotSupported');
  });
});

it.each<[string, string, (child: string) => object, object?]>([
  ['.sync:2', '.sync:2', (StateMachineArn) => ({ StateMachineArn })],
  ['a task token', '.waitForTaskToken', (StateMachineArn) => ({ StateMachineArn }), { TimeoutSeconds: 10, Retry: [] }],
  ['nothing', '', (StateMachineArn) => ({ StateMachineArn })],
])(
  'a fault hits the start of an execution by a task that waits for %s',
  async (_, pattern, parameters, fields = {}) => {
    const { sim, parent } = calling(`arn:aws:states:::states:startExecution${pattern}`, parameters, fields);
    const injected = sim.fault('states:StartExecution', Fault.lostRequest());
    const run = await sim.start(parent);
    expect(run.states[0].errors[0]).toBe('StepFunctions.SdkClientException');
    expect(injected.hits).toBe(1);
  },
);

const distributed = (stack: Stack) =>
  new sfn.CustomState(stack, 'Each', {
    stateJson: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Item',
        States: { Item: { Type: 'Pass', End: true } },
      },
    },
  });

describe('a fault of a call that AWS makes by itself', () => {
  it.each(['StartExecution', 'DescribeExecution'])('fails the run of a Distributed Map: %s', async (operation) => {
    const stack = newStack();
    const fan = machine(stack, distributed(stack));
    fan.addToRolePolicy(new iam.PolicyStatement({ actions: ['states:*'], resources: ['*'] }));
    const sim = simulate(stack);
    const injected = sim.fault(`states:${operation}`, Fault.throttled());
    await expect(sim.start(fan, [1])).rejects.toThrow(
      `The state 'Each': the fault 'throttled' hits states:${operation}, which AWS calls by itself here`,
    );
    expect(injected.hits).toBe(1);
  });

  it.each(['events:PutRule', 'states:DescribeExecution'])('fails the run of a .sync task: %s', async (action) => {
    const { sim, parent } = calling('arn:aws:states:::states:startExecution.sync:2', (StateMachineArn) => ({
      StateMachineArn,
    }));
    sim.fault(action, Fault.throttled());
    await expect(sim.start(parent)).rejects.toThrow(`cannot be run: the fault 'throttled' hits ${action}, which AWS`);
  });

  it('leaves alone what its condition leaves out', async () => {
    const stack = newStack();
    const fan = machine(stack, distributed(stack));
    fan.addToRolePolicy(new iam.PolicyStatement({ actions: ['states:*'], resources: ['*'] }));
    const sim = simulate(stack);
    sim.fault(
      'states:*',
      Fault.throttled().where(({ source }) => source !== 'aws'),
    );
    expect((await sim.start(fan, [1])).output).toEqual([1]);
  });
});
