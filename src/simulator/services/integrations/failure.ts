import type { TaskAnswer } from '../../engine/task';
import type { AwsError } from '../service';
import { queryCode } from '../sqs/query-code';

/** The answer of a task that failed. */
export type FailedAnswer = Extract<TaskAnswer, { kind: 'failed' }>;

/** A task that failed, as Step Functions says it. */
export class TaskFailure extends Error {
  constructor(
    public readonly error: string,
    public override readonly cause: string,
    public readonly afterMs?: number,
  ) {
    super(`${error}: ${cause}`);
  }

  get answer(): FailedAnswer {
    return { kind: 'failed', error: this.error, cause: this.cause, afterMs: this.afterMs };
  }
}

/** How an SDK calls a service, and the errors of it that have a class of their own. */
interface Naming {
  readonly prefix: string;
  readonly service: string;
  /** The class of all other errors. */
  readonly other: string;
}

/** Optimized integrations have the names of the AWS SDK for Java 1, the others those of the AWS SDK for Java 2. */
const NAMING: { readonly [kind in 'optimized' | 'aws-sdk']: { readonly [service: string]: Naming } } = {
  optimized: {
    dynamodb: { prefix: 'DynamoDB', service: 'AmazonDynamoDBv2', other: 'AmazonDynamoDBException' },
    events: { prefix: 'EventBridge', service: 'AmazonEventBridge', other: 'AmazonEventBridgeException' },
    lambda: { prefix: 'Lambda', service: 'AWSLambda', other: 'AWSLambdaException' },
    sns: { prefix: 'SNS', service: 'AmazonSNS', other: 'AmazonSNSException' },
    sqs: { prefix: 'SQS', service: 'AmazonSQS', other: 'AmazonSQSException' },
    states: { prefix: 'StepFunctions', service: 'AWSStepFunctions', other: 'AWSStepFunctionsException' },
  },
  'aws-sdk': {
    dynamodb: { prefix: 'DynamoDb', service: 'DynamoDb', other: 'DynamoDbException' },
    events: { prefix: 'EventBridge', service: 'EventBridge', other: 'EventBridgeException' },
    lambda: { prefix: 'Lambda', service: 'Lambda', other: 'LambdaException' },
    s3: { prefix: 'S3', service: 'S3', other: 'S3Exception' },
    ses: { prefix: 'SesV2', service: 'SesV2', other: 'SesV2Exception' },
    sns: { prefix: 'Sns', service: 'Sns', other: 'SnsException' },
    sqs: { prefix: 'Sqs', service: 'Sqs', other: 'SqsException' },
    states: { prefix: 'Sfn', service: 'Sfn', other: 'SfnException' },
  },
};

/** The errors that the services' models name, and the simulator gives. */
const MODELED: { readonly [service: string]: readonly string[] } = {
  dynamodb: [
    ...['ConditionalCheckFailedException', 'ResourceNotFoundException', 'ItemCollectionSizeLimitExceededException'],
    ...['ProvisionedThroughputExceededException', 'TransactionConflictException', 'ResourceInUseException'],
    ...['TransactionCanceledException', 'IdempotentParameterMismatchException'],
  ],
  lambda: [
    ...['ResourceNotFoundException', 'TooManyRequestsException', 'InvalidRequestContentException'],
    ...['RequestTooLargeException', 'InvalidParameterValueException', 'ServiceException'],
  ],
  s3: ['NoSuchBucket', 'NoSuchKey'],
  ses: [
    ...['AccountSuspendedException', 'BadRequestException', 'LimitExceededException', 'MessageRejected'],
    ...['MailFromDomainNotVerifiedException', 'NotFoundException', 'SendingPausedException'],
    'TooManyRequestsException',
  ],
  events: ['InternalException', 'ResourceNotFoundException'],
  sns: [
    ...['AuthorizationError', 'EndpointDisabled', 'InternalError', 'InvalidParameter', 'InvalidParameterValue'],
    ...['KMSAccessDenied', 'NotFound', 'Throttled'],
  ],
  sqs: [
    ...['QueueDoesNotExist', 'InvalidMessageContents', 'ReceiptHandleIsInvalid', 'MessageNotInflight'],
    ...['EmptyBatchRequest', 'TooManyEntriesInBatchRequest', 'BatchEntryIdsNotDistinct', 'BatchRequestTooLong'],
    ...['InvalidAttributeName', 'UnsupportedOperation', 'OverLimit', 'PurgeQueueInProgress'],
  ],
  states: [
    ...['ExecutionAlreadyExists', 'ExecutionDoesNotExist', 'ExecutionNotRedrivable', 'InvalidArn'],
    ...['InvalidExecutionInput', 'InvalidName', 'InvalidOutput', 'InvalidToken'],
    ...['ResourceNotFound', 'StateMachineDoesNotExist', 'StateMachineTypeNotSupported'],
    ...['ActivityDoesNotExist', 'TaskDoesNotExist', 'TaskTimedOut'],
  ],
};

/** An error of a service, as Step Functions hands it to a workflow. */
export function serviceFailure(
  kind: 'optimized' | 'aws-sdk',
  service: string,
  error: AwsError,
  requestId: string,
): TaskFailure {
  const { prefix, service: sdkName, other } = NAMING[kind][service];
  const name = MODELED[service].includes(error.code) ? className(error.code) : other;
  const status = `Status Code: ${error.statusCode}`;
  // S3 alone gives a second id.
  const extended = service === 's3' ? `, Extended Request ID: ${requestId}` : '';
  const details =
    kind === 'optimized'
      ? `(Service: ${sdkName}; ${status}; Error Code: ${queryCode(error.code)}; Request ID: ${requestId}; Proxy: null)`
      : `(Service: ${sdkName}, ${status}, Request ID: ${requestId}${extended}) (SDK Attempt Count: 1)`;
  return new TaskFailure(`${prefix}.${name}`, `${error.message} ${details}`);
}

/** A call of a service that got no answer. */
export function connectionFailure(kind: 'optimized' | 'aws-sdk', service: string, { message }: Error): TaskFailure {
  const { prefix } = NAMING[kind][service];
  return new TaskFailure(`${prefix}.SdkClientException`, `Unable to execute HTTP request: ${message}`);
}

function className(code: string): string {
  return code.endsWith('Exception') ? code : `${code}Exception`;
}
