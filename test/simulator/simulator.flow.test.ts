import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { describe, expect, it } from 'vitest';
import { Step, Workflow } from '../../src';
import { Mock, Simulator } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, task, wait } from './simulate';

describe('what can be started', () => {
  const waiting = () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')) });
    return { stack, workflow, sim: simulate(stack) };
  };

  it('is a workflow, by its alias, a state machine, or a logical id or a construct path of either', async () => {
    const { stack, workflow, sim } = waiting();
    const id = stack.resolve(workflow.alias.logicalId);
    for (const target of [
      workflow,
      workflow.alias,
      workflow.version,
      workflow.stateMachine,
      id,
      'Travel/Check',
      'Travel/Check/Alias',
    ]) {
      expect((await sim.start(target)).output).toEqual({ ok: true });
    }
  });

  it('fails for a logical id that is not there, with those that are', () => {
    const { sim } = waiting();
    expect(() => sim.begin('Nowhere')).toThrow(
      /'Nowhere' is not in the synthesized templates; the state machines are: Travel\/Check\/StateMachine \(CheckState/,
    );
  });

  it('fails for a construct that is not a state machine', () => {
    const stack = newStack();
    const topic = new sns.Topic(stack, 'Topic');
    machine(stack, new sfn.Pass(stack, 'Only'));
    expect(() => simulate(stack).begin(topic)).toThrow('Travel/Topic is an AWS::SNS::Topic, and no state machine');
  });

  it('fails for input that is not JSON', () => {
    const { workflow, sim } = waiting();
    expect(() => sim.begin(workflow, () => 1)).toThrow('the input of Travel/Check/StateMachine is not JSON');
  });

  it('fails where the app has changed since it was synthesized', () => {
    const { stack, workflow, sim } = waiting();
    new sns.Topic(stack, 'Late');
    expect(() => sim.begin(workflow)).toThrow('the app has changed since it was synthesized (Travel/Late is new)');
  });

  it('fails where Step Functions may not assume the role', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const target = machine(stack, new sfn.Pass(stack, 'Only'), { role });
    expect(() => simulate(stack).begin(target)).toThrow("Step Functions can't assume the role of Travel/Machine");
  });
});

describe('an assembly on disk', () => {
  it('runs without its constructs', async () => {
    const outdir = mkdtempSync(join(tmpdir(), 'assembly-'));
    const app = new App({ outdir });
    const stack = new Stack(app, 'Plain');
    const target = machine(stack, new sfn.Pass(stack, 'Only', { result: sfn.Result.fromObject({ done: true }) }));
    const id = stack.resolve((target.node.defaultChild as sfn.CfnStateMachine).logicalId);
    app.synth();
    const sim = Simulator.fromAssembly(outdir);
    expect((await sim.start(id)).output).toEqual({ done: true });
    await sim.close();
    rmSync(outdir, { recursive: true });
  });

  it('fails where there is none', () => {
    expect(() => Simulator.fromAssembly('/nowhere')).toThrow('/nowhere is not a cloud assembly');
  });
});

describe('virtual time', () => {
  it('passes only as far as it is told to', async () => {
    const stack = newStack();
    const target = machine(stack, wait(stack, 'Week', Duration.days(7)));
    const sim = simulate(stack, { startAt: new Date('2030-05-01T00:00:00Z') });
    const run = sim.begin(target);
    await sim.advance(Duration.days(6));
    expect(run.status).toBe('RUNNING');
    await sim.advance(Duration.days(1));
    expect(run.status).toBe('SUCCEEDED');
    expect(sim.now.toISOString()).toBe('2030-05-08T00:00:00.000Z');
    expect(run.elapsed.toDays()).toBe(7);
  });

  it('is what a handler sees', async () => {
    const stack = newStack();
    const clock = fn(stack, 'ClockFn', 'return new Date().toISOString();');
    const target = machine(
      stack,
      wait(stack, 'Spring', Duration.days(31)).next(
        new tasks.LambdaInvoke(stack, 'Ask', { lambdaFunction: clock, payloadResponseOnly: true }),
      ),
    );
    const sim = simulate(stack, { startAt: new Date('2030-05-01T00:00:00Z') });
    expect((await sim.start(target)).output).toMatch(/^2030-06-01T00:00:0/);
  });

  it('lets two executions run side by side', async () => {
    const stack = newStack();
    const target = machine(stack, wait(stack, 'Day', Duration.days(1)));
    const sim = simulate(stack);
    const first = sim.begin(target);
    await sim.advance(Duration.hours(12));
    const second = sim.begin(target);
    await sim.advance(Duration.hours(12));
    expect([first.status, second.status]).toEqual(['SUCCEEDED', 'RUNNING']);
    await sim.advance(Duration.hours(12));
    expect((await second.done).status).toBe('SUCCEEDED');
  });
});

