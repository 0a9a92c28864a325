import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { expect, test } from 'vitest';
import { Saga, Step } from '../../src';
import { expectLeastPrivilege, Mock } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, task } from './simulate';

const statement = (action: string, resource: string) =>
  new iam.PolicyStatement({ actions: [action], resources: [resource] });

test('a saga has least privilege when both of its ends were run', async () => {
  const stack = newStack();
  const saga = new Saga(stack, 'Booking', {
    steps: [
      { name: 'Book', action: Step.invoke(fn(stack, 'BookFn')), compensation: Step.invoke(fn(stack, 'CancelFn')) },
      { name: 'Charge', action: Step.invoke(fn(stack, 'ChargeFn')) },
    ],
  });
  const sim = simulate(stack);
  await sim.start(saga);
  sim.mock('Charge', Mock.fails('Declined'));
  sim.mock('Compensate Book', Mock.fails('Broken'));
  await sim.start(saga);
  expectLeastPrivilege(sim);
});

test('fails with each permission that no call used: its role, action, resource and policy', async () => {
  const stack = newStack();
  const target = machine(stack, new sfn.Pass(stack, 'Only'));
  target.addToRolePolicy(statement('sqs:SendMessage', 'arn:aws:sqs:us-east-1:123456789012:queue'));
  const sim = simulate(stack);
  const finding =
    /Travel\/Machine\/Role may sqs:SendMessage on arn:aws:sqs:us-east-1:123456789012:queue, which no call used: Policy Travel\.MachineRoleDefaultPolicy\w+, statement 0$/;
  expect(() => expectLeastPrivilege(sim)).toThrow(finding);
  await sim.start(target);
  expect(sim.privilegeFindings()).toEqual([expect.stringMatching(finding)]);
});

test('fails with each call that was denied, once, and names its state', async () => {
  const stack = newStack();
  const target = machine(
    stack,
    task(stack, 'Send', 'arn:aws:states:::sqs:sendMessage', {
      Parameters: { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/queue', MessageBody: 'x' },
    }),
  );
  const sim = simulate(stack);
  await sim.start(target);
  await sim.start(target);
  expect(sim.privilegeFindings()).toEqual([
    expect.stringMatching(/Machine\/Role is denied sqs:SendMessage on arn:\S+:queue, in the state 'Send': User: /),
  ]);
});

test('fails with a call that could not be judged', async () => {
  const stack = newStack();
  const target = machine(stack, task(stack, 'Tell', 'arn:aws:states:::ecs:runTask', { Parameters: {} }));
  const sim = simulate(stack);
  sim.mock('Tell', Mock.returns({}));
  await sim.start(target);
  expect(() => expectLeastPrivilege(sim)).toThrow(
    "is not judged for ecs:runTask on arn:aws:states:::ecs:runTask, in the state 'Tell'",
  );
});

test('fails with a permission for all resources, though it was used; log delivery and X-Ray have none to name', async () => {
  const stack = newStack();
  const work = fn(stack, 'Work');
  const target = machine(stack, task(stack, 'Work it', work.functionArn), { tracingEnabled: true });
  target.addToRolePolicy(statement('lambda:InvokeFunction', '*'));
  target.addToRolePolicy(statement('logs:CreateLogDelivery', '*'));
  const sim = simulate(stack);
  await sim.start(target);
  expect(sim.privilegeFindings()).toEqual([
    expect.stringMatching(/may lambda:InvokeFunction on all resources: Policy Travel\.MachineRole/),
  ]);
});
