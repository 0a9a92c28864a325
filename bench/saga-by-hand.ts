import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { Parts } from './parts';

const RETAIN = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
const INPUT = '{% $states.input %}';
const FAILURE =
  '"error": $states.errorOutput.Error, "cause": $type($states.errorOutput.Cause) = "string" ? $substring($states.errorOutput.Cause, 0, 2000) : ""';
const BACKOFF = { backoffRate: 2, maxDelay: Duration.minutes(1), jitterStrategy: sfn.JitterType.FULL };

interface SagaStep {
  readonly name: string;
  readonly action: lambda.Function;
  readonly compensation?: lambda.Function;
  readonly businessErrors?: string[];
}

/** The same saga by hand: plain CDK, and the same behaviour and operations. */
export const build = (scope: Construct, parts: Parts): sfn.CfnStateMachineAlias => {
  const { bookFlight, cancelFlight, bookHotel, cancelHotel, chargeCard, onCall } = parts;
  const booking = new Construct(scope, 'Booking');
  const deadLetters = new sqs.Queue(booking, 'DeadLetters', {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    removalPolicy: RETAIN,
  });
  const definition = saga(booking, deadLetters, [
    { name: 'BookFlight', action: bookFlight, compensation: cancelFlight },
    { name: 'BookHotel', action: bookHotel, compensation: cancelHotel },
    { name: 'ChargeCard', action: chargeCard, businessErrors: ['CardDeclined'] },
  ]);
  // The worst path: each step and compensation 10 to 13 times 18 s and the waits between, and the parking.
  const timeout = Duration.hours(1);
  const machine = new sfn.StateMachine(booking, 'StateMachine', {
    definitionBody: sfn.DefinitionBody.fromChainable(definition),
    timeout,
    tracingEnabled: true,
    logs: {
      destination: new logs.LogGroup(booking, 'Logs', {
        logGroupName: '/aws/vendedlogs/states/booking',
        retention: logs.RetentionDays.ONE_YEAR,
        removalPolicy: RETAIN,
      }),
      level: sfn.LogLevel.ALL,
      includeExecutionData: false,
    },
  });
  for (const fn of [bookFlight, cancelFlight, bookHotel, cancelHotel, chargeCard]) {
    fn.currentVersion.applyRemovalPolicy(RETAIN);
    // Executions of earlier releases still run on theirs.
    machine.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [`${fn.functionArn}:*`] }),
    );
  }
  const version = new sfn.CfnStateMachineVersion(booking, 'Version', {
    stateMachineArn: machine.stateMachineArn,
    stateMachineRevisionId: machine.stateMachineRevisionId,
  });
  version.applyRemovalPolicy(RETAIN);
  alarms(booking, machine, deadLetters, timeout, new SnsAction(onCall));
  return new sfn.CfnStateMachineAlias(booking, 'Alias', {
    name: 'live',
    routingConfiguration: [{ stateMachineVersionArn: version.attrArn, weight: 100 }],
  });
};

const saga = (scope: Construct, deadLetters: sqs.IQueue, steps: SagaStep[]): sfn.IChainable => {
  const end = sfn.Fail.jsonata(scope, 'Saga Failed', {
    comment: 'Everything undone, or something left to do',
    error: '{% $count($saga.notCompensated) = 0 ? "Saga.Compensated" : "Saga.PartlyCompensated" %}',
    cause: '{% $substring($string($sift($saga, function($v, $k) { $k != "failure" })), 0, 32768) %}',
  });
  let undoing: sfn.TaskStateBase | sfn.Fail = end;
  const actions = steps.map(({ name, action, compensation, businessErrors = [] }, index) => {
    const earlier = undoing;
    if (compensation) undoing = compensate(scope, deadLetters, name, compensation, earlier);
    const result = `$merge([$results, { "${name}": $states.result.Payload }])`;
    const isLast = index === steps.length - 1;
    const task = invoke(scope, name, action, name, {
      assign: isLast ? undefined : { results: `{% ${result} %}` },
      outputs: isLast ? `{% ${result} %}` : INPUT,
    });
    if (businessErrors.length > 0) task.addRetry({ errors: businessErrors, maxAttempts: 0 });
    retryLambda(task);
    const failed = `{% { "step": "${name}", ${FAILURE}, "compensated": [], "notCompensated": [], "notParked": [] } %}`;
    const caught = { outputs: INPUT, assign: { saga: failed } };
    if (businessErrors.length > 0) task.addCatch(earlier, { ...caught, errors: businessErrors });
    task.addCatch(undoing, { ...caught, errors: ['States.DataLimitExceeded'] });
    task.addCatch(undoing, { ...caught, errors: ['States.ALL'] });
    return task;
  });
  return actions.slice(1).reduce<sfn.Chain>((chain, action) => chain.next(action), sfn.Chain.start(actions[0]));
};

