import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { describe, expect, it } from 'vitest';
import { type IStep, Step, Workflow, type WorkflowProps } from '../../src';
import { definitions, fn, newStack } from '../fixtures';

const express = (definition: (stack: ReturnType<typeof newStack>) => IStep, props: Partial<WorkflowProps> = {}) => {
  const stack = newStack();
  const workflow = new Workflow(stack, 'Quick', {
    definition: definition(stack),
    stateMachineType: sfn.StateMachineType.EXPRESS,
    ...props,
  });
  return { stack, workflow };
};

const invoking = (stack: ReturnType<typeof newStack>) => Step.invoke(fn(stack, 'Fn'));
const chain = (stack: ReturnType<typeof newStack>, state: object) =>
  Step.chain(new sfn.CustomState(stack, 'Odd', { stateJson: { Type: 'Task', End: true, ...state } }));

describe('an Express workflow', () => {
  it('is one in the template, with the log of every event, traces, a version and an alias', () => {
    const template = Template.fromStack(express(invoking).stack);
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'EXPRESS',
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
    template.resourceCountIs('AWS::StepFunctions::StateMachineVersion', 1);
    template.resourceCountIs('AWS::StepFunctions::StateMachineAlias', 1);
  });

  it('has no alarm for what it cannot be: stopped, or throttled', () => {
    const alarms = Template.fromStack(express(invoking).stack).findResources('AWS::CloudWatch::Alarm');
    const metrics = Object.values(alarms).map(({ Properties }) => Properties.MetricName);
    expect(metrics.sort()).toEqual(['ExecutionTime', 'ExecutionsFailed', 'ExecutionsTimedOut']);
  });

  it('tries less again, to end in its 5 minutes', () => {
    const { Retry = [] } = definitions(express(invoking).stack)[0].States.Quick;
    expect(Retry.map(({ MaxAttempts }) => MaxAttempts)).toEqual([5, 2]);
  });

  it('ends at 300 s also where its worst path and a minute are longer', () => {
    // 8 attempts x 33 s + 31 s and 3 s of backoff.
    const { workflow } = express((stack) => Step.invoke(fn(stack, 'Fn'), { timeout: Duration.seconds(33) }));
    expect(workflow.timeout.toSeconds()).toBe(300);
  });

  it('fails for a worst path of 300 s, with the arithmetic', () => {
    const long = () =>
      express((stack) =>
        Step.sequence([
          { name: 'Call', step: Step.invoke(fn(stack, 'Fn'), { timeout: Duration.seconds(33) }) },
          { name: 'Pause', step: Step.wait(Duration.seconds(2)) },
        ]),
      );
    expect(long).toThrow(
      "the worst path, 300 s, is not shorter than the 300 s that an execution of an Express workflow may take; shorten the steps' timeouts and retries:\n  Call: 8 attempts x 33 s + 34 s backoff = 298 s\n  Pause: waits 2 s",
    );
  });

  it.each([
    [300, undefined],
    [301, 'the timeout, 301 s, is longer than the 300 s that an execution of an Express workflow may take'],
  ])('with a timeout of %s s: %s', (seconds, error) => {
    const make = () => express(invoking, { timeout: Duration.seconds(seconds) });
    if (error) expect(make).toThrow(error);
    else expect(make).not.toThrow();
  });

  it('fails for a saga, which it might run twice', () => {
    expect(() => express((stack) => Step.saga({ steps: [{ name: 'A', action: invoking(stack) }] }))).toThrow(
      "this has to be a Standard workflow, not an Express one:\n  'Quick' is a saga",
    );
  });

  it('fails for a Standard workflow inside it, at any depth', () => {
    const make = () =>
      express((stack) => {
        const inner = new Workflow(stack, 'Inner', { definition: invoking(stack) });
        return Step.sequence([
          { name: 'Both', step: Step.parallel([{ name: 'One', step: Step.startExecution(inner) }]) },
        ]);
      });
    expect(make).toThrow("'Both.One' waits for Travel/Inner, a Standard workflow");
  });

  it('may run another Express workflow, as long as both end in time', () => {
    const make = (timeout: Duration) =>
      express((stack) => {
        const inner = new Workflow(stack, 'Inner', {
          definition: Step.wait(Duration.seconds(5)),
          stateMachineType: sfn.StateMachineType.EXPRESS,
          timeout,
        });
        return Step.startExecution(inner);
      });
    expect(() => make(Duration.seconds(15))).not.toThrow();
    expect(() => make(Duration.seconds(30))).toThrow('Quick: 8 attempts x 45 s + 34 s backoff = 394 s');
  });

  it.each([
    ['waits for a task token', { Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' }],
    ['waits for the end of a job', { Resource: 'arn:aws:states:::batch:submitJob.sync' }],
    ['waits for the end of a job', { Resource: 'arn:aws:states:::states:startExecution.sync:2' }],
    ['is an activity', { Resource: 'arn:aws:states:eu-west-1:123456789012:activity:Work' }],
    ['is a Distributed Map', { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, States: {} } }],
  ])("fails at synthesis for a user's state that %s", (what, state) => {
    const { stack } = express((own) => chain(own, state), { timeout: Duration.seconds(60) });
    expect(() => Template.fromStack(stack)).toThrow(`the state 'Odd' ${what}, which Express workflows can't`);
  });

  it.each(['Quick', 'Other'])('fails at synthesis for an activity of the stack %s', (id) => {
    const app = new App();
    const stacks = ['Quick', 'Other'].map((name) => new Stack(app, name));
    const activity = new sfn.Activity(stacks[Number(id === 'Other')], 'Work');
    new Workflow(stacks[0], 'Flow', {
      definition: Step.chain(new tasks.StepFunctionsInvokeActivity(stacks[0], 'Ask', { activity })),
      stateMachineType: sfn.StateMachineType.EXPRESS,
      timeout: Duration.seconds(60),
    });
    expect(() => app.synth()).toThrow("the state 'Ask' is an activity, which Express workflows can't");
  });

  it('may name an activity in what it gives to others', () => {
    const { stack } = express((own) => {
      const { activityArn } = new sfn.Activity(own, 'Work');
      return Step.invoke(fn(own, 'Fn'), { payload: { activityArn } });
    });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  it('fails at synthesis for a token in the Express children of a Distributed Map of a Standard workflow', () => {
    const stack = newStack();
    const map = new sfn.DistributedMap(stack, 'Each', {
      maxConcurrency: 1,
      mapExecutionType: sfn.StateMachineType.EXPRESS,
    }).itemProcessor(
      new tasks.SqsSendMessage(stack, 'Ask', {
        queue: new sqs.Queue(stack, 'Queue'),
        messageBody: sfn.TaskInput.fromText(sfn.JsonPath.taskToken),
        integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
        taskTimeout: sfn.Timeout.duration(Duration.minutes(1)),
      }),
    );
    new Workflow(stack, 'Parent', { definition: Step.chain(map), timeout: Duration.hours(1) });
    expect(() => Template.fromStack(stack)).toThrow("the state 'Ask' waits for a task token");
  });
});

describe('the grants of an Express workflow', () => {
  it('allow to start and wait by the alias alone', () => {
    const { stack, workflow } = express(invoking);
    const role = new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
    workflow.grantStartSyncExecution(role);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: 'states:StartSyncExecution',
            Effect: 'Allow',
            Resource: stack.resolve(workflow.stateMachineArn),
            Condition: { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': ['live'] } },
          },
        ],
      },
    });
  });

  it.each([
    ['grantRead', 'seen: grant the log group'],
    ['grantStopExecution', 'stopped'],
    ['grantRedriveExecution', 'redriven'],
    ['grantTaskResponse', 'answered'],
  ] as const)('fail for %s, which AWS has not', (grant, what) => {
    const { stack, workflow } = express(invoking);
    const role = new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
    expect(() => workflow[grant](role)).toThrow(`the executions of an Express workflow can't be ${what}`);
  });

  it('fail to start and wait of a Standard one', () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Slow', { definition: invoking(stack) });
    const role = new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
    expect(() => workflow.grantStartSyncExecution(role)).toThrow('only the executions of Express workflows');
  });
});
