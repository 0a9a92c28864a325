import { SimulatorFault } from '../../engine/fault';
import type { ServiceContext } from '../context';
import type { Requirement, Service, ServiceCall } from '../service';
import { OPERATIONS } from './operations';
import { Queues } from './queues';

/** A message as tests read it. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly [name: string]: unknown };
  readonly groupId?: string;
}

/** SQS: the queues of the assembly, in memory and in virtual time. */
export class SqsService implements Service {
  readonly name = 'sqs';
  private readonly queues: Queues;

  constructor(private readonly context: ServiceContext) {
    this.queues = new Queues(context);
  }

  requirements({ operation, input }: ServiceCall): readonly Requirement[] {
    checkSupported(operation, input);
    const resource =
      operation === 'GetQueueUrl' ? this.queues.arn(String(input.QueueName)) : this.queues.arnOfUrl(input.QueueUrl);
    // IAM knows no action for a batch.
    return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource }];
  }

  async perform({ operation, input }: ServiceCall): Promise<{ [name: string]: unknown }> {
    checkSupported(operation, input);
    return OPERATIONS[operation].perform(input, this.queues, this.context);
  }

  /** What is in a queue, what is in flight too, the oldest first. */
  messages(queueUrlOrArn: string): QueuedMessage[] {
    const { messages } = this.queues.byArn(queueUrlOrArn);
    return messages.map(({ id, body, attributes, groupId }) => ({ messageId: id, body, attributes, groupId }));
  }

  async redeployed(): Promise<void> {
    this.queues.redeployed();
  }

  async close(): Promise<void> {}
}

function checkSupported(operation: string, input: ServiceCall['input']): void {
  const known = OPERATIONS[operation];
  if (!known) throw new SimulatorFault(`SQS's ${operation} is not supported`);
  const unknown = Object.keys(input).find((name) => !known.parameters.includes(name));
  if (unknown) throw new SimulatorFault(`The parameter ${unknown} of SQS's ${operation} is not supported`);
}
