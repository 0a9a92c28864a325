import { type App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { ChildOrder, FailurePolicy, NestedWorkflows, Step, Workflow } from 'cdk-workflow-patterns';

/**
 * A bank that looks at a payment from several sides at the same time, and then decides: a Standard workflow that runs
 * Standard and Express ones. The look at the device is a hint, which may be missing.
 */
export class FraudStack extends Stack {
  readonly analysis: NestedWorkflows;
  readonly payments: NestedWorkflows;

  constructor(app: App, id: string) {
    super(app, id);
    const quick = (name: string, code: string) =>
      new Workflow(this, name, {
        definition: Step.invoke(this.handler(`${name}Fn`, code), { timeout: Duration.seconds(10) }),
        stateMachineType: sfn.StateMachineType.EXPRESS,
      });

    this.analysis = new NestedWorkflows(this, 'FraudAnalysis', {
      children: [
        {
          name: 'Identity',
          workflow: quick('IdentityCheck', 'return { score: event.input.country === "NO" ? 5 : 40 };'),
        },
        {
          name: 'Device',
          workflow: quick(
            'DeviceCheck',
            'if (!event.input.device) throw new Error("no device"); return { score: 10 };',
          ),
          failurePolicy: FailurePolicy.ignore('a missing device is no reason to refuse a payment'),
        },
        {
          name: 'History',
          workflow: new Workflow(this, 'HistoryCheck', {
            definition: Step.sequence([
              {
                name: 'Load',
                step: Step.invoke(
                  this.handler('LoadFn', 'return { payments: event.input.amount > 5000 ? [] : [40, 60] };'),
                ),
              },
              {
                name: 'Score',
                step: Step.invoke(
                  this.handler('ScoreFn', 'return { score: event.results.Load.payments.length ? 0 : 50 };'),
                ),
              },
            ]),
          }),
          output: '{% $result.Score %}',
        },
      ],
    });

    this.payments = new NestedWorkflows(this, 'Payments', {
      order: ChildOrder.SEQUENCE,
      children: [
        { name: 'Analysis', workflow: this.analysis },
        {
          name: 'Decision',
          workflow: quick('Decision', 'return event.input.score < 60 ? "approved" : "refused";'),
          input: { score: '{% $sum([$results.Analysis.*.score]) %}' },
        },
      ],
    });
  }

  private handler(id: string, body: string): lambda.Function {
    return new lambda.Function(this, id, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(`exports.handler = async (event) => { ${body} };`),
    });
  }
}
