import { Duration, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, it } from 'vitest';
import { Mock, type Run } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, task } from './simulate';
import { STATES_CLIENT } from './states-client';

/** Makes each call that it is given, and gives what came back. */
const CALLS = `${STATES_CLIENT}
  const answers = [];
  for (const [operation, input] of event.calls) answers.push(await call(operation, input));
  return answers;`;

const distributed = (stack: Stack, fields: object = {}) =>
  new sfn.CustomState(stack, 'Each', {
    stateJson: {
      Type: 'Map',
      Label: 'Each',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Work',
        States: {
          Work: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:ec2:describeInstances', Parameters: {}, End: true },
        },
      },
      ...fields,
    },
  });

/** A map run in `Machine`, whose children work for ten seconds, and a function that calls Step Functions. */
const running = async (items: unknown[], fields: object = {}, actions = ['states:*']) => {
  const stack = newStack();
  const fan = machine(stack, distributed(stack, fields));
  fan.addToRolePolicy(new iam.PolicyStatement({ actions: ['states:*'], resources: ['*'] }));
  const handler = fn(stack, 'Handler', CALLS);
  handler.addToRolePolicy(new iam.PolicyStatement({ actions, resources: ['*'] }));
  const calling = new tasks.LambdaInvoke(stack, 'Call', { lambdaFunction: handler, payloadResponseOnly: true });
  const caller = new sfn.StateMachine(stack, 'Caller', { definitionBody: sfn.DefinitionBody.fromChainable(calling) });
  const sim = simulate(stack);
  sim.mock('Work', Mock.returns('ok').after(Duration.seconds(10)));
  const run = sim.begin(fan, items);
  await sim.settle();
  const call = async (...calls: [operation: string, input: object][]) =>
    (await sim.start(caller, { calls })).output as { readonly [name: string]: unknown }[];
  return { sim, run, call, mapRunArn: run.mapRuns[0].mapRunArn };
};

it('a map run is listed and described', async () => {
  const { run, call, mapRunArn } = await running([1, 2, 3], { MaxConcurrency: 2, ToleratedFailureCount: 1 });
  const { executionArn } = run;
  const [listed, described] = await call(['ListMapRuns', { executionArn }], ['DescribeMapRun', { mapRunArn }]);
  const startDate = run.mapRuns[0].startDate.getTime() / 1000;
  const stateMachineArn = expect.stringMatching(/:stateMachine:.*\/Each$/);
  expect(listed).toEqual({ mapRuns: [{ mapRunArn, executionArn, stateMachineArn, startDate }] });
  expect(described).toMatchObject({
    mapRunArn,
    executionArn,
    status: 'RUNNING',
    startDate,
    maxConcurrency: 2,
    toleratedFailureCount: 1,
    toleratedFailurePercentage: 0,
    itemCounts: { pending: 1, running: 2, total: 3 },
    executionCounts: { pending: 1, running: 2, total: 3 },
    redriveCount: 0,
  });
});

it('child executions are listed by their map run, and not by their state machine', async () => {
  const { run, call, mapRunArn } = await running([1, 2]);
  const stateMachineArn = run.executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, '');
  const [ofMapRun, ofMachine, failed] = await call(
    ['ListExecutions', { mapRunArn }],
    ['ListExecutions', { stateMachineArn }],
    ['ListExecutions', { mapRunArn, statusFilter: 'FAILED' }],
  );
  const [first, second] = run.mapRuns[0].children;
  expect(ofMapRun).toMatchObject({
    executions: [
      { executionArn: second.executionArn, mapRunArn },
      { executionArn: first.executionArn, mapRunArn, status: 'RUNNING' },
    ],
  });
  expect(ofMachine).toMatchObject({ executions: [{ executionArn: run.executionArn }] });
  expect(failed).toEqual({ executions: [] });
});

it('a child execution is described and stopped like any other', async () => {
  const { run, call, mapRunArn } = await running([{ n: 1 }, { n: 2 }], { ToleratedFailurePercentage: 100 });
  const [{ executionArn }] = run.mapRuns[0].children;
  const [described] = await call(['DescribeExecution', { executionArn }], ['StopExecution', { executionArn }]);
  expect(described).toMatchObject({ executionArn, mapRunArn, input: '{"n":1}', status: 'RUNNING' });
  expect(run.mapRuns[0].executionCounts).toMatchObject({ aborted: 1, running: 1 });
});

