import { type App, CfnParameter, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { Step, Workflow } from '../../src';
import { definitions, fn, newStack, plain } from '../fixtures';

const deployed = (props: Partial<ConstructorParameters<typeof Workflow>[2]> = {}) => {
  const stack = newStack();
  const workflow = new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')), ...props });
  return { stack, workflow, template: Template.fromStack(stack) };
};

const only = (template: Template, type: string) => {
  const found = Object.entries(template.findResources(type));
  expect(found).toHaveLength(1);
  return { logicalId: found[0][0], resource: found[0][1] };
};

describe('the role', () => {
  it('may invoke the versions of the function, deliver logs and trace, and nothing else', () => {
    const { template } = deployed();
    const { resource } = only(template, 'AWS::IAM::Policy');
    expect(resource.Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['CheckFn8471549E', 'Arn'] }, ':*']] },
      },
      {
        Effect: 'Allow',
        Action: [
          'logs:CreateLogDelivery',
          'logs:GetLogDelivery',
          'logs:UpdateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies',
          'logs:DescribeLogGroups',
        ],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: [
          'xray:PutTraceSegments',
          'xray:PutTelemetryRecords',
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
        ],
        Resource: '*',
      },
    ]);
  });

  it('can be assumed by Step Functions on behalf of this account alone', () => {
    const { template } = deployed();
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'states.amazonaws.com' },
            Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
          }),
        ],
      },
    });
  });

  it.each([
    [
      'an alias',
      (stack: Stack) => new lambda.Alias(stack, 'A', { aliasName: 'a', version: fn(stack, 'F').currentVersion }),
    ],
    ['a version', (stack: Stack) => fn(stack, 'F').currentVersion],
    ['an imported function', (stack: Stack) => lambda.Function.fromFunctionName(stack, 'F', 'imported')],
  ])('may invoke %s exactly as it was given', (_, target) => {
    const stack = newStack();
    const given = target(stack);
    new Workflow(stack, 'Check', { definition: Step.invoke(given) });
    const { resource } = only(Template.fromStack(stack), 'AWS::IAM::Policy');
    expect(resource.Properties.PolicyDocument.Statement[0].Resource).toEqual(stack.resolve(given.functionArn));
    expect(definitions(stack)[0].States.Check.Arguments?.FunctionName).toBe(plain(stack.resolve(given.functionArn)));
  });
});

describe('keepInvokePermission', () => {
  it('lets executions of an earlier release invoke the versions of a function that is gone from the definition', () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')) });
    workflow.keepInvokePermission(fn(stack, 'FormerFn'));
    const { resource } = only(Template.fromStack(stack), 'AWS::IAM::Policy');
    const invoking = resource.Properties.PolicyDocument.Statement.filter(
      (statement: { Action: unknown }) => statement.Action === 'lambda:InvokeFunction',
    );
    expect(invoking.map((statement: { Resource: unknown }) => plain(statement.Resource))).toEqual([
      expect.stringMatching(/^CheckFn\w+\.Arn:\*$/),
      expect.stringMatching(/^FormerFn\w+\.Arn:\*$/),
    ]);
    expect(new AwsSolutionsChecks(stack.node.root as App).validateScope(workflow).violations).toEqual([]);
  });
});

