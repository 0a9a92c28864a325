import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { CsvDelimiter, FanOut, Items, Step, Tolerance } from '../src';

/** Every kind of items and every prop, once. */
const app = new App();
const stack = new Stack(app, 'integ-fan-out-everything');
const removalPolicy = RemovalPolicy.DESTROY;
const key = new kms.Key(stack, 'Key', { removalPolicy });
const bucket = new s3.Bucket(stack, 'Data', { encryptionKey: key, removalPolicy });
const other = new s3.Bucket(stack, 'Other', { removalPolicy });
const work = Step.invoke(
  new lambda.Function(stack, 'WorkFn', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async ({ input }) => input;'),
    reservedConcurrentExecutions: 10,
  }),
);
const common = { step: work, maxConcurrency: 10, removalPolicy };

const rows = new FanOut(stack, 'Rows', {
  ...common,
  items: Items.csv(bucket, '{% $input.key %}', {
    bucketName: '{% $input.bucket %}',
    otherBuckets: [other],
    keyPrefix: 'rows/',
    headers: ['id', 'name'],
    delimiter: CsvDelimiter.SEMICOLON,
    maxItems: 1000,
  }),
  batch: { maxItems: 10, maxSize: Size.kibibytes(64) },
  tolerance: Tolerance.countAndPercentage(5, 10),
  itemExecutionType: sfn.StateMachineType.STANDARD,
  resultsBucket: bucket,
  timeout: Duration.hours(6),
  alarmTopic: new sns.Topic(stack, 'OnCall'),
  aliasName: 'current',
  stateMachineName: 'integ-fan-out-rows',
  logRetention: logs.RetentionDays.ONE_WEEK,
});
new FanOut(stack, 'Objects', { ...common, items: Items.objects(bucket, 'in/') });
new FanOut(stack, 'Json', { ...common, items: Items.json(bucket, 'a.json') });
new FanOut(stack, 'JsonLines', { ...common, items: Items.jsonLines(bucket, 'a.jsonl') });
new FanOut(stack, 'Inventory', { ...common, items: Items.inventory(bucket, 'inventory/day/manifest.json') });
new FanOut(stack, 'RowsAgain', { ...common, items: Items.failedItems(rows) });
const orders = new FanOut(stack, 'Orders', {
  items: Items.at('{% $input.orders %}', 100),
  step: Step.saga({ steps: [{ name: 'Charge', action: work, compensation: work }] }),
  maxConcurrency: 5,
  removalPolicy,
});

const integ = new IntegTest(app, 'FanOutEverything', { testCases: [stack] });
const put = integ.assertions.awsApiCall('S3', 'putObject', {
  Bucket: bucket.bucketName,
  Key: 'rows/a.csv',
  Body: '1;Ada\n2;Eve\n',
});
const expectEnd = (aliasArn: string, input: object) => {
  const start = integ.assertions.awsApiCall('StepFunctions', 'startExecution', {
    stateMachineArn: aliasArn,
    name: 'done',
    input: JSON.stringify(input),
  });
  return start.next(
    integ.assertions
      .awsApiCall('StepFunctions', 'describeExecution', { executionArn: start.getAttString('executionArn') })
      .expect(ExpectedResult.objectLike({ status: 'SUCCEEDED' }))
      .waitForAssertions({ totalTimeout: Duration.minutes(3) }),
  );
};
put.next(expectEnd(rows.aliasArn, { bucket: bucket.bucketName, key: 'rows/a.csv' }));
expectEnd(orders.aliasArn, { orders: [{ id: 1 }] });
