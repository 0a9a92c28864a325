import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Mock, Simulator } from '../../src/simulator';
import { fn, newStack } from '../fixtures';
import { machine, simulate, task, wait } from './simulate';

/** A release: a stack of an app of its own, of the same name. */
const release = (build: (stack: Stack) => void): Stack => {
  const stack = newStack('Shop');
  build(stack);
  return stack;
};

const pass = (stack: Stack, output: string) =>
  new sfn.CustomState(stack, 'Say', { stateJson: { Type: 'Pass', Parameters: { said: output }, End: true } });

const table = (stack: Stack, props: Partial<dynamodb.TableProps> = {}) =>
  new dynamodb.Table(stack, 'Orders', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    removalPolicy: RemovalPolicy.DESTROY,
    ...props,
  });

/** A state machine that puts the item whose id is its input's. */
const putting = (stack: Stack, orders: dynamodb.Table) => {
  const put = task(stack, 'Put', 'arn:aws:states:::dynamodb:putItem', {
    Parameters: { TableName: orders.tableName, Item: { id: { 'S.$': '$.id' } } },
    End: true,
  });
  orders.grantWriteData(machine(stack, put));
};

/** A state machine that sends its input's text to the queue. */
const sending = (stack: Stack, queue: sqs.Queue) => {
  const send = task(stack, 'Send', 'arn:aws:states:::sqs:sendMessage', {
    Parameters: { QueueUrl: queue.queueUrl, 'MessageBody.$': '$.text' },
    End: true,
  });
  queue.grantSendMessages(machine(stack, send));
};

