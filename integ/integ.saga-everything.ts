import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Saga, Step, UnknownOutcome } from '../src';

/** Every kind of step and every prop, once. */
const app = new App();
const stack = new Stack(app, 'integ-saga-everything');
const fn = (id: string, body = 'return { ok: true };') =>
  new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(`exports.handler = async (event) => { ${body} };`),
  });
const table = new dynamodb.Table(stack, 'Orders', {
  partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  removalPolicy: RemovalPolicy.DESTROY,
});

const store = Step.callAws({
  service: 'dynamodb',
  action: 'putItem',
  parameters: { TableName: table.tableName, Item: { id: { S: '{% $input.id %}' } } },
  iamAction: 'dynamodb:PutItem',
  iamResources: [table.tableArn],
  output: '{% $input.id %}',
  timeout: Duration.seconds(30),
});
const remove = Step.callAws({
  service: 'dynamodb',
  action: 'deleteItem',
  parameters: { TableName: table.tableName, Key: { id: { S: '{% $input.id %}' } } },
  iamAction: 'dynamodb:DeleteItem',
  iamResources: [table.tableArn],
});
const checks = Step.parallel([
  { name: 'Stock', step: Step.invoke(fn('StockFn')) },
  {
    name: 'Customer',
    step: Step.choice({
      cases: [{ when: '{% $input.vip = true %}', name: 'Vip', step: Step.wait(Duration.seconds(1)) }],
      otherwise: { name: 'Other', step: Step.invoke(fn('CustomerFn')) },
    }),
  },
]);
const charge = Step.invoke(fn('ChargeFn', 'return { amount: event.amount };'), {
  payload: { amount: '{% $input.amount %}', stored: '{% $results.Store %}' },
  output: '{% $result.amount %}',
  businessErrors: ['CardDeclined'],
  retryOn: ['BankBusy'],
  timeout: Duration.seconds(30),
});
const reserve = Step.saga({
  steps: [{ name: 'Van', action: Step.invoke(fn('VanFn')), compensation: Step.invoke(fn('NoVanFn')) }],
});
const tell = Step.chain(new sfn.Pass(stack, 'Tell customer', { result: sfn.Result.fromObject({ told: true }) }));

const orders = new Saga(stack, 'OrderSaga', {
  steps: [
    { name: 'Store', action: store, compensation: remove, whenUnknown: UnknownOutcome.COMPENSATE },
    { name: 'Check', action: checks },
    { name: 'Reserve', action: reserve, compensation: Step.invoke(fn('ReleaseFn')) },
    { name: 'Charge', action: charge, compensation: Step.invoke(fn('RefundFn')), pivot: true },
    { name: 'Tell', action: Step.sequence([{ name: 'Both', step: tell }]) },
  ],
  timeout: Duration.hours(6),
  alarmTopic: new sns.Topic(stack, 'OnCall', { enforceSSL: true }),
  aliasName: 'prod',
  stateMachineName: 'integ-orders',
  logRetention: logs.RetentionDays.ONE_WEEK,
  removalPolicy: RemovalPolicy.DESTROY,
});
new cloudwatch.Dashboard(stack, 'Dashboard').addWidgets(...orders.dashboardWidgets());
for (const grant of ['grantStartExecution', 'grantRead', 'grantStopExecution', 'grantRedriveExecution'] as const) {
  orders[grant](fn('UserFn'.concat(grant)));
}

const integ = new IntegTest(app, 'SagaEverything', { testCases: [stack] });
const start = integ.assertions.awsApiCall('StepFunctions', 'startExecution', {
  stateMachineArn: orders.aliasArn,
  name: 'everything',
  input: JSON.stringify({ id: 'o1', amount: 12, vip: false }),
});
start.next(
  integ.assertions
    .awsApiCall('StepFunctions', 'describeExecution', { executionArn: start.getAttString('executionArn') })
    .expect(ExpectedResult.objectLike({ status: 'SUCCEEDED' }))
    .waitForAssertions({ totalTimeout: Duration.minutes(2) }),
);
