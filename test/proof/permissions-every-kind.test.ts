import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { describe, expect, it } from 'vitest';
import { Saga, type SagaStep, Step, Workflow } from '../../src';
import { Fault, Mock, Simulator } from '../../src/simulator';
import { allStates, definitions, fn, newStack } from '../fixtures';
import { isParking, wildcards } from './privileges';

describe('a saga of every kind of step, over all paths', () => {
  it('enters every state, is denied no call, and has no permission that is not used', async () => {
    const { stack, workflow } = everyKind();
    const sim = Simulator.fromStack(stack);
    const states = definitions(stack).flatMap(allStates);
    const tasks = states.flatMap(([name, { Type }]) => (Type === 'Task' && !isParking(name) ? [name] : []));
    const entered = new Set<string>();
    const go = async (input: object, failing: (name: string) => boolean = () => false, prepare = () => {}) => {
      sim.reset();
      prepare();
      for (const name of tasks) {
        if (failing(name)) sim.mock(name, Mock.fails('Down'));
        else if (/^(?!Store$|Compensate Store$|Child\.(Run|Find)$)/.test(name)) sim.mock(name, Mock.returns({}));
      }
      const run = await sim.start(workflow, input);
      for (const name of [run, ...run.children].flatMap(({ visited }) => visited)) entered.add(name);
    };
    await go({ id: '1', way: 'fast' });
    await go({ id: '2', way: 'slow' });
    await go({ id: '3', way: 'fast' }, (name) => name === 'Last');
    await go({ id: '4', way: 'fast' }, (name) => name === 'Last' || name.startsWith('Compensate '));
    await go({ id: '5', way: 'fast' }, (name) => name.startsWith('Group.'));
    await go({ id: '6', way: 'fast' }, (name) => name === 'Work');
    const found = (Status: string) => Mock.returns({ Status, Output: '{}' });
    await go({ id: '7', way: 'fast' }, undefined, () => {
      sim.fault('states:StartExecution', Fault.lostResponse());
      sim.mock('Child.Find', Mock.sequence(found('RUNNING'), found('SUCCEEDED')));
    });
    // Whoever stops the saga while its child runs makes Step Functions stop that too.
    sim.mock('Work', Mock.timesOut());
    const stopped = sim.begin(workflow, { id: '8', way: 'fast' });
    await sim.settle();
    stopped.stop();
    await sim.settle();

    expect([...entered].sort()).toEqual(states.map(([name]) => name).sort());
    expect(sim.runs.flatMap((run) => run.calls).filter((call) => !call.allowed)).toEqual([]);
    expect(sim.unusedPermissions(workflow)).toEqual([]);
    await sim.close();
  });

  it('has no statement for every resource but log delivery and X-Ray', () => {
    expect(wildcards(Template.fromStack(everyKind().stack).toJSON())).toEqual([]);
  });
});

/** A saga that calls an API, chooses, waits, runs another workflow, and does steps at the same time in both ways. */
const everyKind = () => {
  const stack = newStack();
  let count = 0;
  const invoke = () => {
    count += 1;
    return Step.invoke(fn(stack, `Worker${count}`));
  };
  const table = new dynamodb.Table(stack, 'Orders', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  });
  const call = (action: string, iamAction: string, parameters: object) =>
    Step.callAws({
      service: 'dynamodb',
      action,
      parameters: { TableName: table.tableName, ...parameters },
      iamAction,
      iamResources: [table.tableArn],
    });
  const order = { id: { S: '{% $input.id %}' } };
  const child = new Workflow(stack, 'Other', { definition: Step.sequence([{ name: 'Work', step: invoke() }]) });
  const two = () => ['A', 'B'].map((name) => ({ name, step: invoke() }));
  const slow = Step.sequence([
    { name: 'Pause', step: Step.wait(Duration.hours(1)) },
    { name: 'Then', step: invoke() },
  ]);
  const steps: SagaStep[] = [
    {
      name: 'Store',
      action: call('putItem', 'dynamodb:PutItem', { Item: order }),
      compensation: call('deleteItem', 'dynamodb:DeleteItem', { Key: order }),
    },
    {
      name: 'Way',
      action: Step.choice({
        cases: [{ name: 'Fast', when: "{% $input.way = 'fast' %}", step: invoke() }],
        otherwise: { name: 'Slow', step: slow },
      }),
    },
    { name: 'Child', action: Step.startExecution(child), compensation: invoke() },
    { name: 'Both', action: Step.parallel(two()), compensation: Step.sequence(two()) },
    {
      name: 'Group',
      action: Step.sagaGroup(['A', 'B'].map((name) => ({ name, action: invoke(), compensation: invoke() }))),
    },
    { name: 'Last', action: invoke() },
  ];
  return { stack, workflow: new Saga(stack, 'Trip', { steps, timeout: Duration.days(1) }) };
};
