import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, test } from 'vitest';
import { Step, Workflow } from '../../src';
import type { Run } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate } from './simulate';

/** Sends what the SDK would for each call it is given, and gives what came back. */
const CALLS = `
  const answers = [];
  for (const [operation, input] of event.calls) {
    const response = await fetch(process.env.AWS_ENDPOINT_URL, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AWSStepFunctions.' + operation,
        authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/states/aws4_request, Signature=0',
      },
      body: JSON.stringify(input),
    });
    answers.push({ status: response.status, ...(await response.json()) });
  }
  return answers;`;

type Answer = { readonly [name: string]: unknown };

/** A workflow that waits for a token, and a function that has one grant of it. */
const granted = async (grant: (workflow: Workflow, grantee: lambda.Function) => void) => {
  const stack = newStack();
  const ask = new tasks.LambdaInvoke(stack, 'Ask', {
    lambdaFunction: fn(stack, 'AskFn'),
    integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: sfn.TaskInput.fromObject({ token: sfn.JsonPath.taskToken }),
    taskTimeout: sfn.Timeout.duration(Duration.hours(1)),
  });
  const workflow = new Workflow(stack, 'Granted', { definition: Step.chain(ask), timeout: Duration.hours(2) });
  const handler = fn(stack, 'Handler', CALLS);
  grant(workflow, handler);
  const caller = machine(
    stack,
    new tasks.LambdaInvoke(stack, 'Call', { lambdaFunction: handler, payloadResponseOnly: true }),
  );
  const sim = simulate(stack);
  const waiting = sim.begin(workflow, {});
  await sim.settle();
  const call = async (...calls: [operation: string, input: object][]) => {
    const run = await sim.start(caller, { calls });
    return { run, answers: run.output as Answer[] };
  };
  return { sim, call, waiting, taskToken: tokenOf(waiting), ...arnsOf(waiting) };
};

/** The token that its task gave away last. */
const tokenOf = (run: Run): string => JSON.parse(String(run.calls.at(-1)?.request.Payload)).token;

const arnsOf = ({ executionArn }: Run) => {
  const stateMachineArn = executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, '');
  return { executionArn, stateMachineArn, aliasArn: `${stateMachineArn}:live`, versionArn: `${stateMachineArn}:1` };
};

/** The operations that the function may do, of one call of each. */
const allowedOf = async ({ call, ...it }: Awaited<ReturnType<typeof granted>>) => {
  const { executionArn, stateMachineArn, aliasArn, versionArn, taskToken } = it;
  const { answers } = await call(
    ['StartExecution', { stateMachineArn: aliasArn }],
    ['StartExecution', { stateMachineArn }],
    ['StartExecution', { stateMachineArn: versionArn }],
    ['DescribeExecution', { executionArn }],
    ['GetExecutionHistory', { executionArn }],
    ['ListExecutions', { stateMachineArn }],
    ['SendTaskHeartbeat', { taskToken }],
    ['SendTaskFailure', { taskToken, error: 'No' }],
    ['SendTaskSuccess', { taskToken, output: '{}' }],
    ['StopExecution', { executionArn }],
    ['RedriveExecution', { executionArn, clientToken: 'any' }],
  );
  const names = [
    'start alias',
    'start machine',
    'start version',
    'describe',
    'history',
    'list',
    'heartbeat',
    'failure',
    'success',
    'stop',
    'redrive',
  ];
  return names.filter((_, index) => !String(answers[index].__type).endsWith('#AccessDeniedException'));
};

test.each<[string, (workflow: Workflow, grantee: lambda.Function) => void, string[]]>([
  ['grantStartExecution', (workflow, grantee) => workflow.grantStartExecution(grantee), ['start alias']],
  ['grantRead', (workflow, grantee) => workflow.grantRead(grantee), ['describe', 'history', 'list']],
  ['grantStopExecution', (workflow, grantee) => workflow.grantStopExecution(grantee), ['stop']],
  ['grantRedriveExecution', (workflow, grantee) => workflow.grantRedriveExecution(grantee), ['redrive']],
  [
    'grantTaskResponse',
    (workflow, grantee) => workflow.grantTaskResponse(grantee),
    ['heartbeat', 'failure', 'success'],
  ],
  ['no grant', () => undefined, []],
])('%s allows its calls, and no other', async (_name, grant, allowed) => {
  expect(await allowedOf(await granted(grant))).toEqual(allowed);
});

