import type { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { EmailSender } from '../email/email-sender';
import type { WorkflowOptions } from '../workflow/workflow';
import type { Captcha } from './captcha';
import type { FormThrottle } from './form-api';
import type { FormField } from './form-field';
import type { MailTemplate } from './mail-template';
import type { Confirmation } from './mails';

/** What a contact form is, and how it is operated. */
export interface ContactFormProps extends WorkflowOptions {
  /** The address that messages are mailed to. */
  readonly recipient: string;

  /**
   * What they are mailed from. The visitor's address is in Reply-To alone. The alarms of bounces and complaints are on
   * its configuration set, if it has one, else on the account. The set needs `reputationMetrics: true`, without which it
   * measures nothing. Where it is created in the same app, this is checked at synthesis; an imported one isn't seen.
   */
  readonly sender: EmailSender;

  /**
   * The sites that the form may stand on, e.g. `https://acme.example`. What comes from elsewhere gets 403, and so does
   * what comes without an `Origin`, as from a command line: every browser sends one.
   *
   * @default - none: only the form's own page, at its URL, can send messages
   */
  readonly allowOrigins?: string[];

  /**
   * The fields. Together, each as long as it may be, they have to fit in the 16 KiB that a message may have.
   *
   * @default - `name`, `email` and `message`
   */
  readonly fields?: FormField[];

  /**
   * What the form's own page is called.
   *
   * @default 'Contact'
   */
  readonly title?: string;

  /**
   * Whether to answer only when the mail is sent: the workflow is then an Express one. Else it answers when the message
   * is taken, and the mail follows. The same content again is answered with 200 and the same id where the mail was sent,
   * and with 202 where nobody knows yet.
   *
   * @default false
   */
  readonly sync?: boolean;

  /**
   * What the mail says.
   *
   * @default - all fields, as text and as HTML
   */
  readonly mail?: MailTemplate;

  /**
   * A mail to the visitor. It makes the form send mails to any address that somebody enters: so it can't have anything
   * of the message in it, and goes to an address once in a time, whatever the address has after a plus.
   *
   * @default - none
   */
  readonly confirmation?: Confirmation;

  /**
   * Where a visitor without JavaScript goes after the form.
   *
   * @default - a page of the form's own that says thank you
   */
  readonly thankYouUrl?: string;

  /**
   * For how long the same content is the same message, which is answered again, and mailed once. It counts from the
   * first one, to the minute. What could not be kept, or is `UNSENT`, is kept and mailed where the visitor sends it again
   * a minute later. At most the `retention`.
   *
   * @default Duration.hours(1)
   */
  readonly duplicateWindow?: Duration;

  /**
   * How long messages are kept in the table. In the history of a Standard workflow they are for 90 days, however long
   * that is.
   *
   * @default Duration.days(90)
   */
  readonly retention?: Duration;

  /**
   * The name of the field that people don't see, and that has to stay empty.
   *
   * @default 'website'
   */
  readonly honeypot?: string;

  /**
   * How long a person needs at least to fill in the form. Its page has then a signed timestamp with it; a page elsewhere
   * gets one by a GET of the form's URL that doesn't accept `text/html`: `{ "stamp": "…" }`, to be posted as `stamp`.
   *
   * @default - a message may come at once
   */
  readonly minFillTime?: Duration;

  /**
   * How a captcha is checked. The page that shows it is a site's: the form's own has none, and can't send messages then.
   *
   * @default - there is none
   */
  readonly captcha?: Captcha;

  /**
   * How many requests the form takes.
   *
   * @default - 10 a second in the long run, 20 at once
   */
  readonly throttle?: FormThrottle;

  /**
   * Whether the form sets the role with which API Gateway writes logs. It is one of the whole account and region: another
   * that is there is replaced, and this one is left behind with the stack. Without any, the form can't be deployed; so
   * turn this off where one is there that has to stay.
   *
   * @default true
   */
  readonly cloudWatchRole?: boolean;

  /**
   * The ARN of a regional web ACL (AWS WAF), of this region.
   *
   * @default - none
   */
  readonly webAclArn?: string;

  /**
   * The key with which messages are encrypted in the table.
   *
   * @default - the account's own of DynamoDB, which AWS manages
   */
  readonly encryptionKey?: kms.IKey;
}
