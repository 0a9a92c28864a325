import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { ChildOrder, FailurePolicy, NestedWorkflows, Step, Workflow } from '../src';

/** Every prop, once: both orders, both types, every policy, input and output. */
const app = new App();
const stack = new Stack(app, 'integ-nested-workflows-everything');
const removalPolicy = RemovalPolicy.DESTROY;
const { EXPRESS, STANDARD } = sfn.StateMachineType;
const check = (id: string, stateMachineType = STANDARD) =>
  new Workflow(stack, id, {
    definition: Step.invoke(
      new lambda.Function(stack, `${id}Fn`, {
        runtime: lambda.Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: lambda.Code.fromInline(
          `exports.handler = async ({ input }) => { if (input.broken?.includes('${id}')) throw new Error('broken'); return { score: input.base + 1 }; };`,
        ),
      }),
      { timeout: Duration.seconds(10) },
    ),
    stateMachineType,
    removalPolicy,
  });
const input = { base: '{% $input.base %}', broken: '{% $input.broken %}' };
const checks = new NestedWorkflows(stack, 'Checks', {
  children: [
    { name: 'Identity', workflow: check('Identity'), input, failurePolicy: FailurePolicy.collect() },
    { name: 'Device', workflow: check('Device', EXPRESS), failurePolicy: FailurePolicy.ignore('a hint, no more') },
    {
      name: 'History',
      workflow: check('History', EXPRESS),
      output: '{% $result.score %}',
      timeout: Duration.minutes(6),
    },
  ],
  timeout: Duration.hours(2),
  alarmTopic: new sns.Topic(stack, 'OnCall'),
  aliasName: 'current',
  stateMachineName: 'integ-nested-checks',
  logRetention: logs.RetentionDays.ONE_WEEK,
  removalPolicy,
});
const analysis = new NestedWorkflows(stack, 'Analysis', {
  order: ChildOrder.SEQUENCE,
  children: [
    { name: 'Checks', workflow: checks, businessErrors: ['NestedWorkflows.ChildrenFailed'] },
    { name: 'Score', workflow: check('Score', EXPRESS), input: { base: '{% $results.Checks.History %}' } },
  ],
  stateMachineType: STANDARD,
  removalPolicy,
});

const integ = new IntegTest(app, 'NestedWorkflowsEverything', { testCases: [stack] });
const expectEnd = (name: string, given: object, expected: { [key: string]: string }) => {
  const start = integ.assertions.awsApiCall('StepFunctions', 'startExecution', {
    stateMachineArn: analysis.aliasArn,
    name,
    input: JSON.stringify(given),
  });
  start.next(
    integ.assertions
      .awsApiCall('StepFunctions', 'describeExecution', { executionArn: start.getAttString('executionArn') })
      .expect(ExpectedResult.objectLike(expected))
      .waitForAssertions({ totalTimeout: Duration.minutes(3) }),
  );
};

expectEnd('scored', { base: 1 }, { status: 'SUCCEEDED' });
expectEnd('ignored', { base: 1, broken: ['Device'] }, { status: 'SUCCEEDED' });
expectEnd('collected', { base: 1, broken: ['Identity'] }, { status: 'FAILED' });