test('an execution that a function starts is a child of the run that invoked it', async () => {
  const { call, aliasArn } = await granted((workflow, grantee) => workflow.grantStartExecution(grantee));
  const { run, answers } = await call(['StartExecution', { stateMachineArn: aliasArn, name: 'one', input: '{"n":1}' }]);
  const [child] = run.children;
  expect(child.executionArn).toBe(answers[0].executionArn);
  expect(child.name).toBe('one');
  expect(answers[0].startDate).toBe(child.history[0].timestamp.getTime() / 1000);
  expect(run.calls.at(-1)).toMatchObject({ source: 'handler', action: 'states:StartExecution', stateName: 'Call' });
});

test('a function answers a task by its token, once', async () => {
  const { call, waiting, taskToken } = await granted((workflow, grantee) => workflow.grantTaskResponse(grantee));
  const { answers } = await call(
    ['SendTaskHeartbeat', { taskToken }],
    ['SendTaskSuccess', { taskToken, output: '{"yes":true}' }],
    ['SendTaskSuccess', { taskToken, output: '{}' }],
    ['SendTaskFailure', { taskToken: 'no token' }],
  );
  expect(answers.map(({ status, __type }) => [status, String(__type).split('#').at(-1)])).toEqual([
    [200, 'undefined'],
    [200, 'undefined'],
    [400, 'TaskTimedOut'],
    [400, 'InvalidToken'],
  ]);
  expect((await waiting.done).output).toEqual({ yes: true });
});

test('a function redrives a run that was stopped, which then goes on', async () => {
  const { sim, call, waiting, executionArn } = await granted((workflow, grantee) =>
    workflow.grantRedriveExecution(grantee),
  );
  waiting.stop();
  const { answers } = await call(['RedriveExecution', { executionArn }], ['RedriveExecution', { executionArn }]);
  expect(answers).toMatchObject([
    { redriveDate: sim.now.getTime() / 1000 },
    { __type: expect.stringContaining('#ExecutionNotRedrivable') },
  ]);
  await sim.settle();
  expect([waiting.status, waiting.calls.length]).toEqual(['RUNNING', 2]);
  sim.sendTaskSuccess(tokenOf(waiting), 1);
  expect((await waiting.done).output).toBe(1);
});

test('a function may answer its own token before it returns', async () => {
  const stack = newStack();
  const body = CALLS.replace('event.calls', "[['SendTaskSuccess', { taskToken: event.token, output: '42' }]]");
  const early = fn(stack, 'Early', body);
  const ask = new tasks.LambdaInvoke(stack, 'Ask', {
    lambdaFunction: early,
    integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: sfn.TaskInput.fromObject({ token: sfn.JsonPath.taskToken }),
  });
  // A name, or the machine and the function would need each other.
  const target = machine(stack, ask, { stateMachineName: 'Early' });
  early.addToRolePolicy(
    new iam.PolicyStatement({
      actions: ['states:SendTaskSuccess'],
      resources: [stack.formatArn({ service: 'states', resource: 'stateMachine:Early' })],
    }),
  );
  expect((await simulate(stack).start(target, {})).output).toBe(42);
});

test('a function that stops its own execution ends it', async () => {
  const stack = newStack();
  const body = CALLS.replace('event.calls', "[['StopExecution', { executionArn: event.id, error: 'Enough' }]]");
  const stop = fn(stack, 'Stop', body);
  const call = new tasks.LambdaInvoke(stack, 'Call', {
    lambdaFunction: stop,
    payload: sfn.TaskInput.fromObject({ id: sfn.JsonPath.executionId }),
  });
  const target = machine(stack, call, { stateMachineName: 'Stopped' });
  stop.addToRolePolicy(
    new iam.PolicyStatement({
      actions: ['states:StopExecution'],
      resources: [stack.formatArn({ service: 'states', resource: 'execution:Stopped:*' })],
    }),
  );
  const run = await simulate(stack).start(target, {});
  expect([run.status, run.error]).toEqual(['ABORTED', 'Enough']);
});
