import { type App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as ses from 'aws-cdk-lib/aws-ses';
import { Approver, EmailSender, HumanApproval, Step, Workflow } from 'cdk-workflow-patterns';

/**
 * A company that pays expenses: small ones at once; others when a team lead approves within two days, or else two of the
 * three who look after the budget. Nobody approves what they spent themselves.
 */
export class ExpenseStack extends Stack {
  readonly approval: HumanApproval;
  readonly expenses: Workflow;

  constructor(app: App, id: string) {
    super(app, id);
    const domain = ses.EmailIdentity.fromEmailIdentityName(this, 'Domain', 'acme.example');

    this.approval = new HumanApproval(this, 'ExpenseApproval', {
      levels: [
        { approvers: [Approver.email('lead@acme.example')], timeout: Duration.days(2) },
        {
          approvers: ['ann', 'bob', 'eve'].map((name) => Approver.email(`${name}@finance.acme.example`)),
          quorum: 2,
          timeout: Duration.days(3),
        },
      ],
      sender: EmailSender.identity(domain, 'expenses@acme.example', { name: 'Acme Expenses' }),
      remindAfter: Duration.days(1),
    });

    const ask = this.approval.ask({
      question: "{% 'Pay ' & $string($input.amount) & ' EUR to ' & $input.employee & '?' %}",
      details: { Purpose: '{% $input.purpose %}', Receipt: '{% $input.receipt %}' },
      requester: '{% $input.employee %}',
    });
    this.expenses = new Workflow(this, 'ExpenseWorkflow', {
      definition: Step.sequence([
        {
          name: 'Decide',
          step: Step.choice({
            cases: [{ name: 'Approve', when: '{% $input.amount > 50 %}', step: ask }],
            otherwise: {
              name: 'Small',
              step: Step.invoke(this.handler('SmallFn', 'return { decision: "approved" };')),
            },
          }),
        },
        { name: 'Pay', step: Step.invoke(this.handler('PayFn', 'return { paid: event.input.amount };')) },
      ]),
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
