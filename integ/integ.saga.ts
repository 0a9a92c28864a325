import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Saga, Step } from '../src';

const app = new App();
const stack = new Stack(app, 'integ-saga');
const fn = (id: string, body: string) =>
  new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(`exports.handler = async (event) => { ${body} };`),
  });

const decline = 'const error = new Error("no funds"); error.name = "CardDeclined"; throw error;';
const booking = new Saga(stack, 'Booking', {
  steps: [
    {
      name: 'BookFlight',
      action: Step.invoke(fn('BookFlightFn', 'return { flight: event.input.to };')),
      compensation: Step.invoke(fn('CancelFlightFn', 'return { cancelled: event.result };')),
    },
    {
      name: 'ChargeCard',
      action: Step.invoke(fn('ChargeCardFn', `if (event.input.broke) { ${decline} } return { paid: true };`), {
        businessErrors: ['CardDeclined'],
      }),
    },
  ],
  removalPolicy: RemovalPolicy.DESTROY,
});

const integ = new IntegTest(app, 'Saga', { testCases: [stack] });
const expectEnd = (name: string, input: object, expected: { [key: string]: string }) => {
  const start = integ.assertions.awsApiCall('StepFunctions', 'startExecution', {
    stateMachineArn: booking.aliasArn,
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

expectEnd('booked', { to: 'OSL' }, { status: 'SUCCEEDED' });
expectEnd('declined', { to: 'OSL', broke: true }, { status: 'FAILED', error: 'Saga.Compensated' });
