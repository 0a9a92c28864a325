import { expect, test } from 'vitest';
import { Clock, Execution, parseDefinition, SimulatorFault, seededRandom } from '../../../../src/simulator/engine';
import type { Door, ExecutionBook, KnownExecution } from '../../../../src/simulator/services/states/executions';
import { StatesService } from '../../../../src/simulator/services/states/states-service';
import { ACCOUNT, NOW, REGION } from '../fakes';

const ARN = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:Orders`;
const EXPRESS = `${ARN}Express`;
const DOORS: { readonly [arn: string]: Door } = {
  [ARN]: { machine: { arn: ARN, type: 'STANDARD' } },
  [`${ARN}:live`]: { machine: { arn: ARN, type: 'STANDARD' }, versionArn: `${ARN}:1`, aliasArn: `${ARN}:live` },
  [EXPRESS]: { machine: { arn: EXPRESS, type: 'EXPRESS' } },
};

const DEFINITION = {
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 10, Next: 'Done' }, Done: { Type: 'Pass', End: true } },
};

/** The service over executions that wait for ten seconds and hand their input on. */
const world = () => {
  const clock = new Clock(NOW);
  const all: KnownExecution[] = [];
  const executions: ExecutionBook = {
    door: (arn) => DOORS[arn],
    find: (arn) => all.find(({ executionArn }) => executionArn === arn),
    all: () => all,
    mapRun: () => undefined,
    passFault: () => undefined,
    runToEnd: () => Promise.reject(new Error('there are no Express executions')),
    start: (door, { name = `e${all.length}`, input, inputText }) => {
      const { arn, type } = door.machine;
      const executionArn = `${arn.replace('stateMachine', type === 'EXPRESS' ? 'express' : 'execution')}:${name}${type === 'EXPRESS' ? ':id' : ''}`;
      const execution = new Execution({
        definition: parseDefinition(DEFINITION, type),
        ...{
          input,
          type,
          executionArn,
          name,
          clock,
          roleArn: 'role',
          stateMachineArn: arn,
          stateMachineName: 'Orders',
        },
        tasks: { start: () => Promise.reject(new Error('there are no tasks')) },
        random: seededRandom(1),
      });
      execution.start();
      all.push({ executionArn, name, door, inputText, execution, redrive: () => execution.redrive() });
      return all[all.length - 1];
    },
  };
  const tokens = { ownerArn: () => undefined, send: () => false };
  const activities = { creationDate: new Date(NOW), has: () => false, take: () => undefined };
  const service = new StatesService(() => ({ executions, tokens, activities }));
  const call = (operation: string, input: { [name: string]: unknown }) =>
    service.perform({ service: 'states', operation, input });
  const requirements = (operation: string, input: { [name: string]: unknown }) =>
    service.requirements({ service: 'states', operation, input });
  const start = async (input: { [name: string]: unknown } = {}) =>
    String((await call('StartExecution', { stateMachineArn: ARN, ...input })).executionArn);
  return { clock, call, requirements, start };
};

test.each([
  ['StartExecution', { stateMachineArn: `${ARN}:live` }, ARN, 'live'],
  ['StartExecution', { stateMachineArn: `${ARN}:3` }, ARN, '3'],
  ['ListExecutions', { stateMachineArn: ARN }, ARN, undefined],
  [
    'StopExecution',
    { executionArn: `${ARN.replace('stateMachine', 'execution')}:x` },
    `${ARN.replace('stateMachine', 'execution')}:x`,
    undefined,
  ],
])(
  'IAM judges %s of %j on the unqualified ARN, with the qualifier as a condition key',
  (operation, input, resource, qualifier) => {
    expect(world().requirements(operation, input)).toEqual([
      {
        action: `states:${operation}`,
        resource,
        ...(qualifier && { context: { 'states:StateMachineQualifier': [qualifier] } }),
      },
    ]);
  },
);

test('DescribeExecution tells of the input, the end, and the alias and version of the start', async () => {
  const { clock, call, start } = world();
  const executionArn = await start({ stateMachineArn: `${ARN}:live`, name: 'one', input: '{"n": 1}' });
  expect(await call('DescribeExecution', { executionArn })).toEqual({
    executionArn,
    stateMachineArn: ARN,
    stateMachineVersionArn: `${ARN}:1`,
    stateMachineAliasArn: `${ARN}:live`,
    name: 'one',
    status: 'RUNNING',
    startDate: new Date(NOW),
    input: '{"n": 1}',
    inputDetails: { included: true },
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
  });
  await clock.advance(10_000);
  expect(await call('DescribeExecution', { executionArn })).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"n":1}',
    stopDate: new Date(NOW + 10_000),
  });
});

test('a start by the name and with the input of one that runs is that one', async () => {
  const { call, start } = world();
  const first = await start({ name: 'one' });
  expect(await start({ name: 'one', input: '{}' })).toBe(first);
  expect((await call('ListExecutions', { stateMachineArn: ARN })).executions).toHaveLength(1);
});

test('fails with ExecutionAlreadyExists by a name that runs with another input, or has ended', async () => {
  const { call, start } = world();
  const executionArn = await start({ name: 'one' });
  await expect(start({ name: 'one', input: '1' })).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  await call('StopExecution', { executionArn });
  await expect(start({ name: 'one' })).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
});

test('names of Express executions need not be unique', async () => {
  const { start } = world();
  await start({ stateMachineArn: EXPRESS, name: 'one' });
  await start({ stateMachineArn: EXPRESS, name: 'one', input: '1' });
});

test.each(['a b', 'a/b', 'a:b', 'a{b}', 'a"b', 'a\u0007b', 'a$b', 'a~b'])(
  'fails with InvalidName by the name %j',
  async (name) => {
    await expect(world().start({ name })).rejects.toMatchObject({ code: 'InvalidName' });
  },
);

test.each([
  [{ name: 'x'.repeat(81) }, 'ValidationException'],
  [{ name: '' }, 'ValidationException'],
  [{ input: 'x' }, 'InvalidExecutionInput'],
  [{ input: JSON.stringify('x'.repeat(262_144)) }, 'ValidationException'],
])('fails a start that AWS would refuse (%#)', async (input, code) => {
  await expect(world().start(input)).rejects.toMatchObject({ code });
});

test('names of 80 letters, digits, points, umlauts are taken', async () => {
  expect(await world().start({ name: `${'x'.repeat(70)}-_.+=!@ü19` })).toMatch(/ü19$/);
});

test('StopExecution ends it as ABORTED, and changes nothing at one that has ended', async () => {
  const { clock, call, start } = world();
  const executionArn = await start();
  await clock.advance(3_000);
  const stopped = { stopDate: new Date(NOW + 3_000) };
  expect(await call('StopExecution', { executionArn, error: 'E', cause: 'C' })).toEqual(stopped);
  await clock.advance(1_000);
  expect(await call('StopExecution', { executionArn })).toEqual(stopped);
  const described = await call('DescribeExecution', { executionArn });
  expect(described).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'C', redriveStatus: 'REDRIVABLE' });
});

test('ListExecutions gives the newest first, by pages, by status, and by the alias of the start', async () => {
  const { call, start } = world();
  const arns = [await start(), await start({ stateMachineArn: `${ARN}:live` }), await start()];
  await call('StopExecution', { executionArn: arns[0] });
  const list = async (input: object) => {
    const { executions, nextToken } = await call('ListExecutions', { stateMachineArn: ARN, ...input });
    return [(executions as KnownExecution[]).map(({ executionArn }) => arns.indexOf(executionArn)), nextToken];
  };
  expect(await list({ maxResults: 2 })).toEqual([[2, 1], '2']);
  expect(await list({ maxResults: 2, nextToken: '2' })).toEqual([[0], undefined]);
  expect(await list({ statusFilter: 'ABORTED' })).toEqual([[0], undefined]);
  expect(await list({ stateMachineArn: `${ARN}:live` })).toEqual([[1], undefined]);
});

test('GetExecutionHistory gives the events, the last first where that is asked', async () => {
  const { clock, call, start } = world();
  const executionArn = await start();
  await clock.settle();
  const types = async (input: object) =>
    ((await call('GetExecutionHistory', { executionArn, ...input })).events as { type: string }[]).map((e) => e.type);
  expect(await types({})).toEqual(['ExecutionStarted', 'WaitStateEntered']);
  expect(await types({ reverseOrder: true, maxResults: 1 })).toEqual(['WaitStateEntered']);
});

test('RedriveExecution goes on with one that was stopped', async () => {
  const { clock, call, start } = world();
  const executionArn = await start();
  await clock.advance(1_000);
  await call('StopExecution', { executionArn });
  expect(await call('RedriveExecution', { executionArn })).toEqual({ redriveDate: clock.date() });
  await clock.advance(10_000);
  expect(await call('DescribeExecution', { executionArn })).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
});

test.each([
  [
    'DescribeExecution',
    { executionArn: `${ARN.replace('stateMachine', 'execution')}:nobody` },
    'ExecutionDoesNotExist',
  ],
  ['ListExecutions', { stateMachineArn: EXPRESS }, 'StateMachineTypeNotSupported'],
  ['StartSyncExecution', { stateMachineArn: ARN }, 'StateMachineTypeNotSupported'],
  ['StartExecution', {}, 'ValidationException'],
])('fails %s of %j as AWS does', async (operation, input, code) => {
  await expect(world().call(operation, input)).rejects.toMatchObject({ code });
});

test.each([
  ['StartExecution', { stateMachineArn: 'Orders' }, 'InvalidArn'],
  ['DescribeExecution', { executionArn: ARN }, 'InvalidArn'],
  ['SendTaskSuccess', { taskToken: 'x', output: '1' }, 'InvalidToken'],
])('fails %s of %j before IAM is asked', (operation, input, code) => {
  expect(() => world().requirements(operation, input)).toThrow(expect.objectContaining({ code }));
});

test.each([
  ['StartExecution', { stateMachineArn: `${ARN}:other` }, 'is not in the synthesized templates'],
  ['StartExecution', { stateMachineArn: ARN, traceHeader: 'x' }, 'parameter traceHeader'],
  ['CreateStateMachine', {}, 'CreateStateMachine is not supported'],
])('fails with a fault for %s of %j', async (operation, input, message) => {
  const answer = world().call(operation, input);
  await expect(answer).rejects.toThrow(SimulatorFault);
  await expect(answer).rejects.toThrow(message);
});
