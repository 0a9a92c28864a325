import { Duration, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { type IStep, Saga, type SagaStep, Step, UnknownOutcome, Workflow } from '../../src';
import { allStates, definitions, fn, newStack } from '../fixtures';

const threeSteps = (id = 'Booking') => {
  const stack = newStack();
  const saga = new Saga(stack, id, {
    steps: [
      { name: 'A', action: Step.invoke(fn(stack, 'AFn')), compensation: Step.invoke(fn(stack, 'UndoAFn')) },
      { name: 'B', action: Step.invoke(fn(stack, 'BFn')), compensation: Step.invoke(fn(stack, 'UndoBFn')) },
      { name: 'C', action: Step.invoke(fn(stack, 'CFn'), { businessErrors: ['No'] }) },
    ],
  });
  return { stack, saga, template: Template.fromStack(stack) };
};

describe('the definition', () => {
  it('has one state per action, two per compensation, and one end', () => {
    const [definition] = definitions(threeSteps().stack);
    expect(Object.keys(definition.States).sort()).toEqual(
      ['A', 'B', 'C', 'Compensate A', 'Compensate B', 'Park A', 'Park B', 'Saga Failed'].sort(),
    );
  });

  it('has a comment and its query language in every state', () => {
    for (const [name, state] of allStates(definitions(threeSteps().stack)[0])) {
      expect(state, name).toMatchObject({ Comment: expect.stringMatching(/./), QueryLanguage: 'JSONata' });
    }
  });

  it('has a timeout and a catch on every task', () => {
    for (const [name, state] of allStates(definitions(threeSteps().stack)[0])) {
      if (state.Type !== 'Task') continue;
      expect(state.TimeoutSeconds, name).toBeGreaterThan(0);
      expect(state.Catch?.at(-1)?.ErrorEquals, name).toEqual(['States.ALL']);
    }
  });

  it.each([
    [undefined, 'Compensate B'],
    [UnknownOutcome.COMPENSATE, 'Compensate B'],
    [UnknownOutcome.ASSUME_NOT_DONE, 'Compensate A'],
  ])('leads from an unknown outcome of B with %s to %s', (whenUnknown, expected) => {
    const stack = newStack();
    const step = (name: string, more: Partial<SagaStep> = {}): SagaStep => ({
      name,
      action: Step.invoke(fn(stack, `${name}Fn`), { businessErrors: ['No'] }),
      compensation: Step.invoke(fn(stack, `Undo${name}Fn`)),
      ...more,
    });
    new Saga(stack, 'Booking', { steps: [step('A'), step('B', { whenUnknown }), step('C')] });
    expect(definitions(stack)[0].States.B.Catch?.map(({ ErrorEquals, Next }) => [ErrorEquals, Next])).toEqual([
      [['No'], 'Compensate A'],
      [['States.DataLimitExceeded'], expected],
      [['States.ALL'], expected],
    ]);
  });
});

describe('the alarm on failures', () => {
  it('does not count the sagas that were compensated', () => {
    const { template } = threeSteps();
    const [[machine]] = Object.entries(template.findResources('AWS::StepFunctions::StateMachine'));
    const [[rule, { Properties }]] = Object.entries(template.findResources('AWS::Events::Rule'));
    expect(Properties.EventPattern).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [{ Ref: machine }], status: ['FAILED'], error: ['Saga.Compensated'] },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'FILL(failed, 0) - FILL(orderly, 0)' }),
        Match.objectLike({
          Id: 'failed',
          MetricStat: Match.objectLike({
            Metric: Match.objectLike({ Namespace: 'AWS/States', MetricName: 'ExecutionsFailed' }),
            Stat: 'Sum',
          }),
        }),
        Match.objectLike({
          Id: 'orderly',
          MetricStat: Match.objectLike({
            Metric: {
              Namespace: 'AWS/Events',
              MetricName: 'TriggeredRules',
              Dimensions: [{ Name: 'RuleName', Value: { Ref: rule } }],
            },
            Stat: 'Sum',
          }),
        }),
      ]),
    });
  });

  it('has metrics of both: what was compensated, and what needs a person', () => {
    const { stack, saga } = threeSteps();
    const [rule] = Object.keys(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    expect(stack.resolve(saga.metricCompensated().toMetricConfig().metricStat)).toMatchObject({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensions: [{ name: 'RuleName', value: { Ref: rule } }],
      statistic: 'Sum',
    });
    const { mathExpression } = saga.metricUnexpectedFailures({ period: Duration.hours(1) }).toMetricConfig();
    expect(mathExpression).toMatchObject({ expression: 'FILL(failed, 0) - FILL(orderly, 0)', period: 3600 });
  });

  it('counts every failure of a workflow that has a saga inside something else', () => {
    const stack = newStack();
    const action = Step.invoke(fn(stack, 'Fn'));
    const definition = Step.sequence([{ name: 'S', step: Step.saga({ steps: [{ name: 'A', action }] }) }]);
    new Workflow(stack, 'Booking', { definition });
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 0);
  });
});

