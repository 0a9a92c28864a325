import { Duration, Lazy, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { type IStep, Step, Workflow } from '../../src';
import { fn, newStack, plain } from '../fixtures';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_DEFINITION = 1_048_576;

const synthesized = (build: (stack: Stack) => IStep) => {
  const stack = newStack();
  new Workflow(stack, 'Check', { definition: build(stack), timeout: Duration.hours(1) });
  return Template.fromStack(stack);
};

const definitionOf = (template: Template): string => {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  return plain(machine.Properties.DefinitionString);
};

describe('the size of the definition', () => {
  const commented = (comment: string) => (stack: Stack) => Step.chain(new sfn.Pass(stack, 'Own', { comment }));
  const rest = definitionOf(synthesized(commented('x'))).length - 1;

  it('may be the most that Step Functions allows', () => {
    const template = synthesized(commented('x'.repeat(MAX_DEFINITION - rest)));
    expect(definitionOf(template)).toHaveLength(MAX_DEFINITION);
  });

  it('fails at one character more', () => {
    expect(() => synthesized(commented('x'.repeat(MAX_DEFINITION - rest + 1)))).toThrow(
      'Travel/Check] the definition has 1048577 characters, Step Functions allows 1048576',
    );
  });

  it('is that of what tokens become, not of what they are before', () => {
    const late = (length: number) => commented(Lazy.string({ produce: () => 'x'.repeat(length) }));
    expect(() => synthesized(late(MAX_DEFINITION - rest))).not.toThrow();
    expect(() => synthesized(late(MAX_DEFINITION - rest + 1))).toThrow('the definition has 1048577 characters');
  });

  it('counts 100 characters for what only the deployment knows', () => {
    const withFunction = (length: number) => (stack: Stack) =>
      Step.sequence([
        { name: 'Call', step: Step.invoke(fn(stack, 'Fn')) },
        { name: 'Rest', step: Step.chain(new sfn.Pass(stack, 'Own', { comment: 'x'.repeat(length) })) },
      ]);
    const counted = (length: number): number => {
      try {
        synthesized(withFunction(length));
        return 0;
      } catch (error) {
        return Number(/has (\d+) characters/.exec((error as Error).message)?.[1]);
      }
    };
    const over = counted(MAX_DEFINITION) - MAX_DEFINITION;
    expect(counted(MAX_DEFINITION - over)).toBe(0);
    expect(counted(MAX_DEFINITION - over + 1)).toBe(MAX_DEFINITION + 1);
  });
});

describe('the names of plain CDK states', () => {
  const named = (name: string) => (stack: Stack) => Step.chain(new sfn.Pass(stack, name));

  it('may have 80 characters', () => {
    expect(() => synthesized(named('x'.repeat(80)))).not.toThrow();
  });

  it('fail with 81, at any depth', () => {
    const inside = (stack: Stack) =>
      Step.chain(new sfn.Parallel(stack, 'Outer').branch(new sfn.Pass(stack, 'x'.repeat(81))));
    for (const build of [named('x'.repeat(81)), inside]) {
      expect(() => synthesized(build)).toThrow('has 81 characters, Step Functions allows 80');
    }
  });

  it('fail where a step beside them has the same', () => {
    const twice = (stack: Stack) =>
      Step.sequence([
        { name: 'Own', step: Step.wait(Duration.seconds(1)) },
        { name: 'Other', step: Step.chain(new sfn.Pass(stack, 'Own')) },
      ]);
    expect(() => synthesized(twice)).toThrow("State with name 'Own' occurs in both");
  });
});

describe('the labels of Distributed Maps', () => {
  const maps =
    (...labels: string[]) =>
    (stack: Stack) =>
      Step.parallel(
        labels.map((label, index) => ({
          name: `Map${index}`,
          step: Step.chain(
            new sfn.DistributedMap(stack, `Own${index}`, { label }).itemProcessor(new sfn.Pass(stack, `Item${index}`)),
          ),
        })),
      );

  it('may differ', () => {
    expect(() => synthesized(maps('One', 'Other'))).not.toThrow();
  });

  it('fail where two are the same, however deep they stand', () => {
    expect(() => synthesized(maps('Same', 'Same'))).toThrow(
      "several Distributed Maps have the label 'Same', which has to be unique in a state machine",
    );
  });
});
