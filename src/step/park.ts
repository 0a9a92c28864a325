import { Duration, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { DeadLetterQueue, StepBindOptions } from './bind';
import { inputOf, jsonata, object, quote } from './expression';
import { idempotencyKey } from './outcome';
import { RetryPolicy } from './retry';
import { ServiceTask } from './task';

/**
 * With four bytes a character, still within a state's payload of 256 KiB.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const MAX_MESSAGE_CHARACTERS = 60_000;

/** What is parked, and where. */
export interface ParkProps {
  readonly queue: sqs.IQueue;
  readonly options: StepBindOptions;
  readonly comment: string;
  /** What is told in any case: JSONata by field name. */
  readonly what: { readonly [field: string]: string };
  /** What is left out where the message would get too large. */
  readonly data: { readonly [field: string]: string };
}

/** What is parked of a compensation. */
export interface ParkCompensationProps extends Pick<ParkProps, 'queue' | 'options'> {
  readonly step: string;
  /** The variable that holds what the saga knows of itself. */
  readonly saga: string;
  /** The JSONata of what ended the saga. */
  readonly error: string;
  /** The JSONata of what the step's action returned. */
  readonly result: string;
}

/** The queue of the compensations that failed after all retries. */
export function compensationQueue(scope: Construct): DeadLetterQueue {
  const queue = deadLetterQueue(scope);
  return {
    queue,
    description: `a compensation failed after all its retries. The message in ${queue.node.path} has its step, input and error: do by hand what it should have done, then delete the message.`,
  };
}

/** A queue that a state machine fills, and a person empties. */
export function deadLetterQueue(scope: Construct): sqs.Queue {
  const queue = new sqs.Queue(scope, 'DeadLetterQueue', {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  const reason = 'It is a dead-letter queue itself: a state machine fills it, and a person empties it';
  Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason }, { id: 'Serverless-SQSRedrivePolicy', reason });
  return queue;
}

/** The state that parks a compensation which failed after all retries, with what is needed to do it later. */
export function parkCompensation(scope: Construct, id: string, props: ParkCompensationProps): ServiceTask {
  const { step, saga, error, result, queue, options } = props;
  return parkTask(scope, id, {
    queue,
    options,
    comment: `Parks the compensation of ${step}, which failed after its retries, for a person`,
    what: { step: quote(step), idempotencyKey: idempotencyKey(options), error, failure: `$${saga}.failure` },
    data: { input: inputOf(options), result },
  });
}

/** A state that parks what a person has to look after. */
export function parkTask(scope: Construct, id: string, props: ParkProps): ServiceTask {
  const { queue, options, comment } = props;
  const what = object({ executionArn: '$states.context.Execution.Id', ...props.what });
  const data = object(props.data);
  const omitted = object({ omitted: JSON.stringify(Object.keys(props.data)) });
  const message = `($what := ${what}; $data := ${data}; $length($string([$what, $data])) <= ${MAX_MESSAGE_CHARACTERS} ? $merge([$what, $data]) : $merge([$what, ${omitted}]))`;
  return new ServiceTask(scope, id, options, {
    resource: `arn:${Stack.of(scope).partition}:states:::sqs:sendMessage`,
    arguments: { QueueUrl: queue.queueUrl, MessageBody: jsonata(message) },
    result: '$states.result',
    comment,
    timeout: options.express ? Duration.seconds(5) : Duration.seconds(30),
    // Whatever the queue's error is, trying again is right: a message too many harms nobody.
    retry: new RetryPolicy({ throttling: [], service: [] }, { every: true, express: options.express }),
    permissions: [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] })],
  });
}