describe('the dead-letter queue', () => {
  it('is encrypted, keeps its messages for 14 days, outlives the stack, and has an alarm', () => {
    const { template } = threeSteps();
    const [[id, queue]] = Object.entries(template.findResources('AWS::SQS::Queue'));
    expect(queue).toMatchObject({
      Properties: { SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 60 * 60 },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }],
      Statistic: 'Maximum',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  it('of a saga inside a step has an alarm of its own, and is not the outer one', () => {
    const stack = newStack();
    const action = Step.invoke(fn(stack, 'Fn'));
    const inner = Step.saga({ steps: [{ name: 'I', action, compensation: action }] });
    const saga = new Saga(stack, 'Booking', { steps: [{ name: 'Nested', action: inner }] });
    expect(saga.deadLetterQueue).toBeUndefined();
    expect(saga.deadLetterQueues).toHaveLength(1);
    const alarms = Object.keys(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.join()).toMatch(/BookingDefinitionStepNestedDeadLetterQueueAlarm/);
  });

  it('is not there where no step has a compensation', () => {
    const stack = newStack();
    const saga = new Saga(stack, 'Booking', { steps: [{ name: 'A', action: Step.invoke(fn(stack, 'AFn')) }] });
    expect(saga.deadLetterQueue).toBeUndefined();
    Template.fromStack(stack).resourceCountIs('AWS::SQS::Queue', 0);
  });
});

describe('bad input', () => {
  const withSteps = (...names: string[]) => {
    const stack = newStack();
    const action = Step.invoke(fn(stack, 'Fn'));
    return () => new Saga(stack, 'Booking', { steps: names.map((name) => ({ name, action, compensation: action })) });
  };

  it('fails without steps', () => {
    expect(withSteps()).toThrow("Travel/Booking: the saga 'Booking' has no steps; give it at least one");
  });

  it('fails for two steps of one name', () => {
    expect(withSteps('A', 'B', 'A')).toThrow("steps 1 and 3 of the saga 'Booking' are both named 'A'");
  });

  it('fails for an empty name', () => {
    expect(withSteps('A', ' ')).toThrow("the name of step 2 of the saga 'Booking' is empty");
  });

  it('fails for a name with control characters', () => {
    expect(withSteps('A\nB')).toThrow('"A\\nB", has control characters');
  });

  it('fails for a token as a name', () => {
    expect(withSteps(Token.asString({ Ref: 'Name' }))).toThrow("the name of step 1 of the saga 'Booking' is a token");
  });

  it('fails for a name whose longest state name has 81 characters, and takes one less', () => {
    const longest = 80 - 'Compensate '.length;
    expect(withSteps('x'.repeat(longest))).not.toThrow();
    expect(withSteps('x'.repeat(longest + 1))).toThrow(
      `the state name 'Compensate ${'x'.repeat(longest + 1)}' has 81 characters, Step Functions allows 80`,
    );
  });

  it.each(['A.B', 'A/B', 'A#B'])('fails for the name %s, whose sign separates names', (name) => {
    expect(withSteps(name)).toThrow(`'${name}', has one of . # / in it`);
  });

  it('takes names that JavaScript or the saga itself uses', () => {
    expect(withSteps('constructor', 'DeadLetterQueue', 'Enclosure')).not.toThrow();
  });

  it('fails for a step that is named as a state of the saga', () => {
    expect(withSteps('A', 'Compensate A')).toThrow(
      "Travel/Booking: the name of step 2 of the saga 'Booking', 'Compensate A', is that of a state of the saga 'Booking' itself",
    );
    expect(withSteps('Saga Failed')).toThrow('is that of a state of');
  });

  it('fails for a compensation that could never run', () => {
    const stack = newStack();
    const action = Step.invoke(fn(stack, 'Fn'));
    const steps = [{ name: 'A', action, compensation: action, whenUnknown: UnknownOutcome.ASSUME_NOT_DONE }];
    expect(() => new Saga(stack, 'Booking', { steps })).toThrow(
      "the compensation of 'A', the last step, could never run with ASSUME_NOT_DONE; drop one of the two",
    );
  });

  describe('with a pivot', () => {
    const pivoted = (steps: (action: IStep) => SagaStep[]) => {
      const stack = newStack();
      const action = Step.invoke(fn(stack, 'Fn'));
      return () => new Saga(stack, 'Booking', { steps: steps(action) });
    };

    it('fails for a compensation after it', () => {
      const steps = (action: IStep) => [
        { name: 'A', action, pivot: true },
        { name: 'B', action, compensation: action },
      ];
      expect(pivoted(steps)).toThrow(
        "'B' has a compensation but comes after the pivot 'A', from where the saga only goes on",
      );
    });

    it('fails for a second one', () => {
      const steps = (action: IStep) => ['A', 'B', 'C'].map((name) => ({ name, action, pivot: name !== 'C' }));
      expect(pivoted(steps)).toThrow("'A' and 'B' are both pivots");
    });

    it('fails for one that is the last step', () => {
      expect(pivoted((action) => [{ name: 'A', action, pivot: true }])).toThrow("the pivot 'A' is the last step");
    });

    it('fails for a compensation of it that could never run', () => {
      const whenUnknown = UnknownOutcome.ASSUME_NOT_DONE;
      const steps = (action: IStep) => [
        { name: 'A', action, compensation: action, whenUnknown, pivot: true },
        { name: 'B', action },
      ];
      expect(pivoted(steps)).toThrow("the compensation of 'A', the pivot, could never run with ASSUME_NOT_DONE");
    });
  });

  it('fails for a saga inside a step that nothing would undo', () => {
    const stack = newStack();
    const action = Step.invoke(fn(stack, 'Fn'));
    const inner = Step.saga({ steps: [{ name: 'I', action, compensation: action }] });
    const steps = [
      { name: 'Nested', action: Step.sequence([{ name: 'S', step: inner }]) },
      { name: 'Last', action },
    ];
    expect(() => new Saga(stack, 'Booking', { steps })).toThrow(
      "the step 'Nested' has a saga inside but no compensation",
    );
  });

  it('fails for a chain of states that stands in two places', () => {
    const stack = newStack();
    const chain = Step.chain(new sfn.Pass(stack, 'Own'));
    const steps = ['A', 'B'].map((name) => ({ name, action: chain }));
    expect(() => new Saga(stack, 'Booking', { steps, timeout: Duration.hours(1) })).toThrow(
      "the chain 'B' stands in Travel/Booking/Definition already",
    );
  });

  it('fails at synthesis for plain states that assign a variable of the saga around them', () => {
    const stack = newStack();
    const chain = Step.chain(sfn.Pass.jsonata(stack, 'Own', { assign: { results: 1 } }));
    const action = Step.invoke(fn(stack, 'Fn'));
    new Saga(stack, 'Booking', {
      steps: [
        { name: 'A', action: chain },
        { name: 'B', action },
      ],
      timeout: Duration.hours(1),
    });
    expect(() => Template.fromStack(stack)).toThrow("a state beside 'Own' assigns the variable 'results'");
  });

  it('fails for whenUnknown without a compensation', () => {
    const stack = newStack();
    const action = Step.invoke(fn(stack, 'Fn'));
    const steps = [{ name: 'A', action, whenUnknown: UnknownOutcome.COMPENSATE }];
    expect(() => new Saga(stack, 'Booking', { steps })).toThrow("the saga step 'A' has whenUnknown");
  });
});

it('fails for a saga after the pivot, whose good order would hide that the pivot is done', () => {
  const stack = newStack();
  const action = Step.invoke(fn(stack, 'Fn'));
  const inner = Step.sequence([{ name: 'S', step: Step.saga({ steps: [{ name: 'C', action }] }) }]);
  const steps = [
    { name: 'P', action, pivot: true },
    { name: 'N', action: inner },
  ];
  expect(() => new Saga(stack, 'Booking', { steps })).toThrow("'N' has a saga inside and comes after the pivot");
});
