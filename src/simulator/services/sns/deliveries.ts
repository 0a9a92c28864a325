import { type Clock, SimulatorFault } from '../../engine';
import { type AsyncInvocations, inBackground, unlessFault } from '../async-invocations';
import type { Caller, Dispatcher } from '../dispatcher';
import { envelope, type Notification } from './notification';
import type { Subscription } from './topics';

/** Protocols whose messages leave AWS: a test finds them in the notifications. */
const LEAVING = ['email', 'email-json', 'sms', 'http', 'https'];

/** Delivers what is published: to queues and functions for real. */
export class Deliveries {
  constructor(
    private readonly clock: Clock,
    private readonly dispatcher: () => Dispatcher,
    private readonly invocations: AsyncInvocations,
  ) {}

  deliver(notification: Notification, topicArn: string, subscription: Subscription): void {
    const caller: Caller = { source: 'aws', service: { principal: 'sns.amazonaws.com', sourceArn: topicArn } };
    const { protocol, endpoint, deadLetterArn } = subscription;
    if (LEAVING.includes(protocol)) return;
    if (protocol !== 'sqs' && protocol !== 'lambda') {
      throw new SimulatorFault(`${subscription.arn}: a subscription of the protocol ${protocol} is not supported`);
    }
    inBackground(this.clock, async () => {
      try {
        if (protocol === 'sqs') await this.send(endpoint, notification, topicArn, subscription, caller);
        else await this.invocations.invoke(endpoint, lambdaEvent(notification, topicArn, subscription), caller);
      } catch (error) {
        unlessFault(error);
        // SNS tries again for weeks what may get better; what a policy forbids goes to the dead-letter queue.
        if (deadLetterArn === undefined) return;
        await this.send(deadLetterArn, notification, topicArn, subscription, caller).catch(unlessFault);
      }
    });
  }

  private async send(
    queueArn: string,
    notification: Notification,
    topicArn: string,
    { isRaw }: Subscription,
    caller: Caller,
  ): Promise<void> {
    const [, , , region, account, name] = queueArn.split(':');
    const input = {
      QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
      MessageBody: isRaw ? notification.message : JSON.stringify(envelope(notification, topicArn)),
      ...(isRaw && Object.keys(notification.attributes).length > 0 && { MessageAttributes: notification.attributes }),
    };
    await this.dispatcher().call({ service: 'sqs', operation: 'SendMessage', input }, caller);
  }
}

function lambdaEvent(notification: Notification, topicArn: string, { arn }: Subscription): unknown {
  const { SigningCertURL, UnsubscribeURL, ...sns } = envelope(notification, topicArn);
  const attributes = sns.MessageAttributes ?? {};
  const urls = { SigningCertUrl: SigningCertURL, UnsubscribeUrl: UnsubscribeURL };
  const Sns = { ...sns, ...urls, Subject: sns.Subject ?? null, MessageAttributes: attributes };
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: arn, Sns }] };
}