describe('executions', () => {
  it('run on the definition that they began with', async () => {
    const slow = (stack: Stack, said: string) =>
      machine(stack, wait(stack, 'Wait', Duration.days(7)).next(pass(stack, said)));
    const sim = simulate(release((stack) => void slow(stack, 'first')));
    const old = sim.begin('Shop/Machine');
    await sim.advance(Duration.days(1));
    await sim.deploy(release((stack) => void slow(stack, 'second')));
    const young = sim.begin('Shop/Machine');
    await sim.advance(Duration.days(8));
    expect([old.output, young.output]).toEqual([{ said: 'first' }, { said: 'second' }]);
  });

  it('run under the policies of the new release', async () => {
    const build = (stack: Stack, allow: boolean) => {
      const queue = new sqs.Queue(stack, 'Queue');
      const send = task(stack, 'Send', 'arn:aws:states:::sqs:sendMessage', {
        Parameters: { QueueUrl: queue.queueUrl, MessageBody: 'hello' },
        End: true,
      });
      const sender = machine(stack, wait(stack, 'Wait', Duration.days(7)).next(send));
      if (allow) queue.grantSendMessages(sender);
    };
    const sim = simulate(release((stack) => build(stack, true)));
    const old = sim.begin('Shop/Machine');
    await sim.advance(Duration.days(1));
    await sim.deploy(release((stack) => build(stack, false)));
    await sim.advance(Duration.days(7));
    expect(old.status).toBe('FAILED');
    expect(old.calls.map(({ verdict }) => verdict)).toEqual(['denied']);
  });

  it('run under the new policies of a role whose own stack is not deployed again', async () => {
    const build = (allow: boolean, roles?: Stack) => {
      const stack = roles ? new Stack(App.of(roles), 'Shop') : newStack('Shop');
      const roleArn = stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'worker' });
      const role = iam.Role.fromRoleArn(stack, 'Role', roleArn);
      const queue = new sqs.Queue(stack, 'Queue');
      const send = task(stack, 'Send', 'arn:aws:states:::sqs:sendMessage', {
        Parameters: { QueueUrl: queue.queueUrl, MessageBody: 'hello' },
        End: true,
      });
      machine(stack, send, { role });
      if (allow) queue.grantSendMessages(role);
      return stack;
    };
    const roles = newStack('Roles');
    new iam.Role(roles, 'Role', {
      roleName: 'worker',
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    });
    const sim = simulate(build(true, roles));
    expect((await sim.start('Shop/Machine')).status).toBe('SUCCEEDED');
    await sim.deploy(build(false));
    expect((await sim.start('Shop/Machine')).calls.map(({ verdict }) => verdict)).toEqual(['denied']);
  });

  it('run on with the role that they began with, and new ones with the new role', async () => {
    const build = (stack: Stack, id: string) => {
      const roles = ['Old', 'New'].map(
        (name) => new iam.Role(stack, name, { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') }),
      );
      const queue = new sqs.Queue(stack, 'Queue');
      const send = task(stack, 'Send', 'arn:aws:states:::sqs:sendMessage', {
        Parameters: { QueueUrl: queue.queueUrl, MessageBody: 'hello' },
        End: true,
      });
      for (const role of roles) queue.grantSendMessages(role);
      const role = roles.find((candidate) => candidate.node.id === id);
      machine(stack, wait(stack, 'Wait', Duration.days(7)).next(send), { role });
    };
    const sim = simulate(release((stack) => build(stack, 'Old')));
    const old = sim.begin('Shop/Machine');
    await sim.settle();
    await sim.deploy(release((stack) => build(stack, 'New')));
    const young = sim.begin('Shop/Machine');
    await sim.advance(Duration.days(8));
    expect(old.calls[0].roleArn).toContain('Shop-Old');
    expect(young.calls[0].roleArn).toContain('Shop-New');
  });

  it('run on an earlier version, where an alias leads to that', async () => {
    const build = (said: string, live: number) => (stack: Stack) => {
      const { stateMachineArn, stateMachineRevisionId } = machine(stack, pass(stack, said));
      const version = new sfn.CfnStateMachineVersion(stack, 'Version', { stateMachineArn, stateMachineRevisionId });
      version.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
      const stateMachineVersionArn = `${stateMachineArn}:${live}`;
      const alias = new sfn.CfnStateMachineAlias(stack, 'Alias', {
        name: 'live',
        routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
      });
      alias.addResourceDependency(version);
    };
    const sim = simulate(release(build('first', 1)));
    const said = async () => (await sim.start('Shop/Alias')).output;
    await sim.deploy(release(build('second', 1)));
    expect(await said()).toEqual({ said: 'first' });
    await sim.deploy(release(build('second', 2)));
    expect(await said()).toEqual({ said: 'second' });
    await sim.deploy(release(build('second', 1)));
    expect(await said()).toEqual({ said: 'first' });
  });

  it('fails to start what the new release no longer has', async () => {
    const sim = simulate(release((stack) => void machine(stack, pass(stack, 'hello'))));
    await sim.deploy(release((stack) => void new sqs.Queue(stack, 'Queue')));
    expect(() => sim.begin('Shop/Machine')).toThrow("'Shop/Machine' is not in the synthesized templates");
  });

  it('are answered by the mocks that were set before', async () => {
    const build = (stack: Stack) => putting(stack, table(stack));
    const sim = simulate(release(build));
    sim.mock('Put', Mock.fails('Busy'));
    await sim.deploy(release(build));
    expect((await sim.start('Shop/Machine', { id: 'o1' })).error).toBe('Busy');
  });
});