it('more children begin as soon as a map run may have more at a time', async () => {
  const { run, call, mapRunArn } = await running([1, 2, 3], { MaxConcurrency: 1 });
  expect(await call(['UpdateMapRun', { mapRunArn, maxConcurrency: 0 }])).toEqual([{}]);
  expect(run.mapRuns[0].executionCounts).toMatchObject({ running: 3, pending: 0 });
  const [described] = await call(['DescribeMapRun', { mapRunArn }]);
  expect(described).toMatchObject({ maxConcurrency: 10_000 });
});

it('a map run that may have more failures than before succeeds with them', async () => {
  const { sim, run, call, mapRunArn } = await running([1, 2]);
  const [updated] = await call(['UpdateMapRun', { mapRunArn, toleratedFailurePercentage: 50 }]);
  run.mapRuns[0].children[0].stop();
  sim.reset();
  await sim.advance(Duration.seconds(10));
  expect([updated, run.status]).toEqual([{}, 'SUCCEEDED']);
});

it.each([
  ['DescribeMapRun', { mapRunArn: 'x' }, 'InvalidArn'],
  ['UpdateMapRun', {}, 'ValidationException'],
  ['UpdateMapRun', { toleratedFailurePercentage: 101 }, 'ValidationException'],
  ['UpdateMapRun', { maxConcurrency: 'many' }, 'ValidationException'],
  [
    'ListExecutions',
    { stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:x' },
    'ValidationException',
  ],
])('fails %s with %j with %s', async (operation, input, code) => {
  const { call, mapRunArn } = await running([1]);
  const [answer] = await call([operation, { mapRunArn, ...input }]);
  expect(answer.__type).toMatch(new RegExp(`#${code}$`));
});

it('fails to describe a map run that never was', async () => {
  const { call, mapRunArn } = await running([1]);
  expect((await call(['DescribeMapRun', { mapRunArn: `${mapRunArn}x` }]))[0].__type).toMatch(/#ResourceNotFound$/);
});

it('fails to update a map run that has ended', async () => {
  const { sim, call, mapRunArn } = await running([1]);
  await sim.advance(Duration.seconds(10));
  expect((await call(['UpdateMapRun', { mapRunArn, maxConcurrency: 1 }]))[0].__type).toMatch(/#ValidationException$/);
});

it('fails a function that may not describe the map run', async () => {
  const { call, mapRunArn } = await running([1], {}, ['states:ListMapRuns']);
  expect(await call(['DescribeMapRun', { mapRunArn }])).toMatchObject([
    { message: expect.stringContaining(`not authorized to perform: states:DescribeMapRun on resource: ${mapRunArn}`) },
  ]);
});

it('fails with a fault for a map run of a state machine that no template has', async () => {
  const mapRunArn = 'arn:aws:states:us-east-1:123456789012:mapRun:x/Each:1';
  const { call } = await running([1]);
  await expect(call(['DescribeMapRun', { mapRunArn }])).rejects.toThrow(/stateMachine:x is not in the synthesized/);
});

it('a task describes a map run', async () => {
  const stack = newStack();
  const describe = task(stack, 'Describe', 'arn:aws:states:::aws-sdk:sfn:describeMapRun', {
    Parameters: { 'MapRunArn.$': '$.MapRunArn' },
    End: true,
  });
  const parameters = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'results', Prefix: 'out' } };
  const each = distributed(stack, { ResultWriter: parameters }).next(describe);
  const fan = machine(stack, each);
  fan.addToRolePolicy(new iam.PolicyStatement({ actions: ['states:*', 's3:*'], resources: ['*'] }));
  const sim = simulate(stack);
  sim.putObject('results', 'any', '');
  sim.mock('Work', Mock.returns('ok'));
  const run: Run = await sim.start(fan, [1, 2]);
  expect(run.output).toMatchObject({
    Status: 'SUCCEEDED',
    StopDate: sim.now.toISOString(),
    ItemCounts: { Succeeded: 2, ResultsWritten: 2 },
  });
});
