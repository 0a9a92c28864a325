import { Duration } from 'aws-cdk-lib';
import type { EmailSender } from '../email/email-sender';
import type { IStep } from '../step/bind';
import { escapeHtml } from '../web/html';
import type { FieldConfig } from './constants';
import type { MailTemplate, Placeholders } from './mail-template';
import { SendMailStep } from './send-mail';

/** A mail that confirms a message to the visitor. Its only placeholders are `{{id}}` and `{{receivedAt}}`. */
export interface Confirmation extends MailTemplate {
  /**
   * In which time an address gets one at most.
   *
   * @default Duration.days(1)
   */
  readonly every?: Duration;
}

const DEFAULT_SUBJECT = 'New message from the contact form';

const OF_MESSAGE: Placeholders = {
  id: '$results.Message.id.S',
  receivedAt: '$results.Message.receivedAt.S',
};

/** The mail with a message, in which the visitor's address is in Reply-To alone. */
export function messageMail(
  {
    sender,
    recipient,
    mail,
  }: { readonly sender: EmailSender; readonly recipient: string; readonly mail?: MailTemplate },
  fields: FieldConfig[],
): IStep {
  const email = fields.find(({ kind }) => kind === 'email');
  return new SendMailStep({
    sender,
    to: recipient,
    recipients: [recipient],
    replyTo: email && `{% [${heldBy(email)}] %}`,
    template: mail ?? { subject: DEFAULT_SUBJECT, text: defaultText(fields), html: defaultHtml(fields) },
    placeholders: { ...OF_MESSAGE, ...Object.fromEntries(fields.map((field) => [field.name, heldBy(field)])) },
  });
}

/** The mail that confirms a message. */
export function confirmationMail(sender: EmailSender, confirmation: Confirmation, fields: FieldConfig[]) {
  const email = fields.find(({ kind }) => kind === 'email') as FieldConfig;
  const { every = Duration.days(1), ...template } = confirmation;
  const address = heldBy(email);
  const send = new SendMailStep({ sender, to: `{% ${address} %}`, template, placeholders: OF_MESSAGE });
  return { address, every, send };
}

/** The placeholders of the two kinds of mail. */
export function placeholderNames(fields: FieldConfig[]): string[] {
  return [...Object.keys(OF_MESSAGE), ...fields.map(({ name }) => name)];
}

function heldBy({ name }: FieldConfig): string {
  return `$results.Message.fields.M.\`${name}\`.S`;
}

function defaultText(fields: FieldConfig[]): string {
  const lines = fields.map(({ name, label, kind }) => `${label}:${kind === 'multiline' ? '\n' : ' '}{{${name}}}\n`);
  return `${lines.join('\n')}\n-- \n{{id}}, {{receivedAt}}\n`;
}

function defaultHtml(fields: FieldConfig[]): string {
  const items = fields.map(({ name, label }) => `<dt><b>${escapeHtml(label)}</b></dt><dd>{{${name}}}</dd>`);
  return `<dl>${items.join('')}</dl><p><small>{{id}}, {{receivedAt}}</small></p>`;
}
