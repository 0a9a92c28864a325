import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NestedWorkflows, Step, Workflow } from '../src';

const app = new App();
const stack = new Stack(app, 'integ-nested-workflows');
const removalPolicy = RemovalPolicy.DESTROY;
const check = (id: string, score: number) =>
  new Workflow(stack, id, {
    definition: Step.invoke(
      new lambda.Function(stack, `${id}Fn`, {
        runtime: lambda.Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: lambda.Code.fromInline(
          `exports.handler = async ({ input }) => { if (input.broken) throw new Error('broken'); return ${score}; };`,
        ),
      }),
    ),
    removalPolicy,
  });
const analysis = new NestedWorkflows(stack, 'Analysis', {
  children: [
    { name: 'Identity', workflow: check('IdentityCheck', 10) },
    { name: 'Device', workflow: check('DeviceCheck', 70) },
  ],
  removalPolicy,
});

const integ = new IntegTest(app, 'NestedWorkflows', { testCases: [stack] });
const expectEnd = (name: string, input: object, expected: { [key: string]: string }) => {
  const start = integ.assertions.awsApiCall('StepFunctions', 'startExecution', {
    stateMachineArn: analysis.aliasArn,
    name,
    input: JSON.stringify(input),
  });
  start.next(
    integ.assertions
      .awsApiCall('StepFunctions', 'describeExecution', { executionArn: start.getAttString('executionArn') })
      .expect(ExpectedResult.objectLike(expected))
      .waitForAssertions({ totalTimeout: Duration.minutes(2) }),
  );
};

expectEnd('scored', {}, { status: 'SUCCEEDED', output: JSON.stringify({ Identity: 10, Device: 70 }) });
expectEnd('broken', { broken: true }, { status: 'FAILED', error: 'States.TaskFailed' });
