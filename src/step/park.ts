import { Duration, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { StepBindOptions } from './bind';
import { jsonata, object, quote } from './expression';
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
  readonly step: string;
  /** The variable that holds what the saga knows of itself. */
  readonly saga: string;
  /** The JSONata of what ended the saga. */
  readonly error: string;
  /** The JSONata of what the step's action returned. */
  readonly result: string;
  readonly queue: sqs.IQueue;
  readonly options: StepBindOptions;
}

/** The queue of the compensations that failed after all retries. */
export function parkingQueue(scope: Construct): sqs.IQueue {
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
export function parkTask(scope: Construct, id: string, props: ParkProps): ServiceTask {
  const { step, saga, error, result, queue, options } = props;
  const what = object({
    executionArn: '$states.context.Execution.Id',
    step: quote(step),
    idempotencyKey: idempotencyKey(options),
    error,
    failure: `$${saga}.failure`,
  });
  const data = object({ input: '$states.input', result });
  const omitted = object({ omitted: '["input", "result"]' });
  const message = `($what := ${what}; $data := ${data}; $length($string([$what, $data])) <= ${MAX_MESSAGE_CHARACTERS} ? $merge([$what, $data]) : $merge([$what, ${omitted}]))`;
  return new ServiceTask(scope, id, options, {
    resource: `arn:${Stack.of(scope).partition}:states:::sqs:sendMessage`,
    arguments: { QueueUrl: queue.queueUrl, MessageBody: jsonata(message) },
    result: '$states.result',
    comment: `Parks the compensation of ${step}, which failed after its retries, for a person`,
    timeout: Duration.seconds(30),
    // Whatever the queue's error is, trying again is right: a message too many harms nobody.
    retry: new RetryPolicy({ throttling: [], service: [] }, { every: true }),
    permissions: [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] })],
  });
}
