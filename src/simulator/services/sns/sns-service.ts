import { SimulatorFault } from '../../engine/fault';
import type { Resource } from '../../template/resource';
import type { ServiceContext } from '../context';
import { notInTemplates } from '../not-in-templates';
import { AwsError, type Requirement, type Service, type ServiceCall } from '../service';
import type { MessageAttributes } from '../sqs/message';
import type { Deliveries } from './deliveries';
import { isWanted, type Notification } from './notification';
import { Topics } from './topics';

type Input = ServiceCall['input'];

/** What a request to publish may have. */
export const PUBLISH_PARAMETERS = ['TopicArn', 'TargetArn', 'Message', 'Subject', 'MessageAttributes'];
const MAX_BYTES = 262_144;

/** SNS: the topics of the assembly, and those who have subscribed to them in the templates. */
export class SnsService implements Service {
  readonly name = 'sns';
  private readonly topics: Topics;
  private readonly published = new Map<string, Notification[]>();

  constructor(
    private readonly context: ServiceContext,
    private readonly deliveries: Deliveries,
  ) {
    this.topics = new Topics(context);
  }

  requirements({ operation, input }: ServiceCall): readonly Requirement[] {
    checkSupported(operation, input);
    const arn = topicArn(input);
    return [{ action: 'sns:Publish', resource: arn }, ...this.keyRequirements(arn)];
  }

  async perform({ input }: ServiceCall): Promise<{ [name: string]: unknown }> {
    const topic = this.topics.find(topicArn(input));
    if (topic.properties.FifoTopic === true || topic.properties.FifoTopic === 'true') {
      throw new SimulatorFault(`${topic.physicalId}: a FIFO topic is not supported`);
    }
    const { Subject: subject, Message: message } = input as { Subject?: string; Message?: string };
    const attributes = (input.MessageAttributes ?? {}) as MessageAttributes;
    check(message, subject);
    const wanted = this.topics.subscriptions(topic).filter((one) => isWanted(one, String(message), attributes));
    const notification: Notification = {
      messageId: this.context.newId(),
      at: new Date(this.context.now()),
      ...(subject !== undefined && { subject }),
      message: String(message),
      attributes,
      recipients: wanted.map(({ protocol, endpoint }) => `${protocol}:${endpoint}`),
    };
    this.published.set(topic.physicalId, [...this.notifications(topic.physicalId), notification]);
    for (const subscription of wanted) this.deliveries.deliver(notification, topic.physicalId, subscription);
    return { MessageId: notification.messageId };
  }

  /** What was published to a topic, in order. */
  notifications(arn: string): readonly Notification[] {
    return this.published.get(arn) ?? [];
  }

  async close(): Promise<void> {}

  /** Whoever publishes to a topic with a key of its own must be able to use it. */
  private keyRequirements(arn: string): Requirement[] {
    const { resources, region } = this.context;
    const keyId = resources.ofType('AWS::SNS::Topic').find(({ physicalId }) => physicalId === arn)
      ?.properties.KmsMasterKeyId;
    if (keyId === undefined || String(keyId).includes('alias/aws/')) return [];
    const isIt = (key: Resource): boolean => key.physicalId === keyId || key.attribute('Arn') === keyId;
    const key = resources.ofType('AWS::KMS::Key').find(isIt);
    if (!key) throw notInTemplates(`The key ${keyId} of the topic ${arn}`);
    const context = { 'kms:ViaService': `sns.${region}.amazonaws.com`, 'kms:EncryptionContext:aws:sns:topicArn': arn };
    return ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) => ({
      action,
      resource: key.attribute('Arn'),
      context,
    }));
  }
}

function topicArn({ TopicArn: topic, TargetArn: target }: Input): string {
  const arn = topic ?? target;
  if (arn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
  return String(arn);
}

function check(message: string | undefined, subject: string | undefined): void {
  if (!message) throw invalid('Empty message');
  if (Buffer.byteLength(message) > MAX_BYTES) throw invalid('Message too long');
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) throw invalid('Subject');
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}

function checkSupported(operation: string, input: Input): void {
  if (operation !== 'Publish') throw new SimulatorFault(`SNS's ${operation} is not supported`);
  const unknown = Object.keys(input).find((name) => !PUBLISH_PARAMETERS.includes(name));
  if (unknown) throw new SimulatorFault(`The parameter ${unknown} of SNS's Publish is not supported`);
}
