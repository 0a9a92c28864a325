import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, test } from 'vitest';
import { Fault, type Simulator } from '../../../src/simulator';
import { fn, newStack } from '../../fixtures';
import { machine, simulate } from '../simulate';
import { invoker, SDK } from './sdk';

/** Puts an item for each id, tells of each, and survives what the services answer, but not what the connection does. */
const PUTS = `${SDK}
  const answers = [];
  for (const id of event.ids) {
    const { status, body } = await dynamodb('PutItem', { TableName: process.env.TABLE, Item: { id: { S: id } } });
    answers.push(status === 200 ? id : body.__type.replace(/.*#/, ''));
  }
  return answers;`;

const deploy = () => {
  const stack = newStack();
  const table = new dynamodb.Table(stack, 'Table', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  });
  const handler = fn(stack, 'Handler', PUTS, { environment: { TABLE: table.tableName } });
  table.grantWriteData(handler);
  const workflow = invoker(stack, handler);
  const sim = simulate(stack);
  const start = (...ids: string[]) => sim.start(workflow, { ids });
  const ids = async () => (await sim.items(table)).map(({ id }) => id).sort();
  return { sim, start, ids };
};

const fault = (sim: Simulator, fault: Fault) => sim.fault('dynamodb:PutItem', fault);

test('a fault hits the next call of its action, and no other', async () => {
  const { sim, start, ids } = deploy();
  const throttled = fault(sim, Fault.throttled());
  const run = await start('a', 'b');
  expect(run.output).toEqual(['ProvisionedThroughputExceededException', 'b']);
  expect(throttled.hits).toBe(1);
  expect(await ids()).toEqual(['b']);
  expect(run.calls.at(1)).toMatchObject({
    action: 'dynamodb:PutItem',
    fault: 'throttled',
    error: { code: 'ProvisionedThroughputExceededException' },
  });
});

test('a fault hits from the n-th call on, as often as it says', async () => {
  const { sim, start } = deploy();
  fault(sim, Fault.error('InternalServerError', 'down', 500).nth(2).times(2));
  const run = await start('a', 'b', 'c', 'd');
  expect(run.output).toEqual(['a', 'InternalServerError', 'InternalServerError', 'd']);
});

test('a fault that always hits ends with reset', async () => {
  const { sim, start } = deploy();
  const throttled = sim.fault('dynamodb:*', Fault.throttled().always());
  expect((await start('a', 'b')).output).toEqual([
    'ProvisionedThroughputExceededException',
    'ProvisionedThroughputExceededException',
  ]);
  sim.reset();
  expect((await start('a')).output).toEqual(['a']);
  expect(throttled.hits).toBe(2);
});

test('a fault with a condition counts only the calls that meet it', async () => {
  const { sim, start } = deploy();
  const isC = Fault.throttled().where(({ request }) => JSON.stringify(request).includes('"c"'));
  fault(sim, isC);
  expect((await start('a', 'b', 'c')).output).toEqual(['a', 'b', 'ProvisionedThroughputExceededException']);
});

test('two faults of one action count the same calls', async () => {
  const { sim, start } = deploy();
  fault(sim, Fault.error('First'));
  fault(sim, Fault.error('Second').nth(2));
  expect((await start('a', 'b')).output).toEqual(['First', 'Second']);
});

test('a lost response is one of work that was done, a lost request is not', async () => {
  for (const [lost, left] of [
    [Fault.lostResponse(), ['a']],
    [Fault.lostRequest(), []],
  ] as const) {
    const { sim, start, ids } = deploy();
    fault(sim, lost);
    const run = await start('a');
    expect(run).toMatchObject({ status: 'FAILED', error: 'TypeError' });
    expect(run.cause).toContain('fetch failed');
    expect(await ids()).toEqual(left);
  }
});

test('a function that crashes after a call has made it, and makes no other', async () => {
  const { sim, start, ids } = deploy();
  fault(sim, Fault.crashAfter().nth(2));
  const run = await start('a', 'b', 'c');
  expect(run).toMatchObject({ status: 'FAILED', error: 'Runtime.ExitError' });
  expect(await ids()).toEqual(['a', 'b']);
});

test('a function that crashed runs again in a new environment', async () => {
  const { sim, start, ids } = deploy();
  fault(sim, Fault.crashBefore().nth(2));
  expect((await start('a', 'b')).status).toBe('FAILED');
  expect(await ids()).toEqual(['a']);
  expect((await start('a', 'b')).status).toBe('SUCCEEDED');
  expect(await ids()).toEqual(['a', 'b']);
});

test('a loop over n finds each crash point of a function, and ends', async () => {
  const left: unknown[] = [];
  for (let n = 1; ; n++) {
    const { sim, start, ids } = deploy();
    const crash = sim.fault('*', Fault.crashAfter().nth(n));
    await start('a', 'b', 'c');
    if (crash.hits === 0) break;
    left.push(await ids());
  }
  expect(left).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c']]);
});

test("a task's own call fails as Step Functions says it; nothing crashes", async () => {
  const stack = newStack();
  const table = new dynamodb.Table(stack, 'Table', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  });
  const put = new tasks.DynamoPutItem(stack, 'Put', {
    table,
    item: { id: tasks.DynamoAttributeValue.fromString('a') },
  });
  const workflow = machine(stack, put);
  const sim = simulate(stack);
  sim.fault('dynamodb:PutItem', Fault.lostResponse());
  sim.fault('*', Fault.crashBefore());
  const lost = await sim.start(workflow);
  expect(lost).toMatchObject({ status: 'FAILED', error: 'DynamoDB.SdkClientException' });
  expect(await sim.items(table)).toHaveLength(1);
  sim.fault('dynamodb:PutItem', Fault.error('ProvisionedThroughputExceededException'));
  expect(await sim.start(workflow)).toMatchObject({ error: 'DynamoDB.ProvisionedThroughputExceededException' });
});

test.each([
  ['an action that is none', (sim: Simulator) => sim.fault('PutItem', Fault.throttled()), "'PutItem' is no action"],
  ['the call number 0', () => Fault.throttled().nth(0), 'Fault.nth(0)'],
  ['half a call', () => Fault.throttled().times(0.5), 'Fault.times(0.5)'],
])('fails with %s', (_what, set, message) => {
  expect(() => set(deploy().sim)).toThrow(message);
});
