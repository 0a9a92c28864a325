import { ArnFormat, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { IStep } from '../step/bind';
import { byAlias } from '../step/execution-request';
import { functionTarget } from '../step/function-target';
import { invalid } from '../step/names';
import type { IWorkflow } from '../step/workflow-ref';
import { workflowAlarms } from './alarms';
import { checkDefinition } from './definition-check';
import { checkExpress } from './express';
import { ImportedWorkflow } from './imported-workflow';
import { workflowLogs } from './logs';
import { allowMapRuns } from './map-runs';
import { OrderlyFailures } from './orderly-failures';
import { acknowledgeWildcards } from './permissions';
import { checkAliasName, release } from './release';
import { EXPRESS_LIMIT, STANDARD_LIMIT, workflowTimeout } from './timeout';

/** How a workflow is operated. */
export interface WorkflowOptions {
  /**
   * How long an execution may take. Must be longer than its worst path: all attempts of all its steps, and the waits
   * between them.
   *
   * @default - the worst path and one minute; of a `FanOut` one day; has to be given where that path isn't known
   */
  readonly timeout?: Duration;

  /**
   * Where the alarms go.
   *
   * @default - there are alarms, but they tell nobody
   */
  readonly alarmTopic?: sns.ITopic;

  /**
   * The name of the alias that everyone starts: 1 to 80 letters, digits, `-`, `_` and `.`, and not digits alone.
   *
   * @default 'live'
   * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html
   */
  readonly aliasName?: string;

  /**
   * The name of the state machine.
   *
   * @default - CloudFormation makes one
   */
  readonly stateMachineName?: string;

  /**
   * How long the log of the executions is kept. It tells what happened, without any data of the executions.
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What becomes of the log, the dead-letter queues and the results when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** What a workflow does, and how it is operated. */
export interface WorkflowProps extends WorkflowOptions {
  /** What it does. */
  readonly definition: IStep;

  /**
   * Standard, whose executions may take a year and happen exactly once; or Express, whose executions take 5 minutes at
   * most and may happen more than once, cost less where there are many, and can answer whoever waits for them.
   *
   * @default sfn.StateMachineType.STANDARD
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
   */
  readonly stateMachineType?: sfn.StateMachineType;
}

/** What is known of a workflow that another app deployed. */
export interface WorkflowAttributes {
  /** The ARN of its state machine, without a version or an alias. */
  readonly stateMachineArn: string;

  /** The name of the alias by which it is started. */
  readonly aliasName: string;

  /** How long an execution may take. */
  readonly timeout: Duration;

  /**
   * Whether it is Standard or Express.
   *
   * @default sfn.StateMachineType.STANDARD
   */
  readonly stateMachineType?: sfn.StateMachineType;
}

/**
 * A step that is deployed: a state machine with a role that may do exactly what the definition does, logs, traces,
 * alarms, and a version behind an alias.
 */
export class Workflow extends Construct implements IWorkflow {
  /**
   * A workflow that another app deployed, or another state machine that has an alias.
   *
   * @param scope the construct that it belongs to
   * @param id its id
   * @param attributes what is known of it
   */
  public static fromWorkflowAttributes(scope: Construct, id: string, attributes: WorkflowAttributes): IWorkflow {
    return new ImportedWorkflow(scope, id, attributes);
  }

  /** The state machine. Start its alias, not it. */
  public readonly stateMachine: sfn.StateMachine;

  /** The version of the present definition. Versions of earlier releases stay, for the executions that run on them. */
  public readonly version: sfn.CfnStateMachineVersion;

  /** The alias that everyone starts. */
  public readonly alias: sfn.CfnStateMachineAlias;

  public readonly aliasName: string;

  /** Whether it is Standard or Express. */
  public readonly stateMachineType: sfn.StateMachineType;

  /** How long an execution may take. */
  public readonly timeout: Duration;

  /** The log of the executions, without their data. */
  public readonly logGroup: logs.ILogGroup;

  /** The alarms. */
  public readonly alarms: cloudwatch.Alarm[];

  /** The queues in which somebody has to look after what was left undone; each has an alarm. */
  public readonly deadLetterQueues: sqs.IQueue[];

  /** @internal */
  protected readonly _orderlyFailures?: OrderlyFailures;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    this.aliasName = checkAliasName(this, props.aliasName ?? 'live');

    this.stateMachineType = props.stateMachineType ?? sfn.StateMachineType.STANDARD;
    const express = this.isExpress;

    const step = props.definition.bind(this, 'Definition', { stateName: id, path: id, depth: 0, last: true, express });
    if (express) checkExpress(this, step.standardOnly ?? []);
    this.timeout = workflowTimeout(this, express ? EXPRESS_LIMIT : STANDARD_LIMIT, step.worstCase, props.timeout);

    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    this.logGroup = workflowLogs(this, removalPolicy, props.logRetention);
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      definitionBody: sfn.DefinitionBody.fromChainable(step.chain),
      stateMachineName: props.stateMachineName,
      // Not the default: to say it would replace the machines of earlier releases that didn't.
      stateMachineType: express ? sfn.StateMachineType.EXPRESS : undefined,
      timeout: this.timeout,
      tracingEnabled: true,
      logs: { destination: this.logGroup, level: sfn.LogLevel.ALL, includeExecutionData: false },
    });
    checkDefinition(this, this.stateMachine, express);
    allowMapRuns(this.stateMachine, step.distributedMaps ?? []);
    acknowledgeWildcards(this.stateMachine);

    const { version, alias } = release(this, this.stateMachine, this.aliasName);
    this.version = version;
    this.alias = alias;

    const deadLetterQueues = step.deadLetterQueues ?? [];
    this.deadLetterQueues = deadLetterQueues.map(({ queue }) => queue);
    for (const store of [...this.deadLetterQueues, ...(step.stores ?? [])]) store.applyRemovalPolicy(removalPolicy);
    const orderlyErrors = step.orderlyErrors ?? [];
    this._orderlyFailures = orderlyErrors.length > 0 ? new OrderlyFailures(this, orderlyErrors) : undefined;
    this.alarms = workflowAlarms(this, {
      timeout: this.timeout,
      express,
      deadLetterQueues,
      orderlyErrors,
      topic: props.alarmTopic,
    });
  }

  public get stateMachineArn(): string {
    return this.stateMachine.stateMachineArn;
  }

  public get stateMachineName(): string {
    return this.stateMachine.stateMachineName;
  }

  public get aliasArn(): string {
    return this.alias.attrArn;
  }

  /**
   * Lets somebody start executions, by the alias alone. AWS authorizes a start by an alias against the state machine
   * and tells the alias in a condition key.
   *
   * @param grantee who may start executions
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
   */
  public grantStartExecution(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['states:StartExecution'],
      resourceArns: [this.stateMachineArn],
      conditions: byAlias(this.aliasName),
    });
  }

  /**
   * Lets somebody start executions of an Express workflow and wait for their end, by the alias alone.
   *
   * @param grantee who may start executions
   * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
   */
  public grantStartSyncExecution(grantee: iam.IGrantable): iam.Grant {
    if (!this.isExpress) {
      throw invalid(this, 'only the executions of Express workflows can be waited for; use grantStartExecution');
    }
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['states:StartSyncExecution'],
      resourceArns: [this.stateMachineArn],
      conditions: byAlias(this.aliasName),
    });
  }

  /**
   * Lets somebody see executions: their state, their history with its data, and which there are. Those of an Express
   * workflow can't be seen but in the log.
   *
   * @param grantee who may see them
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    this.checkStandard('seen: grant the log group');
    const list = iam.Grant.addToPrincipal({
      grantee,
      actions: ['states:ListExecutions'],
      resourceArns: [this.stateMachineArn],
    });
    return list.combine(this.grantOnExecutions(grantee, 'states:DescribeExecution', 'states:GetExecutionHistory'));
  }

  /**
   * Lets somebody stop executions. An execution that is stopped ends where it is: no Catch runs, nothing is undone.
   *
   * @param grantee who may stop them
   */
  public grantStopExecution(grantee: iam.IGrantable): iam.Grant {
    this.checkStandard('stopped');
    return this.grantOnExecutions(grantee, 'states:StopExecution');
  }

  /**
   * Lets somebody redrive executions that failed: those go on at the state that failed, on the version that they began
   * with. A saga ends in a Fail state, in which a redrive only fails again.
   *
   * @param grantee who may redrive them
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
   */
  public grantRedriveExecution(grantee: iam.IGrantable): iam.Grant {
    this.checkStandard('redriven');
    return this.grantOnExecutions(grantee, 'states:RedriveExecution');
  }

  /**
   * Lets somebody answer the tasks of this workflow that wait for a token.
   *
   * @param grantee who may answer them
   */
  public grantTaskResponse(grantee: iam.IGrantable): iam.Grant {
    this.checkStandard('answered');
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
      resourceArns: [this.stateMachineArn],
    });
  }

  /**
   * Keeps the permission to invoke a function that this release doesn't invoke any more. Executions of earlier releases
   * go on with their own definition, but the role's policy is not versioned; without this they would be denied. Remove it
   * when the last of them has ended.
   *
   * @param fn the function, which has to stay as well
   */
  public keepInvokePermission(fn: lambda.IFunction): void {
    const { permitted } = functionTarget(this, fn.node.id, fn);
    this.stateMachine.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [permitted] }),
    );
    acknowledgeWildcards(this.stateMachine);
  }

  /**
   * A metric of the executions that the alias started.
   *
   * @param metricName e.g. `ExecutionsSucceeded`
   * @param options what to change: by default the sum over 5 minutes
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
   */
  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/States',
      metricName,
      dimensionsMap: { StateMachineArn: this.stateMachineArn, Alias: this.aliasName },
      statistic: cloudwatch.Stats.SUM,
      ...options,
    });
  }

  /**
   * How many executions were started.
   *
   * @param options what to change: by default the sum over 5 minutes
   */
  public metricStarted(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ExecutionsStarted', options);
  }

  /**
   * How many executions succeeded.
   *
   * @param options what to change: by default the sum over 5 minutes
   */
  public metricSucceeded(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ExecutionsSucceeded', options);
  }

  /**
   * How many executions failed.
   *
   * @param options what to change: by default the sum over 5 minutes
   */
  public metricFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ExecutionsFailed', options);
  }

  /**
   * How many executions failed so that somebody has to look after them: all that failed, less those that ended in good
   * order, as a saga does that was compensated.
   *
   * @param options what to change: by default the sum over 5 minutes
   */
  public metricUnexpectedFailures(options?: cloudwatch.MetricOptions): cloudwatch.IMetric {
    return this._orderlyFailures?.metricOthers(options) ?? this.metricFailed(options);
  }

  /**
   * How many executions took longer than the workflow's timeout.
   *
   * @param options what to change: by default the sum over 5 minutes
   */
  public metricTimedOut(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ExecutionsTimedOut', options);
  }

  /**
   * How many executions somebody stopped.
   *
   * @param options what to change: by default the sum over 5 minutes
   */
  public metricAborted(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ExecutionsAborted', options);
  }

  /**
   * How many state transitions were held back.
   *
   * @param options what to change: by default the sum over 5 minutes
   */
  public metricThrottled(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ExecutionThrottled', options);
  }

  /**
   * How long executions took, in milliseconds.
   *
   * @param options what to change: by default the 99th percentile over 5 minutes
   */
  public metricTime(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ExecutionTime', { statistic: cloudwatch.Stats.percentile(99), ...options });
  }

  /**
   * What a dashboard shows of the workflow: how executions ended, how long they took, and its alarms.
   *
   * @returns widgets for `dashboard.addWidgets(…)`
   */
  public dashboardWidgets(): cloudwatch.IWidget[] {
    const { path } = this.node;
    const aborted = this.isExpress ? [] : [this.metricAborted()];
    const ended = [this.metricSucceeded(), this.metricFailed(), this.metricTimedOut(), ...aborted];
    return [
      new cloudwatch.GraphWidget({ title: `${path}: executions`, left: [this.metricStarted()], right: ended }),
      new cloudwatch.GraphWidget({
        title: `${path}: milliseconds`,
        left: [this.metricTime({ statistic: cloudwatch.Stats.percentile(50) }), this.metricTime()],
      }),
      new cloudwatch.AlarmStatusWidget({ title: `${path}: alarms`, alarms: this.alarms }),
    ];
  }

  private get isExpress(): boolean {
    return this.stateMachineType === sfn.StateMachineType.EXPRESS;
  }

  private checkStandard(done: string): void {
    if (this.isExpress) throw invalid(this, `the executions of an Express workflow can't be ${done}`);
  }

  private grantOnExecutions(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    const execution = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [execution] });
  }
}
