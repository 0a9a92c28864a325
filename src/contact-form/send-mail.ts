import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EmailSender } from '../email/email-sender';
import type { IStep, StepBindOptions, StepConfig } from '../step/bind';
import { withVocabulary } from '../step/expression';
import { RetryPolicy, sdkErrors } from '../step/retry';
import { ServiceTask } from '../step/task';
import { type MailTemplate, type Placeholders, rendered, renderedSubject } from './mail-template';

/** Errors by which SES says no, or that come before it is asked: the mail was certainly not sent. */
const REFUSALS = [
  'SesV2.TooManyRequestsException',
  'SesV2.LimitExceededException',
  'SesV2.MessageRejectedException',
  'SesV2.BadRequestException',
  'SesV2.NotFoundException',
  'SesV2.AccountSuspendedException',
  'SesV2.SendingPausedException',
  'SesV2.MailFromDomainNotVerifiedException',
  'States.QueryEvaluationError',
];

/** What is mailed, and to whom. */
export interface SendMailProps {
  readonly sender: EmailSender;
  /** The addresses: JSONata in marks, or plain. */
  readonly to: string;
  /** The only addresses that may be mailed to; any where there are none. */
  readonly recipients?: string[];
  /** The JSONata, in marks, of the addresses that answers go to. */
  readonly replyTo?: string;
  readonly template: MailTemplate;
  readonly placeholders: Placeholders;
}

/**
 * A mail that is sent once at most. SES knows no idempotency token: so only a refusal for now is tried again, and what
 * leaves open whether the mail was sent is not. Refusals are the business errors.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export class SendMailStep implements IStep {
  constructor(private readonly props: SendMailProps) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { sender, recipients } = this.props;
    const { express } = options;
    const { throttling } = sdkErrors('sesv2');
    const task = new ServiceTask(scope, id, options, {
      resource: `arn:${Stack.of(scope).partition}:states:::aws-sdk:sesv2:sendEmail`,
      arguments: withVocabulary(this.arguments(), options),
      result: '$states.result.MessageId',
      comment: 'Sends a mail, once at most: it is tried again only where SES refused it for now',
      timeout: express ? Duration.seconds(5) : Duration.seconds(30),
      // Whoever waits for an Express workflow had better be told soon.
      retry: new RetryPolicy(express ? { throttling: [], service: throttling } : { throttling, service: [] }, {
        express,
      }),
      permissions: [sender._statement(recipients)],
      businessErrors: REFUSALS,
    });
    return { chain: task, worstCase: [task.worstCase] };
  }

  private arguments(): object {
    const { sender, to, replyTo, template, placeholders } = this.props;
    const data = (Data: string) => ({ Data, Charset: 'UTF-8' });
    return {
      FromEmailAddress: sender.header,
      Destination: { ToAddresses: [to] },
      ...(replyTo && { ReplyToAddresses: replyTo }),
      ...(sender.configurationSetName && { ConfigurationSetName: sender.configurationSetName }),
      Content: {
        Simple: {
          Subject: data(renderedSubject(template.subject, placeholders)),
          Body: {
            Text: data(rendered(template.text, placeholders)),
            ...(template.html !== undefined && { Html: data(rendered(template.html, placeholders, true)) }),
          },
        },
      },
    };
  }
}
