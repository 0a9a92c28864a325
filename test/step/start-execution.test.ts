import { CfnParameter, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { type StartExecutionOptions, Step, Workflow } from '../../src';
import { definitions, fn, newStack, plain } from '../fixtures';

const parentAndChild = (options?: StartExecutionOptions) => {
  const stack = newStack();
  const child = new Workflow(stack, 'Child', { definition: Step.invoke(fn(stack, 'ChildFn')) });
  const parent = new Workflow(stack, 'Parent', { definition: Step.startExecution(child, options) });
  return { stack, child, parent };
};

const stateOf = ({ stack }: ReturnType<typeof parentAndChild>) =>
  definitions(stack).flatMap((definition) => definition.States.Parent ?? [])[0];

describe('running another workflow', () => {
  it('starts it by its alias, under a name that is the same in each retry', () => {
    const { Arguments } = stateOf(parentAndChild());
    expect(Arguments).toEqual({
      StateMachineArn: expect.stringMatching(/^ChildAlias.*\.Arn$/),
      Name: '{% $hash($join([$states.context.Execution.Id, $states.context.Execution.Name & "#Parent", $string($states.context.Execution.RedriveCount)], "#"), "SHA-256") %}',
      Input: expect.stringContaining('"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": $states.context.Execution.Id'),
    });
  });

  it('may start it by the alias, and see and stop its executions alone', () => {
    const { stack } = parentAndChild();
    const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const [[, { Properties }]] = policies.filter(([id]) => id.startsWith('ParentStateMachineRole'));
    const statements = Properties.PolicyDocument.Statement.slice(0, 3).map(
      ({ Resource, ...rest }: { Resource: unknown }) => ({ ...rest, Resource: plain(Resource) }),
    );
    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Action: 'states:StartExecution',
        Resource: expect.stringMatching(/^ChildStateMachine\w+$/),
        Condition: { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': ['live'] } },
      },
      {
        Effect: 'Allow',
        Action: ['states:DescribeExecution', 'states:StopExecution'],
        Resource: expect.stringMatching(/:execution:ChildStateMachine\w+\.Name:\*$/),
      },
      {
        Effect: 'Allow',
        Action: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        Resource: expect.stringMatching(/:rule\/StepFunctionsGetEventsForStepFunctionsExecutionRule$/),
      },
    ]);
  });

  it('waits longer than it may take, and counts that wait once', () => {
    const both = parentAndChild();
    // The child's worst path and minute, and the minute of the way there and back; then what finds a lost start.
    expect(stateOf(both).TimeoutSeconds).toBe(257 + 60 + 60);
    expect(both.parent.timeout.toSeconds()).toBe(377 + 63 + 14 + (13 * 10 + 91) + 5 + 60);
  });

  it('fails for a timeout that is not longer than its own', () => {
    expect(() => parentAndChild({ timeout: Duration.seconds(317) })).toThrow(
      "the timeout of 'Parent', 317 s, is not longer than that of Travel/Child, 317 s; give more",
    );
  });

  it('fails where its own timeout is not known at synthesis and none is given', () => {
    const stack = newStack();
    const timeout = Duration.seconds(new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber);
    const child = new Workflow(stack, 'Child', { definition: Step.invoke(fn(stack, 'ChildFn')), timeout });
    expect(() => new Workflow(stack, 'Parent', { definition: Step.startExecution(child) })).toThrow(
      "the timeout of Travel/Child isn't known at synthesis; give one for 'Parent'",
    );
  });

  it('fails for an input in JSONPath', () => {
    expect(() => parentAndChild({ input: { 'id.$': '$.id' } })).toThrow("has 'id.$', which is JSONPath");
  });
});