describe('the log', () => {
  it('has every event without data, for a year, under the prefix that needs no resource policy', () => {
    const { template } = deployed();
    const { logicalId, resource } = only(template, 'AWS::Logs::LogGroup');
    expect(resource.Properties.LogGroupName['Fn::Join'][1][0]).toMatch(/^\/aws\/vendedlogs\/states\/Travel-Check/);
    expect(resource.Properties.RetentionInDays).toBe(365);
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: false,
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': [logicalId, 'Arn'] } } }],
      },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('outlives its stack unless told otherwise', () => {
    expect(only(deployed().template, 'AWS::Logs::LogGroup').resource.DeletionPolicy).toBe('RetainExceptOnCreate');
    const { template } = deployed({ removalPolicy: RemovalPolicy.DESTROY });
    expect(only(template, 'AWS::Logs::LogGroup').resource.DeletionPolicy).toBe('Delete');
  });
});

describe('a release', () => {
  it('publishes a version of each revision and keeps the earlier ones', () => {
    const { template } = deployed();
    const { resource } = only(template, 'AWS::StepFunctions::StateMachineVersion');
    const machine = only(template, 'AWS::StepFunctions::StateMachine').logicalId;
    expect(resource).toMatchObject({
      Properties: {
        StateMachineArn: { Ref: machine },
        StateMachineRevisionId: { 'Fn::GetAtt': [machine, 'StateMachineRevisionId'] },
      },
      UpdateReplacePolicy: 'Retain',
      DeletionPolicy: 'RetainExceptOnCreate',
    });
  });

  it('points the alias at the version', () => {
    const { template, workflow, stack } = deployed({ aliasName: 'prod' });
    const version = only(template, 'AWS::StepFunctions::StateMachineVersion').logicalId;
    const { logicalId, resource } = only(template, 'AWS::StepFunctions::StateMachineAlias');
    expect(resource.Properties).toEqual({
      Name: 'prod',
      RoutingConfiguration: [{ StateMachineVersionArn: { 'Fn::GetAtt': [version, 'Arn'] }, Weight: 100 }],
    });
    expect(stack.resolve(workflow.aliasArn)).toEqual({ 'Fn::GetAtt': [logicalId, 'Arn'] });
  });

  it('pins a function to a version that is kept', () => {
    const { template, stack } = deployed();
    const { logicalId, resource } = only(template, 'AWS::Lambda::Version');
    expect(resource).toMatchObject({ UpdateReplacePolicy: 'Retain', DeletionPolicy: 'RetainExceptOnCreate' });
    expect(definitions(stack)[0].States.Check.Arguments?.FunctionName).toBe(logicalId);
  });
});

describe('grantStartExecution', () => {
  it('allows a start by the alias alone', () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')) });
    const user = new iam.Role(stack, 'Website', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    workflow.grantStartExecution(user);
    const template = Template.fromStack(stack);
    const machine = only(template, 'AWS::StepFunctions::StateMachine').logicalId;
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(user.roleName)],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'states:StartExecution',
            Resource: { Ref: machine },
            Condition: { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': ['live'] } },
          },
        ],
      },
    });
  });
});

describe('the alarms', () => {
  // Names, dimensions, units and statistics as AWS publishes them:
  // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
  it.each([
    ['FailedAlarm', 'ExecutionsFailed', 'Count', { Statistic: 'Sum', EvaluationPeriods: 1, Threshold: 1 }],
    ['TimedOutAlarm', 'ExecutionsTimedOut', 'Count', { Statistic: 'Sum', EvaluationPeriods: 1, Threshold: 1 }],
    ['AbortedAlarm', 'ExecutionsAborted', 'Count', { Statistic: 'Sum', EvaluationPeriods: 1, Threshold: 1 }],
    [
      'ThrottledAlarm',
      'ExecutionThrottled',
      'Count',
      { Statistic: 'Sum', EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 1 },
    ],
    // 80 % of 317 s, in milliseconds.
    [
      'SlowAlarm',
      'ExecutionTime',
      'Milliseconds',
      { ExtendedStatistic: 'p99', EvaluationPeriods: 1, Threshold: 253_600 },
    ],
  ])('%s watches %s of the alias, in %s', (id, MetricName, unit, evaluation) => {
    const stack = newStack();
    const topic = new sns.Topic(stack, 'OnCall');
    new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')), alarmTopic: topic });
    const template = Template.fromStack(stack);
    const machine = only(template, 'AWS::StepFunctions::StateMachine').logicalId;
    const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm'));
    const [[, alarm]] = alarms.filter(([key]) => key.startsWith(`Check${id}`));
    // An alarm with another unit than the metric's never has data; one without takes the metric's.
    const { Unit = unit, ...properties } = alarm.Properties;
    expect(Unit).toBe(unit);
    expect(properties).toEqual({
      Namespace: 'AWS/States',
      MetricName,
      Dimensions: [
        { Name: 'Alias', Value: 'live' },
        { Name: 'StateMachineArn', Value: { Ref: machine } },
      ],
      Period: 300,
      ...evaluation,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [stack.resolve(topic.topicArn)],
      AlarmDescription: expect.stringContaining('Travel/Check'),
    });
  });

  it('tell nobody where there is no topic', () => {
    const { template } = deployed();
    for (const alarm of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      expect(alarm.Properties.AlarmActions).toBeUndefined();
    }
  });
});

describe('the dashboard widgets', () => {
  it('show how executions ended, how long they took, and the alarms', () => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')) });
    new cloudwatch.Dashboard(stack, 'Dashboard').addWidgets(...workflow.dashboardWidgets());
    const { resource } = only(Template.fromStack(stack), 'AWS::CloudWatch::Dashboard');
    const body = plain(resource.Properties.DashboardBody);
    for (const shown of [
      'ExecutionsStarted',
      'ExecutionsSucceeded',
      'ExecutionsFailed',
      'ExecutionTime',
      'FailedAlarm',
    ]) {
      expect(body).toContain(shown);
    }
  });
});