const compensate = (
  scope: Construct,
  deadLetters: sqs.IQueue,
  step: string,
  fn: lambda.Function,
  earlier: sfn.TaskStateBase | sfn.Fail,
): tasks.LambdaInvoke => {
  const note = (what: string) => `{% $merge([$saga, { ${what} }]) %}`;
  const key = `"idempotencyKey": $states.context.Execution.Name & "#${step}"`;
  const error = '"error": $saga.{ "step": step, "error": error, "cause": cause }';
  const undo = invoke(
    scope,
    `Compensate ${step}`,
    fn,
    step,
    {
      assign: { saga: note(`"compensated": [$saga.compensated, "${step}"]`) },
      outputs: INPUT,
    },
    `, "result": $lookup($results, "${step}"), ${error}`,
  );
  retryLambda(undo);
  undo.addRetry({ ...BACKOFF, errors: ['States.ALL'], interval: Duration.seconds(2), maxAttempts: 3 });
  const what = `{ "executionArn": $states.context.Execution.Id, "step": "${step}", ${key}, ${error}, "failure": $saga.failure }`;
  const data = `{ "input": $states.input, "result": $lookup($results, "${step}") }`;
  const fits = '$length($string([$what, $data])) <= 60000';
  const park = tasks.SqsSendMessage.jsonata(scope, `Park ${step}`, {
    comment: `Parks the compensation of ${step}, which failed after its retries, for a person`,
    queue: deadLetters,
    messageBody: sfn.TaskInput.fromText(
      `{% ($what := ${what}; $data := ${data}; ${fits} ? $merge([$what, $data]) : $merge([$what, { "omitted": ["input", "result"] }])) %}`,
    ),
    outputs: INPUT,
    taskTimeout: sfn.Timeout.duration(Duration.seconds(30)),
  });
  park.addRetry({ ...BACKOFF, errors: ['States.ALL'], interval: Duration.seconds(2), maxAttempts: 3 });
  const notParked = { outputs: INPUT, assign: { saga: note(`"notParked": [$saga.notParked, "${step}"]`) } };
  const notDone = {
    outputs: INPUT,
    assign: { saga: note(`"notCompensated": [$saga.notCompensated, "${step}"], "failure": { ${FAILURE} }`) },
  };
  for (const errors of [['States.DataLimitExceeded'], ['States.ALL']]) {
    park.addCatch(earlier, { ...notParked, errors });
    undo.addCatch(park, { ...notDone, errors });
  }
  park.next(earlier);
  undo.next(earlier);
  return undo;
};

const invoke = (
  scope: Construct,
  id: string,
  fn: lambda.Function,
  step: string,
  outcome: { assign?: { [variable: string]: string }; outputs: string },
  more = '',
): tasks.LambdaInvoke => {
  // A compensation gets the result of its step apart.
  const results = more
    ? `$merge([{}, $sift($merge([{}, $results]), function($v, $k) { $k != "${step}" })])`
    : '$merge([{}, $results])';
  return tasks.LambdaInvoke.jsonata(scope, id, {
    ...outcome,
    comment: `Invokes ${fn.node.path}`,
    lambdaFunction: fn.currentVersion,
    payload: sfn.TaskInput.fromText(
      `{% { "input": $states.input, "results": ${results}, "idempotencyKey": $states.context.Execution.Name & "#${step}"${more} } %}`,
    ),
    // Longer than the function's own timeout.
    taskTimeout: sfn.Timeout.duration(Duration.seconds(18)),
    retryOnServiceExceptions: false,
  });
};

const retryLambda = (task: tasks.LambdaInvoke) => {
  task.addRetry({
    ...BACKOFF,
    errors: ['Lambda.TooManyRequestsException'],
    interval: Duration.seconds(1),
    maxAttempts: 6,
  });
  task.addRetry({
    ...BACKOFF,
    errors: [
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
    ],
    interval: Duration.seconds(2),
    maxAttempts: 3,
  });
};

const alarms = (
  scope: Construct,
  machine: sfn.StateMachine,
  deadLetters: sqs.IQueue,
  timeout: Duration,
  action: cloudwatch.IAlarmAction,
) => {
  const metric = (metricName: string, statistic = cloudwatch.Stats.SUM) =>
    new cloudwatch.Metric({
      namespace: 'AWS/States',
      metricName,
      dimensionsMap: { StateMachineArn: machine.stateMachineArn, Alias: 'live' },
      statistic,
    });
  const orderly = new events.Rule(scope, 'Orderly', {
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [machine.stateMachineArn], status: ['FAILED'], error: ['Saga.Compensated'] },
    },
  });
  const failed = new cloudwatch.MathExpression({
    expression: 'FILL(failed, 0) - FILL(orderly, 0)',
    usingMetrics: {
      failed: metric('ExecutionsFailed'),
      orderly: new cloudwatch.Metric({
        namespace: 'AWS/Events',
        metricName: 'TriggeredRules',
        dimensionsMap: { RuleName: orderly.ruleName },
        statistic: cloudwatch.Stats.SUM,
      }),
    },
  });
  const alarm = (id: string, metric: cloudwatch.IMetric, alarmDescription: string, more = {}) =>
    new cloudwatch.Alarm(scope, id, {
      metric,
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      ...more,
    }).addAlarmAction(action);
  alarm('Failed', failed, 'A booking failed and was not undone: see its cause');
  alarm('TimedOut', metric('ExecutionsTimedOut'), 'A booking took too long: it ended where it was, nothing was undone');
  alarm(
    'Aborted',
    metric('ExecutionsAborted'),
    'Somebody stopped a booking: it ended where it was, nothing was undone',
  );
  alarm('Throttled', metric('ExecutionThrottled'), 'The account is short of state transitions: ask for more', {
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
  });
  alarm('Slow', metric('ExecutionTime', 'p99'), 'Bookings are close to their timeout: see which step got slow', {
    threshold: timeout.toMilliseconds() * 0.8,
  });
  alarm(
    'Parked',
    deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM }),
    'A compensation failed: do by hand what its message says, then delete it',
  );
};