describe('chance', () => {
  const jitter = async (seed: number) => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')) });
    const sim = simulate(stack, { seed });
    sim.mock('Check', Mock.fails('Lambda.TooManyRequestsException'));
    return (await sim.start(workflow)).history;
  };

  it('comes from the seed alone', async () => {
    expect(await jitter(1)).toEqual(await jitter(1));
    expect((await jitter(2)).map((event) => event.timestamp)).not.toEqual(
      (await jitter(1)).map((event) => event.timestamp),
    );
  });
});

describe('a call that the role does not allow', () => {
  const denied = async (override?: (sim: Simulator) => void) => {
    const stack = newStack();
    const secret = fn(stack, 'SecretFn');
    const invoke = new sfn.CustomState(stack, 'Invoke', {
      stateJson: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: secret.functionArn },
      },
    });
    const target = machine(stack, invoke);
    const sim = simulate(stack);
    override?.(sim);
    return sim.start(target);
  };

  it('fails as in AWS, and is recorded', async () => {
    const run = await denied();
    expect(run.error).toBe('Lambda.AWSLambdaException');
    expect(run.cause).toMatch(
      /is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:.*because no identity-based policy allows/,
    );
    expect(run.calls).toMatchObject([{ action: 'lambda:InvokeFunction', allowed: false, stateName: 'Invoke' }]);
  });

  it('fails as well where the state is mocked: a mock has no permission to give', async () => {
    const run = await denied((sim) => sim.mock('Invoke', Mock.returns('fine')));
    expect(run.error).toBe('Lambda.AWSLambdaException');
  });
});

describe('what the simulator does not have', () => {
  it('fails for a task of another service, with the state, its resource and the way out', async () => {
    const stack = newStack();
    const run = task(stack, 'Publish', 'arn:aws:states:::ecs:runTask');
    const target = machine(stack, run.addCatch(new sfn.Pass(stack, 'Caught')));
    const sim = simulate(stack);
    await expect(sim.start(target)).rejects.toThrow(/'Publish'.*arn:aws:states:::ecs:runTask.*sim\.mock\('Publish'/);
    sim.mock('Publish', Mock.returns({ MessageId: 'm1' }));
    expect((await sim.start(target)).output).toEqual({ MessageId: 'm1' });
  });

  it('fails for a function in another language, with its name', async () => {
    const stack = newStack();
    const python = fn(stack, 'PythonFn', '', {
      runtime: lambda.Runtime.PYTHON_3_13,
      code: lambda.Code.fromInline('def handler(event, context): return 1'),
    });
    const workflow = new Workflow(stack, 'Check', { definition: Step.invoke(python) });
    const sim = simulate(stack);
    await expect(sim.start(workflow)).rejects.toThrow(/PythonFn.*python3\.13/s);
    sim.mock('Check', Mock.returns(1));
    expect((await sim.start(workflow)).output).toBe(1);
  });
});

describe('a mock', () => {
  const invoking = () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Check', {
      definition: Step.sequence([{ name: 'Ask', step: Step.invoke(fn(stack, 'AskFn'), { retryOn: ['Busy'] }) }]),
    });
    return { workflow, sim: simulate(stack) };
  };
  const answer = async (mock: Mock) => {
    const { workflow, sim } = invoking();
    sim.mock('Ask', mock);
    return sim.start(workflow, { n: 2 });
  };

  it('returns what the function would', async () => {
    expect((await answer(Mock.returns({ n: 1 }))).output).toEqual({ Ask: { n: 1 } });
    expect((await answer(Mock.returns(undefined))).output).toEqual({ Ask: null });
  });

  it('is asked with what the function would get', async () => {
    const double = Mock.calls((event) => (event as { input: { n: number } }).input.n * 2);
    expect((await answer(double)).output).toEqual({ Ask: 4 });
  });

  it('that throws fails the task with the name of what it threw', async () => {
    const run = await answer(
      Mock.calls(() => {
        throw new RangeError('too far');
      }),
    );
    expect(run).toMatchObject({ error: 'RangeError', cause: expect.stringContaining('too far') });
  });

  it('may be async, and fails the task with what it rejects with', async () => {
    expect((await answer(Mock.calls(async () => ({ n: 1 })))).output).toEqual({ Ask: { n: 1 } });
    const run = await answer(Mock.calls(() => Promise.reject(new RangeError('too far'))));
    expect(run).toMatchObject({ error: 'RangeError', cause: expect.stringContaining('too far') });
    expect((await answer(Mock.calls(() => Promise.reject('text')))).error).toBe('string');
  });

  it('answers each attempt in turn', async () => {
    const run = await answer(Mock.sequence(Mock.fails('Busy'), Mock.returns(1)));
    expect(run.states).toMatchObject([{ name: 'Ask', attempts: 2, errors: ['Busy'] }]);
  });

  it('counts its turns from when it was set, over all runs, and in each simulator for itself', async () => {
    const mock = Mock.sequence(Mock.returns(1), Mock.returns(2), Mock.returns(3));
    const outputs = async () => {
      const { workflow, sim } = invoking();
      sim.mock('Ask', mock);
      const first = [(await sim.start(workflow)).output, (await sim.start(workflow)).output];
      sim.mock('Ask', mock);
      return [...first, (await sim.start(workflow)).output];
    };
    const expected = [{ Ask: 1 }, { Ask: 2 }, { Ask: 1 }];
    expect([await outputs(), await outputs()]).toEqual([expected, expected]);
  });

  it('takes its time, in virtual time', async () => {
    expect((await answer(Mock.returns(1).after(Duration.seconds(10)))).elapsed.toSeconds()).toBe(10);
  });

  it('that takes longer than the timeout of the state ends by it', async () => {
    const run = await answer(Mock.returns(1).after(Duration.minutes(10)));
    expect(run.error).toBe('States.Timeout');
    expect(run.elapsed.toSeconds()).toBe(18);
  });

  it('is forgotten by reset, and nothing else is', async () => {
    const { workflow, sim } = invoking();
    sim.mock('Ask', Mock.fails('Broken'));
    const run = await sim.start(workflow);
    sim.reset();
    expect((await sim.start(workflow)).output).toEqual({ Ask: { ok: true } });
    expect(run.error).toBe('Broken');
  });

  it('fails for a state that no workflow has, with those that there are', () => {
    const { sim } = invoking();
    expect(() => sim.mock('Aks', Mock.timesOut())).toThrow("no workflow has a state 'Aks'; there are: 'Ask'");
  });

  it('fails where it is no Mock, or can be no answer', () => {
    const { workflow, sim } = invoking();
    const mock = sim.mock.bind(sim) as (...args: unknown[]) => void;
    expect(() => mock('Ask', { ok: true })).toThrow(`the state 'Ask' is mocked with {"ok":true}, which is no Mock`);
    expect(() => mock(workflow, 'Ask', () => 1)).toThrow("the state 'Ask' is mocked with a function, which is no Mock");
    expect(() => Mock.returns(Promise.resolve(1))).toThrow('Mock.returns got a promise: use Mock.calls(async () => …)');
    expect(() => Mock.returns(() => 1)).toThrow('Mock.returns gives what is not JSON');
  });

  it('fails for a state that is no task', () => {
    const stack = newStack();
    machine(stack, new sfn.Pass(stack, 'Only'));
    expect(() => simulate(stack).mock('Only', Mock.timesOut())).toThrow(
      "'Only' of Travel/Machine is a Pass; only a Task can be mocked",
    );
  });
});

