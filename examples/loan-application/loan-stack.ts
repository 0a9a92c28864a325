import { type App, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Approver, HumanApproval, type IStep, OnRejected, Step, Workflow } from 'cdk-workflow-patterns';

/**
 * A bank that lends money: it checks the application, asks its loan officers over a topic, and keeps the status of each
 * application in a table, where the customer's app sees it.
 */
export class LoanStack extends Stack {
  readonly officers: sns.Topic;
  readonly applications: dynamodb.TableV2;
  readonly loans: Workflow;

  constructor(app: App, id: string) {
    super(app, id);
    this.officers = new sns.Topic(this, 'Officers', { enforceSSL: true });
    this.applications = new dynamodb.TableV2(this, 'Applications', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    });
    const approval = new HumanApproval(this, 'LoanApproval', {
      approvers: [Approver.topic(this.officers, 'a loan officer')],
      timeout: Duration.days(5),
    });
    const check = (name: string, code: string) => ({ name, step: Step.invoke(this.handler(`${name}Fn`, code)) });

    this.loans = new Workflow(this, 'LoanWorkflow', {
      definition: Step.sequence([
        { name: 'Received', step: this.status('CHECKING') },
        {
          name: 'Checks',
          step: Step.parallel([
            check('Identity', 'return { known: event.input.customer.length > 0 };'),
            check('Credit', 'return { score: event.input.amount > 50000 ? 40 : 80 };'),
          ]),
        },
        { name: 'Pending', step: this.status('WAITING_FOR_OFFICER') },
        {
          name: 'Officer',
          step: approval.ask({
            question: "{% 'Lend ' & $string($input.amount) & ' EUR to ' & $input.customer & '?' %}",
            details: {
              'Known customer': '{% $results.Checks.Identity.known %}',
              'Credit score': '{% $results.Checks.Credit.score %}',
            },
            onRejected: OnRejected.RETURN,
          }),
        },
        { name: 'Decided', step: this.status('{% $uppercase($results.Officer.decision) %}') },
      ]),
    });
  }

  private status(status: string): IStep {
    return Step.callAws({
      service: 'dynamodb',
      action: 'putItem',
      parameters: {
        TableName: this.applications.tableName,
        Item: { id: { S: '{% $input.id %}' }, status: { S: status } },
      },
      iamAction: 'dynamodb:PutItem',
      iamResources: [this.applications.tableArn],
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
