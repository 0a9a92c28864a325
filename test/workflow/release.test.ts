import { Lazy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Step, Workflow, type WorkflowOptions } from '../../src';
import { fn, newStack } from '../fixtures';

const deployed = (options: WorkflowOptions) => {
  const stack = newStack();
  new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')), ...options });
  return Template.fromStack(stack);
};

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html */
describe('the alias name', () => {
  it.each(['live', '2026-11', '1a', '1_', '1.', '-', 'a'.repeat(80)])("may be '%s'", (aliasName) => {
    deployed({ aliasName }).hasResourceProperties('AWS::StepFunctions::StateMachineAlias', { Name: aliasName });
  });

  it.each(['', '7', '1'.repeat(80), 'a'.repeat(81), 'a b', 'a:b', 'ä', 'a\n'])("fails as '%s'", (aliasName) => {
    expect(() => deployed({ aliasName })).toThrow(`the alias name '${aliasName}' is not allowed; give 1 to 80 letters`);
  });

  it('may be a token, which nobody can check', () => {
    const aliasName = Lazy.string({ produce: () => 'prod' });
    deployed({ aliasName }).hasResourceProperties('AWS::StepFunctions::StateMachineAlias', { Name: 'prod' });
  });
});

describe('the name of the state machine', () => {
  it.each(['a', '0-_', 'a'.repeat(80)])("may be '%s'", (stateMachineName) => {
    deployed({ stateMachineName }).hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: stateMachineName,
    });
  });

  it.each(['', 'a'.repeat(81), ...' <>{}[]?*"#%\\^|~`$&,;:/\n'].map((bad) => (bad.length === 1 ? `a${bad}b` : bad)))(
    'fails as %j',
    (stateMachineName) => {
      expect(() => deployed({ stateMachineName })).toThrow(/State Machine name/);
    },
  );
});