describe('a task that waits for a token', () => {
  const waiting = async () => {
    const stack = newStack();
    const ask = new tasks.LambdaInvoke(stack, 'Ask', {
      lambdaFunction: fn(stack, 'AskFn'),
      integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: sfn.TaskInput.fromObject({ token: sfn.JsonPath.taskToken }),
      heartbeatTimeout: sfn.Timeout.duration(Duration.hours(1)),
    });
    const target = machine(stack, ask);
    const sim = simulate(stack);
    const run = sim.begin(target);
    await sim.settle();
    return { sim, run, token: JSON.parse(String(run.calls[0].request.Payload)).token };
  };

  it('ends with what is sent, once', async () => {
    const { sim, run, token } = await waiting();
    expect(run.status).toBe('RUNNING');
    sim.sendTaskSuccess(token, { answer: 42 });
    expect((await run.done).output).toEqual({ answer: 42 });
    expect(() => sim.sendTaskSuccess(token, {})).toThrow('no task waits for the token');
  });

  it('fails with the error that is sent', async () => {
    const { sim, run, token } = await waiting();
    sim.sendTaskFailure(token, 'Refused', 'no');
    await run.done;
    expect([run.status, run.error, run.cause]).toEqual(['FAILED', 'Refused', 'no']);
  });

  it('times out when its heartbeats stop', async () => {
    const { sim, run, token } = await waiting();
    await sim.advance(Duration.minutes(50));
    sim.sendTaskHeartbeat(token);
    await sim.advance(Duration.minutes(50));
    expect(run.status).toBe('RUNNING');
    await sim.advance(Duration.minutes(10));
    expect([run.status, run.error]).toEqual(['FAILED', 'States.Timeout']);
  });
});

describe('DynamoDB', () => {
  it('keeps what an execution puts, and refuses what its condition forbids', async () => {
    const stack = newStack();
    const table = new dynamodb.Table(stack, 'Orders', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    });
    const put = new tasks.DynamoPutItem(stack, 'Store', {
      table,
      item: { id: tasks.DynamoAttributeValue.fromString(sfn.JsonPath.stringAt('$.id')) },
      conditionExpression: 'attribute_not_exists(id)',
    });
    const target = machine(stack, put);
    const sim = simulate(stack);
    expect((await sim.start(target, { id: 'o1' })).status).toBe('SUCCEEDED');
    expect((await sim.start(target, { id: 'o1' })).error).toBe('DynamoDB.ConditionalCheckFailedException');
    expect(await sim.items(table)).toEqual([{ id: 'o1' }]);
  });
});
