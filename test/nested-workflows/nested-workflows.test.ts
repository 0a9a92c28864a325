import { App, Duration, type Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { type ChildWorkflow, FailurePolicy, type IWorkflow, NestedWorkflows, Step, Workflow } from '../../src';
import { fn, newStack, plain } from '../fixtures';

const nested = (child: Partial<ChildWorkflow> = {}, names = ['One']) => {
  const stack = newStack();
  const workflow = new Workflow(stack, 'Child', { definition: Step.invoke(fn(stack, 'ChildFn')) });
  return new NestedWorkflows(stack, 'All', { children: names.map((name) => ({ name, workflow, ...child })) });
};

const imported = (stateMachineArn: string, stateMachineType?: sfn.StateMachineType, env?: Environment) => {
  const stack = newStack('Travel', { env });
  const workflow = Workflow.fromWorkflowAttributes(stack, 'Theirs', {
    stateMachineArn,
    aliasName: 'live',
    timeout: Duration.minutes(2),
    stateMachineType,
  });
  new NestedWorkflows(stack, 'All', { children: [{ name: 'Theirs', workflow }] });
  return { stack, workflow };
};

const ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:theirs';

describe('a workflow of another app', () => {
  it('is started by its alias, with permission on exactly it', () => {
    const { stack } = imported(ARN);
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const [start, watch] = Properties.PolicyDocument.Statement;
    expect(start).toMatchObject({
      Action: 'states:StartExecution',
      Resource: ARN,
      Condition: { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': ['live'] } },
    });
    expect(plain(watch.Resource)).toMatch(/:execution:theirs:\*$/);
  });

  it('may be an Express one, which is run by one call', () => {
    const { stack } = imported(ARN, sfn.StateMachineType.EXPRESS);
    const machine = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'))[0];
    expect(plain(machine.Properties.DefinitionString)).toContain(':states:::aws-sdk:sfn:startSyncExecution');
  });

  it.each([`${ARN}:live`, 'arn:aws:lambda:eu-west-1:123456789012:function:theirs'])(
    'fails for %s, which is none',
    (arn) => {
      expect(() => imported(arn)).toThrow('is not the ARN of a state machine; give arn:aws:states:');
    },
  );

  it.each([
    ['region', { region: 'us-east-1', account: '123456789012' }],
    ['account', { region: 'eu-west-1', account: '210987654321' }],
  ])('fails where it is run in another %s', (what, env) => {
    expect(() => imported(ARN, undefined, env)).toThrow(
      new RegExp(
        `'Theirs' runs Travel/Theirs, a workflow of the ${what} .*, and the workflow is in .*; give a workflow of the same ${what}`,
      ),
    );
  });

  it('may be run in its own region and account', () => {
    expect(() => imported(ARN, undefined, { region: 'eu-west-1', account: '123456789012' })).not.toThrow();
  });

  it('fails for an alias of digits alone', () => {
    const attributes = { stateMachineArn: ARN, aliasName: '1', timeout: Duration.minutes(1) };
    expect(() => Workflow.fromWorkflowAttributes(newStack(), 'Theirs', attributes)).toThrow("the alias name '1'");
  });
});

describe('a workflow of another stack', () => {
  it('fails where that is in another region', () => {
    const app = new App();
    const [there, here] = ['eu-west-1', 'us-east-1'].map(
      (region) => new Stack(app, region, { env: { region }, crossRegionReferences: true }),
    );
    const workflow = new Workflow(there, 'Child', { definition: Step.wait(Duration.seconds(1)) });
    expect(() => new Workflow(here, 'Parent', { definition: Step.startExecution(workflow) })).toThrow(
      "'Parent' runs eu-west-1/Child, a workflow of the region eu-west-1, and the workflow is in us-east-1",
    );
  });
});

describe('bad input', () => {
  it('fails without children', () => {
    expect(() => nested({}, [])).toThrow("the nested workflows of 'All' have no children; give at least one");
  });

  it('fails for two children of one name', () => {
    expect(() => nested({}, ['One', 'One'])).toThrow(
      "steps 1 and 2 of the nested workflows of 'All' are both named 'One'",
    );
  });

  it('fails for the name of a state of its own', () => {
    expect(() => nested({}, ['Children Failed'])).toThrow('is that of a state of');
  });

  it('fails for a timeout that is not longer than that of the child', () => {
    expect(() => nested({ timeout: Duration.seconds(317) })).toThrow(
      "the timeout of 'One', 317 s, is not longer than that of Travel/Child, 317 s",
    );
  });

  it('fails to ignore a failure without a reason', () => {
    for (const none of [' ', undefined as unknown as string]) {
      expect(() => FailurePolicy.ignore(none)).toThrow('FailurePolicy.ignore needs a reason');
    }
  });

  it('fails for a failure policy that is none', () => {
    expect(() => nested({ failurePolicy: 'ignore' as unknown as FailurePolicy })).toThrow(
      `the failurePolicy of 'One', "ignore", is none; give FailurePolicy.failFast(), .collect() or .ignore(…)`,
    );
  });

  it('fails for a state machine that is no workflow', () => {
    const machine = new sfn.StateMachine(newStack(), 'Plain', {
      definitionBody: sfn.DefinitionBody.fromString('{}'),
    });
    expect(() => nested({ workflow: machine as unknown as IWorkflow })).toThrow(
      "'One' runs Travel/Plain, which is no workflow with an alias; give a Workflow, or for another state machine Workflow.fromWorkflowAttributes(…)",
    );
    expect(() => nested({ workflow: undefined as unknown as IWorkflow })).toThrow("'One' runs undefined, which is no");
  });

  it('fails as an Express workflow round a Standard one', () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Child', { definition: Step.invoke(fn(stack, 'ChildFn')) });
    const props = { children: [{ name: 'One', workflow }], stateMachineType: sfn.StateMachineType.EXPRESS };
    expect(() => new NestedWorkflows(stack, 'All', props)).toThrow("'One' waits for Travel/Child, a Standard workflow");
  });
});
