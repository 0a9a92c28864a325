import type { ServiceContext } from '../context';
import { getQueueAttributes } from './queue-attributes';
import type { Queues } from './queues';
import { changeVisibility, deleteMessage, RECEIVE_PARAMETERS, receiveMessage } from './receive';
import { SEND_PARAMETERS, sendMessage, sendMessageBatch } from './send';

type Input = { readonly [name: string]: unknown };

interface Operation {
  readonly parameters: readonly string[];
  perform(input: Input, queues: Queues, context: ServiceContext): Input;
}

/** The operations of SQS that the simulator has, and the parameters that it understands. */
export const OPERATIONS: { readonly [operation: string]: Operation } = {
  SendMessage: {
    parameters: ['QueueUrl', ...SEND_PARAMETERS],
    perform: (input, queues) => sendMessage(queues.byUrl(input.QueueUrl), input),
  },
  SendMessageBatch: {
    parameters: ['QueueUrl', 'Entries'],
    perform: (input, queues) => sendMessageBatch(queues.byUrl(input.QueueUrl), input.Entries),
  },
  ReceiveMessage: {
    parameters: ['QueueUrl', ...RECEIVE_PARAMETERS],
    perform: (input, queues) => receiveMessage(queues.byUrl(input.QueueUrl), input, queues),
  },
  DeleteMessage: {
    parameters: ['QueueUrl', 'ReceiptHandle'],
    perform: (input, queues) => deleteMessage(queues.byUrl(input.QueueUrl), input.ReceiptHandle),
  },
  ChangeMessageVisibility: {
    parameters: ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout'],
    perform: (input, queues, context) => changeVisibility(queues.byUrl(input.QueueUrl), input, context.now()),
  },
  GetQueueUrl: {
    parameters: ['QueueName'],
    perform: (input, queues) => ({ QueueUrl: queues.byName(String(input.QueueName)).url }),
  },
  GetQueueAttributes: {
    parameters: ['QueueUrl', 'AttributeNames'],
    perform: (input, queues, context) =>
      getQueueAttributes(queues.byUrl(input.QueueUrl), input.AttributeNames as string[] | undefined, context.now()),
  },
  PurgeQueue: {
    parameters: ['QueueUrl'],
    perform: (input, queues) => {
      queues.byUrl(input.QueueUrl).purge();
      return {};
    },
  },
};