describe('what is stored', () => {
  it('stays in a table that stays, also where its indexes change', async () => {
    const indexed = (stack: Stack) => {
      const orders = table(stack);
      orders.addGlobalSecondaryIndex({
        indexName: 'byUser',
        partitionKey: { name: 'user', type: dynamodb.AttributeType.STRING },
      });
      return orders;
    };
    const sim = simulate(release((stack) => putting(stack, table(stack))));
    await sim.start('Shop/Machine', { id: 'o1' });
    const second = release((stack) => putting(stack, indexed(stack)));
    await sim.deploy(second);
    await sim.start('Shop/Machine', { id: 'o2' });
    expect((await sim.items('Shop/Orders')).map(({ id }) => id).sort()).toEqual(['o1', 'o2']);
  });

  it('goes with a table that goes, and does not come back with it', async () => {
    const build = (stack: Stack) => putting(stack, table(stack));
    const sim = simulate(release(build));
    await sim.start('Shop/Machine', { id: 'o1' });
    await sim.deploy(release((stack) => void new sqs.Queue(stack, 'Queue')));
    await expect(sim.items('Shop/Orders')).rejects.toThrow("'Shop/Orders' is not in the synthesized templates");
    await sim.deploy(release(build));
    expect(await sim.items('Shop/Orders')).toEqual([]);
  });

  it('stays in a table that a policy retains; a new one in its place begins empty', async () => {
    const build = (stack: Stack) => putting(stack, table(stack, { removalPolicy: RemovalPolicy.RETAIN }));
    const sim = simulate(release(build));
    await sim.start('Shop/Machine', { id: 'o1' });
    await sim.deploy(release((stack) => void new sqs.Queue(stack, 'Queue')));
    expect(await sim.items('Shop/Orders')).toEqual([{ id: 'o1' }]);
    await sim.deploy(release(build));
    expect(await sim.items('Shop/Orders')).toEqual([]);
  });

  it('stays behind where the key changes, in a table of another name', async () => {
    const sim = simulate(release((stack) => putting(stack, table(stack))));
    await sim.start('Shop/Machine', { id: 'o1' });
    const sortKey = { name: 'at', type: dynamodb.AttributeType.STRING };
    await sim.deploy(release((stack) => putting(stack, table(stack, { sortKey }))));
    expect(await sim.items('Shop/Orders')).toEqual([]);
  });

  it('stays in a queue that stays, which takes on its new settings', async () => {
    const build = (retention: Duration) => (stack: Stack) =>
      sending(stack, new sqs.Queue(stack, 'Queue', { retentionPeriod: retention }));
    const sim = simulate(release(build(Duration.days(1))));
    await sim.start('Shop/Machine', { text: 'hello' });
    await sim.deploy(release(build(Duration.days(10))));
    await sim.advance(Duration.days(9));
    expect((await sim.messages('Shop/Queue')).map(({ body }) => body)).toEqual(['hello']);
    await sim.advance(Duration.days(2));
    expect(await sim.messages('Shop/Queue')).toEqual([]);
  });

  it('goes with a queue that goes, and does not come back with it', async () => {
    const build = (stack: Stack) => sending(stack, new sqs.Queue(stack, 'Queue', { queueName: 'mail' }));
    const sim = simulate(release(build));
    await sim.start('Shop/Machine', { text: 'hello' });
    await sim.deploy(release((stack) => void table(stack)));
    await sim.deploy(release(build));
    expect(await sim.messages('Shop/Queue')).toEqual([]);
  });
});

describe('functions', () => {
  /** A release whose workflow calls, after a week, a version of a function that is retained or not, or its `$LATEST`. */
  const calling = (said: string, policy?: RemovalPolicy) =>
    release((stack) => {
      const handler = fn(stack, 'Fn', `return ['${said}', process.env.SAID];`, { environment: { SAID: said } });
      if (policy) handler.currentVersion.applyRemovalPolicy(policy);
      const call = task(stack, 'Call', 'arn:aws:states:::lambda:invoke', {
        Parameters: { FunctionName: (policy ? handler.currentVersion : handler).functionArn },
        OutputPath: '$.Payload',
        End: true,
      });
      handler.grantInvoke(machine(stack, wait(stack, 'Wait', Duration.days(7)).next(call)));
    });

  it('run the new code where they are called without a version', async () => {
    const sim = simulate(calling('first'));
    const run = sim.begin('Shop/Machine');
    await sim.settle();
    await sim.deploy(calling('second'));
    await sim.advance(Duration.days(8));
    expect(run.output).toEqual(['second', 'second']);
  });

  it('keep the code and the variables of a version that is published', async () => {
    const retain = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    const sim = simulate(calling('first', retain));
    const runs = [sim.begin('Shop/Machine')];
    for (const said of ['second', 'third']) {
      await sim.deploy(calling(said, retain));
      runs.push(sim.begin('Shop/Machine'));
    }
    await sim.advance(Duration.days(8));
    expect(runs.map((run) => run.output)).toEqual(['first', 'second', 'third'].map((said) => [said, said]));
  });

  it('fail as in AWS where the version that is called was not retained', async () => {
    const sim = simulate(calling('first', RemovalPolicy.DESTROY));
    const run = sim.begin('Shop/Machine');
    await sim.settle();
    await sim.deploy(calling('second', RemovalPolicy.DESTROY));
    await sim.advance(Duration.days(8));
    expect(run.error).toBe('Lambda.ResourceNotFoundException');
    expect(run.cause).toContain(':1');
  });
});

