import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Step } from '../step/step';
import { Workflow, type WorkflowOptions } from '../workflow/workflow';

/** How a captcha is checked that the form's page shows. */
export class Captcha {
  /**
   * A function asks the captcha's provider, with the secret that it has of it. It gets `{ answer, sourceIp }`, and returns
   * true where a person solved it; anything else, an error too, refuses the message. Most providers take an answer once:
   * the second of a double click is then refused, so the page had better disable its button.
   *
   * @param field the name under which the page submits the answer, e.g. `cf-turnstile-response`
   * @param fn the function; its timeout should be 5 seconds at most
   */
  public static checkedBy(field: string, fn: lambda.IFunction): Captcha {
    return new Captcha(field, fn);
  }

  private constructor(
    /** The name under which the page submits the answer. */
    public readonly field: string,
    private readonly fn: lambda.IFunction,
  ) {
    if (!/^[A-Za-z][\w-]{0,49}$/.test(field)) {
      throw new Error(
        `Captcha: the field '${field}' needs a name that begins with a letter, and has at most 50 letters, digits, - and _`,
      );
    }
  }

  /** @internal */
  public _bind(scope: Construct, options: WorkflowOptions): Workflow {
    const { alarmTopic, logRetention, removalPolicy } = options;
    return new Workflow(scope, 'Captcha', {
      stateMachineType: sfn.StateMachineType.EXPRESS,
      definition: Step.invoke(this.fn, {
        payload: { answer: '{% $input.answer %}', sourceIp: '{% $input.sourceIp %}' },
        timeout: Duration.seconds(20),
      }),
      alarmTopic,
      logRetention,
      removalPolicy,
    });
  }
}
