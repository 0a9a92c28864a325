import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { EVENT_DETAIL_TYPE, EVENT_SOURCE, Variable } from '../constants';
import { environment } from './environment';
import { linkUrl } from './link';
import { type Message, message } from './mail';
import type { ApprovalRequest, ApproverRef } from './request';
import { sign } from './sign';

const ses = new SESv2Client();
const sns = new SNSClient();
const events = new EventBridgeClient();

/** Somebody who is told, and for the how-manieth time. */
export interface Notification {
  readonly request: ApprovalRequest;
  readonly approver: ApproverRef & { readonly index: number };
  readonly round: number;
}

/** Tells an approver of a request. */
export async function tell(notification: Notification): Promise<void> {
  const { approver, request, round } = notification;
  if (approver.way === 'event') return putEvent(notification);
  const { id, level, levelEndsAt: expiresAt } = request;
  const link = await sign({ id, level, approver: approver.index, expiresAt });
  const said = message(request, { url: linkUrl(environment(Variable.URL), link), isReminder: round > 0, approver });
  return approver.way === 'email' ? sendEmail(approver.name, said) : publish(approver.target, said);
}

async function sendEmail(address: string, { subject, text, html }: Message): Promise<void> {
  const content = (Data: string) => ({ Data, Charset: 'UTF-8' });
  await ses.send(
    new SendEmailCommand({
      FromEmailAddress: environment(Variable.SENDER),
      ConfigurationSetName: process.env[Variable.CONFIGURATION_SET],
      Destination: { ToAddresses: [address] },
      Content: { Simple: { Subject: content(subject), Body: { Text: content(text), Html: content(html) } } },
    }),
  );
}

/** SNS takes subjects of ASCII alone. */
async function publish(topicArn: string | undefined, { asciiSubject, text }: Message): Promise<void> {
  await sns.send(new PublishCommand({ TopicArn: topicArn, Subject: asciiSubject, Message: text }));
}

/** An event has no link: who gets it answers with the permission of `grantRespond`. */
async function putEvent({ request, approver, round }: Notification): Promise<void> {
  const { id, level, question, details, requester, createdAt, levelEndsAt } = request;
  const detail = {
    approval: environment(Variable.NAME),
    approver: approver.name,
    requestId: id,
    level,
    reminder: round,
    question,
    details: Object.fromEntries(details),
    requester,
    createdAt,
    expiresAt: new Date(levelEndsAt * 1000).toISOString(),
  };
  const { FailedEntryCount } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: approver.target,
          Source: EVENT_SOURCE,
          DetailType: EVENT_DETAIL_TYPE,
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  if (FailedEntryCount) throw new Error('EventBridge did not take the event');
}