describe('the grants', () => {
  const executions = (machine: string) => ({
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':states:',
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
        ':execution:',
        { 'Fn::GetAtt': [machine, 'Name'] },
        ':*',
      ],
    ],
  });

  it.each([
    ['grantStopExecution', (machine: string) => [['states:StopExecution', executions(machine)]]],
    ['grantRedriveExecution', (machine: string) => [['states:RedriveExecution', executions(machine)]]],
    [
      'grantRead',
      (machine: string) => [
        ['states:ListExecutions', { Ref: machine }],
        [['states:DescribeExecution', 'states:GetExecutionHistory'], executions(machine)],
      ],
    ],
    [
      'grantTaskResponse',
      (machine: string) => [
        [['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'], { Ref: machine }],
      ],
    ],
  ] as const)('%s allows exactly what it says', (grant, expected) => {
    const stack = newStack();
    const workflow = new Workflow(stack, 'Check', { definition: Step.invoke(fn(stack, 'CheckFn')) });
    const user = new iam.Role(stack, 'User', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    workflow[grant](user);
    const template = Template.fromStack(stack);
    const machine = only(template, 'AWS::StepFunctions::StateMachine').logicalId;
    const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
    const [[, policy]] = policies.filter(([key]) => key.startsWith('User'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual(
      expected(machine).map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
    );
  });
});

describe('the timeout', () => {
  it('is by default the worst path and a minute', () => {
    // 10 attempts of 18 s, and 63 + 14 s of backoff.
    expect(definitions(deployed().stack)[0].TimeoutSeconds).toBe(10 * 18 + 63 + 14 + 60);
  });

  it('fails at or below the worst path, with the arithmetic', () => {
    expect(() => deployed({ timeout: Duration.seconds(257) })).toThrow(
      "Travel/Check: the timeout, 257 s, is not longer than the worst path, 257 s; give more, or shorten the steps' timeouts and retries:\n" +
        '  Check: 10 attempts x 18 s + 77 s backoff = 257 s',
    );
    expect(definitions(deployed({ timeout: Duration.seconds(258) }).stack)[0].TimeoutSeconds).toBe(258);
  });

  it('fails where the worst path is unknown and none is given', () => {
    const stack = newStack();
    const definition = () => Step.chain(new sfn.Pass(stack, 'Own'));
    expect(() => new Workflow(stack, 'Check', { definition: definition() })).toThrow(
      "Travel/Check: how long it may take isn't known, because of Check: a chain of CDK states; give a timeout",
    );
  });
});

describe('the timeout of a workflow with plain CDK states', () => {
  it('fails at or below what is known of its worst path', () => {
    const stack = newStack();
    const definition = Step.sequence([
      { name: 'Known', step: Step.invoke(fn(stack, 'KnownFn')) },
      { name: 'Unknown', step: Step.chain(new sfn.Pass(stack, 'Own')) },
    ]);
    expect(() => new Workflow(stack, 'Check', { definition, timeout: Duration.seconds(10) })).toThrow(
      /the timeout, 10 s, is not longer than the worst path, 257 s and what is not known; .*Known: 10 attempts.*Unknown: a chain/s,
    );
  });

  it('can be a token, as can their waits', () => {
    const stack = newStack();
    const seconds = new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber;
    const wait = new sfn.Wait(stack, 'Own', { time: sfn.WaitTime.duration(Duration.seconds(seconds)) });
    new Workflow(stack, 'Check', { definition: Step.chain(wait), timeout: Duration.seconds(seconds) });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('bad input', () => {
  it.each(['1234', '', 'a b', 'x'.repeat(81)])("fails for the alias name '%s'", (aliasName) => {
    expect(() => deployed({ aliasName })).toThrow(
      `Travel/Check: the alias name '${aliasName}' is not allowed; give 1 to 80 letters, digits, '-', '_' or '.', at least one of them not a digit`,
    );
  });

  it('fails at synthesis for a name of 81 characters in plain CDK states', () => {
    const stack = newStack();
    const name = 'x'.repeat(81);
    new Workflow(stack, 'Check', { definition: Step.chain(new sfn.Pass(stack, name)), timeout: Duration.hours(1) });
    expect(() => Template.fromStack(stack)).toThrow(
      `the state name '${name}' has 81 characters, Step Functions allows 80`,
    );
  });

  it('fails at synthesis for a definition over 1 MiB', () => {
    const stack = newStack();
    const chain = new sfn.Pass(stack, 'Big', { comment: 'x'.repeat(1_048_576) });
    new Workflow(stack, 'Check', { definition: Step.chain(chain), timeout: Duration.hours(1) });
    expect(() => Template.fromStack(stack)).toThrow(/the definition has \d+ characters, Step Functions allows 1048576/);
  });
});
