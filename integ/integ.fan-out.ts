import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FanOut, Items, Step } from '../src';

const app = new App();
const stack = new Stack(app, 'integ-fan-out');
const notify = new lambda.Function(stack, 'NotifyFn', {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async ({ input }) => ({ sent: input.channel });'),
});
const inline = new FanOut(stack, 'Channels', {
  items: Items.at('{% $input.channels %}'),
  step: Step.invoke(notify),
  removalPolicy: RemovalPolicy.DESTROY,
});
const distributed = new FanOut(stack, 'Everybody', {
  items: Items.inputDistributed('{% $input.channels %}'),
  step: Step.invoke(notify),
  maxConcurrency: 5,
  removalPolicy: RemovalPolicy.DESTROY,
});

const integ = new IntegTest(app, 'FanOut', { testCases: [stack] });
for (const { aliasArn, expected } of [
  { aliasArn: inline.aliasArn, expected: { status: 'SUCCEEDED', output: JSON.stringify([{ sent: 'sms' }]) } },
  { aliasArn: distributed.aliasArn, expected: { status: 'SUCCEEDED' } },
]) {
  const start = integ.assertions.awsApiCall('StepFunctions', 'startExecution', {
    stateMachineArn: aliasArn,
    name: 'sent',
    input: JSON.stringify({ channels: [{ channel: 'sms' }] }),
  });
  start.next(
    integ.assertions
      .awsApiCall('StepFunctions', 'describeExecution', { executionArn: start.getAttString('executionArn') })
      .expect(ExpectedResult.objectLike(expected))
      .waitForAssertions({ totalTimeout: Duration.minutes(3) }),
  );
}