describe('deploy', () => {
  it('leaves stacks alone that the new app does not have', async () => {
    const sim = simulate(newStack('Other'));
    await sim.deploy(release((stack) => void machine(stack, pass(stack, 'hello'))));
    await sim.deploy(newStack('Other'));
    expect((await sim.start('Shop/Machine')).output).toEqual({ said: 'hello' });
  });

  it('takes a cloud assembly too', async () => {
    const sim = simulate(release((stack) => void machine(stack, pass(stack, 'first'))));
    const second = release((stack) => void machine(stack, pass(stack, 'second')));
    await sim.deploy(App.of(second)?.synth().directory as string);
    expect((await sim.start('Shop/Machine')).output).toEqual({ said: 'second' });
  });

  it('takes what was synthesized into the same folder, and leaves running executions what was there', async () => {
    const outdir = mkdtempSync(join(tmpdir(), 'deploy-'));
    onTestFinished(() => rmSync(outdir, { recursive: true }));
    const synthesize = (said: string) => {
      const app = new App({ outdir });
      const stack = new Stack(app, 'Shop');
      const nested = new NestedStack(stack, 'Nested');
      const handler = fn(nested, 'Fn', `return '${said}';`);
      handler.currentVersion.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
      const call = task(nested, 'Call', 'arn:aws:states:::lambda:invoke', {
        Parameters: { FunctionName: handler.currentVersion.functionArn },
        OutputPath: '$.Payload',
        End: true,
      });
      handler.grantInvoke(machine(nested, wait(nested, 'Wait', Duration.days(7)).next(call)));
      app.synth();
    };
    synthesize('first');
    const sim = Simulator.fromAssembly(outdir);
    onTestFinished(() => sim.close());
    const old = sim.begin('Shop/Nested/Machine');
    synthesize('second');
    await sim.deploy(outdir);
    const young = sim.begin('Shop/Nested/Machine');
    await sim.advance(Duration.days(8));
    expect([old.output, young.output]).toEqual(['first', 'second']);
  });

  it('fails for the first app with something added to it: CDK synthesizes an app once', async () => {
    const stack = release((first) => void machine(first, pass(first, 'hello')));
    const sim = simulate(stack);
    new sqs.Queue(stack, 'Queue');
    await expect(sim.deploy(stack)).rejects.toThrow('the construct tree was modified after the first synthesis');
  });

  it('finds what the constructs of the first app stand for', async () => {
    const stack = newStack('Shop');
    const first = machine(stack, pass(stack, 'first'));
    const sim = simulate(stack);
    await sim.deploy(release((other) => void machine(other, pass(other, 'second'))));
    expect((await sim.start(first)).output).toEqual({ said: 'second' });
  });

  it('fails to start where the app of the new release has changed since, and not where the first has', async () => {
    const first = release((stack) => void machine(stack, pass(stack, 'first')));
    const second = release((stack) => void machine(stack, pass(stack, 'second')));
    const sim = simulate(first);
    await sim.deploy(second);
    new sqs.Queue(first, 'Late');
    await sim.start('Shop/Machine');
    new sqs.Queue(second, 'Late');
    expect(() => sim.begin('Shop/Machine')).toThrow('the app has changed since it was synthesized (Shop/Late is new)');
  });

  it('fails, and changes nothing, where CloudFormation would refuse it', async () => {
    const sim = simulate(release((stack) => putting(stack, table(stack, { tableName: 'orders' }))));
    await sim.start('Shop/Machine', { id: 'o1' });
    const sortKey = { name: 'at', type: dynamodb.AttributeType.STRING };
    const second = release((stack) => void table(stack, { tableName: 'orders', sortKey }));
    await expect(sim.deploy(second)).rejects.toThrow("can't create it under the name orders");
    expect(await sim.items('Shop/Orders')).toEqual([{ id: 'o1' }]);
    expect((await sim.start('Shop/Machine', { id: 'o2' })).status).toBe('SUCCEEDED');
  });

  it('fails once the simulator is closed', async () => {
    const sim = simulate(newStack());
    await sim.close();
    await expect(sim.deploy(newStack())).rejects.toThrow('the simulator is closed');
  });
});
