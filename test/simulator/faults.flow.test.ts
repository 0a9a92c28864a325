import { Duration, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { Mock, report, type Simulator } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, task, wait } from './simulate';

const PUBLISH = 'arn:aws:states:::ecs:runTask';
const FAULT = /^The state 'Publish' \(arn:aws:states:::ecs:runTask\) is a resource that the simulator does not have/;

/** A run that waits a day, and then does what the simulator can't. */
const faulty = () => {
  const stack = newStack();
  const target = machine(stack, wait(stack, 'Day', Duration.days(1)).next(task(stack, 'Publish', PUBLISH)));
  return { sim: simulate(stack), target };
};

describe("a run's fault", () => {
  it.each<[string, (sim: Simulator, target: IConstruct) => Promise<unknown>]>([
    ['advance', (sim) => sim.advance(Duration.days(2))],
    ['start', (sim, target) => sim.start(target)],
  ])('fails %s', async (_, act) => {
    const { sim, target } = faulty();
    sim.begin(target);
    await expect(act(sim, target)).rejects.toThrow(FAULT);
  });

  it('fails settle, once', async () => {
    const stack = newStack();
    const target = machine(stack, task(stack, 'Publish', PUBLISH));
    const sim = simulate(stack);
    sim.begin(target);
    await expect(sim.settle()).rejects.toThrow(FAULT);
    await sim.settle();
  });

  it('fails only who asks for the end of the run, where somebody does', async () => {
    const { sim, target } = faulty();
    const { done } = sim.begin(target);
    await sim.advance(Duration.days(2));
    await expect(done).rejects.toThrow(FAULT);
  });

  it('fails a start for another run only after its own', async () => {
    const { sim, target } = faulty();
    sim.begin(target);
    await expect(sim.start(target)).rejects.toThrow(FAULT);
    await expect(sim.settle()).rejects.toThrow(FAULT);
    await sim.settle();
  });

  it('is its error and its cause, and stands in its report', async () => {
    const { sim, target } = faulty();
    const run = sim.begin(target);
    await expect(sim.advance(Duration.days(2))).rejects.toThrow();
    expect(run).toMatchObject({ status: 'FAILED', error: 'SimulatorFault', cause: expect.stringMatching(FAULT) });
    const text = report(run);
    expect(text).toMatch(/^FAILED {2}SimulatorFault\n {2}The state 'Publish' /);
    expect(text.replace(/\s+/g, ' ')).toContain(run.cause);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('what a workflow uses and the templates have not', () => {
  it.each<[string, (stack: Stack) => sfn.IChainable, string]>([
    [
      'function',
      (stack) =>
        new tasks.LambdaInvoke(stack, 'Work', {
          lambdaFunction: lambda.Function.fromFunctionName(stack, 'Fn', 'theirs'),
        }),
      'function:theirs',
    ],
    [
      'table',
      (stack) =>
        new tasks.DynamoGetItem(stack, 'Work', {
          table: dynamodb.Table.fromTableName(stack, 'Table', 'theirs'),
          key: { id: tasks.DynamoAttributeValue.fromString('a') },
        }),
      'The table theirs',
    ],
    [
      'queue',
      (stack) =>
        new tasks.SqsSendMessage(stack, 'Work', {
          queue: sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:us-east-1:123456789012:theirs'),
          messageBody: sfn.TaskInput.fromText('x'),
        }),
      '/123456789012/theirs',
    ],
  ])('fails the run, past any Catch, where it is a %s; but it can be mocked', async (_, work, named) => {
    const stack = newStack();
    const caught = new sfn.Pass(stack, 'Caught');
    const target = machine(stack, (work(stack) as sfn.TaskStateBase).addCatch(caught));
    const sim = simulate(stack);
    await expect(sim.start(target)).rejects.toThrow(named);
    await expect(sim.start(target)).rejects.toThrow(
      "is not in the synthesized templates (imported?). To answer in its place: sim.mock('Work', …)",
    );
    sim.mock('Work', Mock.returns({}));
    const run = await sim.start(target);
    expect(run.visited).toEqual(['Work']);
    expect(run.calls).toMatchObject([{ verdict: 'allowed', allowed: true }]);
  });

  it('fails the run where a handler calls it, whatever the handler makes of the answer', async () => {
    const stack = newStack();
    const asks = fn(
      stack,
      'AskFn',
      `const headers = {
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20300101/x/dynamodb/aws4_request',
      };
      const body = JSON.stringify({ TableName: 'theirs', Key: { id: { S: 'a' } } });
      await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers, body });`,
    );
    asks.addToRolePolicy(new iam.PolicyStatement({ actions: ['dynamodb:GetItem'], resources: ['*'] }));
    const target = machine(stack, new tasks.LambdaInvoke(stack, 'Ask', { lambdaFunction: asks }));
    await expect(simulate(stack).start(target)).rejects.toThrow(
      "The function 'Travel/AskFn', which the state 'Ask' invoked, made a call that cannot be answered: " +
        'The table theirs is not in the synthesized templates (imported?)',
    );
  });
});

describe('a call that nobody can judge', () => {
  const THEIRS = 'arn:aws:lambda:us-east-1:999999999999:function:theirs';
  const invoke = (stack: Stack) =>
    task(stack, 'Work', 'arn:aws:states:::lambda:invoke', { Parameters: { FunctionName: THEIRS } });

  it('fails the run, unless it is mocked: then it is recorded as unjudged, which is no proof', async () => {
    const stack = newStack();
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/theirs');
    const work = invoke(stack);
    const target = machine(stack, work.next(task(stack, 'Publish', PUBLISH)), { role });
    const sim = simulate(stack);
    await expect(sim.start(target)).rejects.toThrow("To answer in its place: sim.mock('Work', …)");
    sim.mock('Work', Mock.returns({}));
    sim.mock('Publish', Mock.returns({}));
    const run = await sim.start(target);
    expect(run.calls).toMatchObject([
      { action: 'lambda:InvokeFunction', resource: THEIRS, stateName: 'Work', verdict: 'unjudged' },
      { action: 'ecs:runTask', resource: PUBLISH, stateName: 'Publish', verdict: 'unjudged' },
    ]);
    expect(run.calls[0].reason).toContain('role/theirs is not in the assembly');
    expect(run.calls.some((call) => 'allowed' in call)).toBe(false);
    expect(report(run)).toMatch(/^ {2}unjudged +lambda:InvokeFunction +theirs$/m);
  });

  it("is one of another account's resource that the role may call: only its own policy decides", async () => {
    const stack = newStack();
    const target = machine(stack, invoke(stack));
    target.addToRolePolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [THEIRS] }));
    const sim = simulate(stack);
    sim.mock('Work', Mock.returns({}));
    const run = await sim.start(target);
    expect(run.calls).toMatchObject([{ resource: THEIRS, verdict: 'unjudged' }]);
    expect(sim.unusedPermissions(target)).toEqual([]);
  });
});

describe('a mistake in a handler', () => {
  it.each([
    ['other.handler', 'there is no other.js'],
    ['index.other', 'index.other is undefined or not exported'],
  ])('fails the run, past any Catch: %s', async (handler, problem) => {
    const stack = newStack();
    const broken = fn(stack, 'BrokenFn', 'return 1;', { handler });
    const work = new tasks.LambdaInvoke(stack, 'Work', { lambdaFunction: broken });
    const target = machine(stack, work.addCatch(new sfn.Pass(stack, 'Caught')));
    const start = simulate(stack).start(target);
    await expect(start).rejects.toThrow(`The function 'Travel/BrokenFn' has the handler '${handler}', but ${problem}`);
    await expect(start).rejects.toThrow("The state 'Work'");
  });

  it('fails the run with one advice where the simulator has not its language', async () => {
    const stack = newStack();
    const python = fn(stack, 'PythonFn', '', {
      runtime: lambda.Runtime.PYTHON_3_13,
      code: lambda.Code.fromInline('def handler(event, context): return 1'),
    });
    const target = machine(stack, new tasks.LambdaInvoke(stack, 'Work', { lambdaFunction: python }));
    const message = await simulate(stack).start(target).then(String, String);
    expect(message).toContain("'Travel/PythonFn' has the runtime python3.13, which the simulator cannot run");
    expect(message.match(/sim\.mock\('[^']*'/g)).toEqual(["sim.mock('Work'"]);
  });
});
