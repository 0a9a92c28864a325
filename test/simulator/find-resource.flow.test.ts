import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expect, it } from 'vitest';
import { Step, Workflow } from '../../src';
import { Mock, type Simulator } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, wait } from './simulate';

function cyclic(): object {
  const value: { self?: object } = {};
  value.self = value;
  return value;
}

const shop = () => {
  const stack = newStack('Shop');
  const partitionKey = { name: 'id', type: dynamodb.AttributeType.STRING };
  const table = new dynamodb.Table(stack, 'Orders', { partitionKey });
  const queue = new sqs.Queue(stack, 'Parked');
  const target = machine(stack, wait(stack, 'Day', Duration.days(1)));
  const workflow = new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')) });
  return { stack, table, queue, target, workflow, sim: simulate(stack) };
};

it('a table, a queue and a workflow may be named by their construct path', async () => {
  const { sim } = shop();
  expect(await sim.items('Shop/Orders')).toEqual([]);
  expect(await sim.messages('Shop/Parked/Resource')).toEqual([]);
  sim.mock('Shop/Check', 'Check', Mock.returns('mocked'));
  expect((await sim.start('Shop/Check')).output).toBe('mocked');
});

it.each<[string, (sim: Simulator) => Promise<unknown>, string]>([
  [
    'a table',
    (sim) => sim.items('Nope'),
    "'Nope' is not in the synthesized templates; the DynamoDB tables are: Shop/Orders (",
  ],
  [
    'a queue',
    (sim) => sim.messages('Nope'),
    "'Nope' is not in the synthesized templates; the SQS queues are: Shop/Parked (",
  ],
  ['a table', (sim) => sim.items('Shop/Parked'), "'Shop/Parked' is an AWS::SQS::Queue, and no DynamoDB table; the"],
  ['a queue', (sim) => sim.messages('Shop/Orders'), "'Shop/Orders' is an AWS::DynamoDB::Table, and no SQS queue; the"],
  [
    'a workflow',
    (sim) => sim.start('Shop/Orders'),
    "'Shop/Orders' is an AWS::DynamoDB::Table, and no state machine; the",
  ],
  ['a workflow', (sim) => sim.start('Machine'), 'the state machines are: Shop/Machine (Machine'],
  ['one workflow', (sim) => sim.start('Shop'), "'Shop' has several: give one of Shop/Machine, Shop/Check/StateMachine"],
])('fails where %s is looked for and something else is named, with those that there are', async (_, act, message) => {
  await expect(act(shop().sim)).rejects.toThrow(message);
});

it('fails where there is none at all', async () => {
  const stack = newStack();
  machine(stack, new sfn.Pass(stack, 'Only'));
  await expect(simulate(stack).items('Orders')).rejects.toThrow('; there is no DynamoDB table');
});

it('fails for a token', async () => {
  const { sim, table, queue, target, workflow } = shop();
  const say = /is given as a token .*: give the construct, not its ARN or name/;
  expect(() => sim.begin(target.stateMachineArn)).toThrow(say);
  expect(() => sim.begin(workflow.aliasArn)).toThrow(say);
  await expect(sim.items(table.tableName)).rejects.toThrow(say);
  await expect(sim.messages(queue.queueUrl)).rejects.toThrow(say);
});

it('fails for a construct of another kind, one that is imported, and one of several resources', async () => {
  const stack = newStack('Shop');
  const topic = new sns.Topic(stack, 'Topic');
  const imported = sqs.Queue.fromQueueArn(stack, 'Theirs', 'arn:aws:sqs:us-east-1:123456789012:theirs');
  const group = new Construct(stack, 'Group');
  new sqs.Queue(group, 'Parked');
  const sim = simulate(stack);
  await expect(sim.messages(topic)).rejects.toThrow(
    'Shop/Topic is an AWS::SNS::Topic, and no SQS queue; the SQS queues are: Shop/Group/Parked',
  );
  for (const construct of [imported, group]) {
    await expect(sim.messages(construct)).rejects.toThrow(
      `${construct.node.path} is not made of one resource, or is imported: give the construct of one SQS queue; the SQS`,
    );
  }
});

it.each<[string, (sim: Simulator) => unknown, string]>([
  ['a queue', (sim) => sim.messages(undefined as never), 'a SQS queue is a construct, or the logical id'],
  ['a table', (sim) => sim.items({} as never), 'not [object Object]; the DynamoDB tables are: Shop/Orders ('],
  ['a workflow', (sim) => sim.start(undefined as never), 'a state machine is a construct, or the logical id'],
  ['a workflow', (sim) => sim.unusedPermissions(null as never), 'not null; the state machines are: Shop/Machine ('],
  ['an API', (sim) => sim.fetch(undefined as never), 'not undefined; there is no'],
])('fails where %s is looked for and nothing is named', async (_, act, message) => {
  const { sim } = shop();
  await expect((async () => act(sim))()).rejects.toThrow(message);
});

it.each<[string, unknown, string]>([
  ['has a BigInt', { n: 1n }, 'Do not know how to serialize a BigInt'],
  ['is a BigInt', 1n, 'Do not know how to serialize a BigInt'],
  ['is cyclic', cyclic(), 'Converting circular structure to JSON'],
  ['is a function', () => 1, '() => 1'],
])('fails where an input %s, and names the state machine', (_, input, problem) => {
  const { sim, target } = shop();
  expect(() => sim.begin(target, input)).toThrow(`the input of Shop/Machine is not JSON: ${problem}`);
});
