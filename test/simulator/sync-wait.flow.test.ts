import { Duration } from 'aws-cdk-lib';
import * as api from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, test } from 'vitest';
import { fn, newStack } from '../fixtures';
import { machine, simulate, wait } from './simulate';
import { STATES_CLIENT } from './states-client';

/** An Express workflow that waits, a function that waits for it, and what invokes the function. */
const waiting = (seconds: number, timeout = 29) => {
  const stack = newStack();
  const express = new sfn.StateMachine(stack, 'Express', {
    stateMachineType: sfn.StateMachineType.EXPRESS,
    definitionBody: sfn.DefinitionBody.fromChainable(wait(stack, 'Wait', Duration.seconds(seconds))),
  });
  const handler = fn(
    stack,
    'Handler',
    `${STATES_CLIENT}
    const { status } = await call('StartSyncExecution', { stateMachineArn: process.env.MACHINE });
    return { statusCode: 200, body: status };`,
    { environment: { MACHINE: express.stateMachineArn }, timeout: Duration.seconds(timeout) },
  );
  const { stateMachineArn } = express;
  handler.addToRolePolicy(
    new iam.PolicyStatement({ actions: ['states:StartSyncExecution'], resources: [stateMachineArn] }),
  );
  const rest = new api.RestApi(stack, 'Api');
  rest.root.addMethod('GET', new api.LambdaIntegration(handler));
  const call = new tasks.LambdaInvoke(stack, 'Call', { lambdaFunction: handler, payloadResponseOnly: true });
  return { stack, rest, workflow: machine(stack, call) };
};

test('a request takes the time of the Express workflow for whose end its function waits', async () => {
  const { stack, rest } = waiting(20);
  const sim = simulate(stack);
  expect(await (await sim.fetch(rest)).text()).toBe('SUCCEEDED');
  expect(sim.now).toEqual(new Date('2026-01-01T00:00:20Z'));
});

test('requests at the same time wait at the same time', async () => {
  const { stack, rest } = waiting(20);
  const sim = simulate(stack);
  const texts = await Promise.all([1, 2, 3].map(async () => (await sim.fetch(rest)).text()));
  expect(texts).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  expect(sim.now).toEqual(new Date('2026-01-01T00:00:20Z'));
});

test('a task takes the time of the Express workflow for whose end its function waits', async () => {
  const { stack, workflow } = waiting(20);
  const sim = simulate(stack);
  const run = await sim.start(workflow);
  expect(run.output).toEqual({ statusCode: 200, body: 'SUCCEEDED' });
  expect(run.elapsed.toSeconds()).toBe(20);
});

test('time moves no further than it is told to while a function waits', async () => {
  const { stack, workflow } = waiting(20);
  const sim = simulate(stack);
  const run = sim.begin(workflow);
  await sim.advance(Duration.seconds(5));
  expect([sim.now, run.status]).toEqual([new Date('2026-01-01T00:00:05Z'), 'RUNNING']);
  await sim.advance(Duration.seconds(15));
  expect(run.status).toBe('SUCCEEDED');
});

test('fails where a function waits longer than its own timeout', async () => {
  const { stack, rest } = waiting(20, 10);
  await expect(simulate(stack).fetch(rest)).rejects.toThrow(/waits 20 s for an Express workflow, longer than its own/);
});
