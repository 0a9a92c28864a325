import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { functionOf } from '../step/function-target';
import { invalid } from '../step/names';
import { Step } from '../step/step';
import { Workflow, type WorkflowOptions } from '../workflow/workflow';
import { CAPTCHA_PATIENCE_MS } from './constants';

/** Lambda's own. */
const DEFAULT_TIMEOUT = Duration.seconds(3);
/** A second is for the way there and back. */
const MAX_TIMEOUT = Duration.millis(CAPTCHA_PATIENCE_MS - 1000);

/** How a captcha is checked that the form's page shows. */
export class Captcha {
  /**
   * A function asks the captcha's provider, with the secret that it has of it. It gets `{ answer, sourceIp }`, and returns
   * true where a person solved it; anything else refuses the message. Where it throws, or takes more than 6 seconds, the
   * message isn't taken either, and the visitor is told to try again later (503). Most providers take an answer once: the
   * second of a double click is then refused, so the page had better disable its button.
   *
   * @param field the name under which the page submits the answer, e.g. `cf-turnstile-response`
   * @param fn the function, which isn't imported; its timeout may be 5 seconds at most
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
    this.checkTimeout(scope);
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

  /** What is still asked when the visitor has been answered has used up the captcha's answer for nothing. */
  private checkTimeout(scope: Construct): void {
    const fn = functionOf(this.fn);
    const known = fn instanceof lambda.Function ? (fn.timeout ?? DEFAULT_TIMEOUT) : undefined;
    const timeout = known?.isUnresolved() ? undefined : known;
    if (timeout && timeout.toMilliseconds() <= MAX_TIMEOUT.toMilliseconds()) return;
    const what = timeout ? `a timeout of ${timeout.toHumanString()}` : "a timeout that isn't known at synthesis";
    throw invalid(
      scope,
      `the function of the captcha, ${fn.node.path}, has ${what}; give one with ${MAX_TIMEOUT.toHumanString()} at most, as the form waits no longer`,
    );
  }
}
