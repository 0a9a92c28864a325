import { expect, test } from 'vitest';
import { SimulatorFault } from '../../../../src/simulator/engine/fault';
import type { Json } from '../../../../src/simulator/engine/json';
import type { Job, TaskAnswer, TaskRequest } from '../../../../src/simulator/engine/task';
import { serviceFailure } from '../../../../src/simulator/services/integrations/failure';
import { AwsError } from '../../../../src/simulator/services/service';
import { functionArn, inlineFunction } from '../fakes';
import { QUEUE_URL, ROLE, World } from '../world';

const ECHO = inlineFunction('echo', 'exports.handler = async (event) => event');
const THROWS = inlineFunction(
  'throws',
  'exports.handler = async () => { const e = new Error("no"); e.name = "Declined"; throw e; }',
);
const HANGS = inlineFunction('hangs', 'exports.handler = () => { for (;;) {} }', { Timeout: 1 });

/** An answer, whatever its kind. */
type Answer = TaskAnswer & { readonly output: Json; readonly cause: string; readonly job: Job };

function task(resource: string, input: Json, extra: Partial<TaskRequest> = {}): TaskRequest {
  return { stateName: 'Work', resource, input, attempt: 0, executionArn: 'arn:execution', ...extra };
}

function start(world: World, resource: string, input: Json, extra?: Partial<TaskRequest>): Promise<Answer> {
  return world.integrations.start(task(resource, input, extra), ROLE) as Promise<Answer>;
}

const METADATA = { SdkHttpMetadata: { HttpStatusCode: 200 }, SdkResponseMetadata: { RequestId: expect.any(String) } };
const FOREIGN_TABLE = 'arn:aws:dynamodb:eu-west-1:999999999999:table/orders';
const PUT = { TableName: 'orders', Item: { id: { S: 'a' } } };

test("a function's ARN gets the input, and gives what the function returns", async () => {
  const answer = await start(new World([ECHO]), functionArn('echo'), { n: 1 });
  expect(answer).toEqual({ kind: 'succeeded', output: { n: 1 } });
});

test.each([
  ['an object', { n: 1 }, { n: 1 }],
  ['a text', 'HelloWorld', 'HelloWorld'],
  ['a number', 0.5, 0.5],
  ['null', null, {}],
])('lambda:invoke sends %s as its Payload, and gives the result with its metadata', async (_what, payload, result) => {
  const world = new World([ECHO]);
  const answer = await start(world, 'arn:aws:states:::lambda:invoke', {
    FunctionName: functionArn('echo'),
    Payload: payload,
  });
  expect(answer).toMatchObject({
    kind: 'succeeded',
    output: { ExecutedVersion: '$LATEST', Payload: result, StatusCode: 200, ...METADATA },
  });
  expect(world.calls).toMatchObject([
    {
      action: 'lambda:InvokeFunction',
      resource: functionArn('echo'),
      source: 'task',
      roleArn: ROLE,
      stateName: 'Work',
    },
  ]);
});

test('an AWS SDK integration gives the response of the API alone', async () => {
  const world = new World([ECHO, THROWS]);
  expect(await start(world, 'arn:aws:states:::aws-sdk:dynamodb:putItem', PUT)).toEqual({
    kind: 'succeeded',
    output: {},
  });
  const found = await start(world, 'arn:aws:states:::aws-sdk:dynamodb:getItem', { TableName: 'orders', Key: PUT.Item });
  expect(found.output).toEqual({ Item: PUT.Item });
  const invoked = await start(world, 'arn:aws:states:::aws-sdk:lambda:invoke', {
    FunctionName: 'echo',
    Payload: { n: 1 },
  });
  expect(invoked.output).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST', Payload: '{"n":1}' });
  const failed = await start(world, 'arn:aws:states:::aws-sdk:lambda:invoke', { FunctionName: 'throws' });
  expect(failed).toMatchObject({ kind: 'succeeded', output: { FunctionError: 'Unhandled' } });
});

test('an optimized DynamoDB integration gives the response with its metadata', async () => {
  const world = new World();
  expect((await start(world, 'arn:aws:states:::dynamodb:putItem', PUT)).output).toMatchObject(METADATA);
  const found = await start(world, 'arn:aws:states:::dynamodb:getItem', { TableName: 'orders', Key: PUT.Item });
  expect(found.output).toMatchObject({ Item: PUT.Item, ...METADATA });
});

test('an object as MessageBody is sent as its JSON text', async () => {
  const world = new World();
  await start(world, 'arn:aws:states:::sqs:sendMessage', { QueueUrl: QUEUE_URL, MessageBody: { a: [1] } });
  await start(world, 'arn:aws:states:::aws-sdk:sqs:sendMessage', { QueueUrl: QUEUE_URL, MessageBody: 'text' });
  expect(world.sqs.messages(QUEUE_URL).map(({ body }) => body)).toEqual(['{"a":[1]}', 'text']);
});

test('with .waitForTaskToken the answer is submitted, and the job is that of the token', async () => {
  const input = { QueueUrl: QUEUE_URL, MessageBody: 'x' };
  const answer = await start(new World(), 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', input, {
    taskToken: 'T',
  });
  expect(answer).toMatchObject({ kind: 'submitted', output: { MD5OfMessageBody: expect.any(String), ...METADATA } });
  const events: unknown[] = [];
  answer.job.subscribe((event: unknown) => events.push(event));
  expect(events).toEqual([{ kind: 'succeeded', output: 'T' }]);
});

test.each([
  [functionArn('throws'), {}],
  ['arn:aws:states:::lambda:invoke', { FunctionName: 'throws' }],
])('fails with the error of a function (%s), its payload the cause', async (resource, input) => {
  const answer = await start(new World([THROWS]), resource, input);
  expect(answer).toMatchObject({ kind: 'failed', error: 'Declined' });
  expect(JSON.parse(answer.cause)).toMatchObject({
    errorType: 'Declined',
    errorMessage: 'no',
    trace: expect.any(Array),
  });
});

test('fails with Sandbox.Timedout after the time that the function had', async () => {
  const answer = await start(new World([HANGS]), functionArn('hangs'), {});
  expect(answer).toMatchObject({ kind: 'failed', error: 'Sandbox.Timedout', afterMs: 1000 });
  expect(JSON.parse(answer.cause).errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 1.00 seconds$/);
});

test.each([
  [
    'arn:aws:states:::dynamodb:putItem',
    { TableName: 'orders', Item: null },
    'DynamoDB.AmazonDynamoDBException',
    "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null " +
      '(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: ',
  ],
  [
    'arn:aws:states:::aws-sdk:dynamodb:putItem',
    { TableName: 'orders', Item: null },
    'DynamoDb.DynamoDbException',
    'Member must not be null (Service: DynamoDb, Status Code: 400, Request ID: ',
  ],
  [
    'arn:aws:states:::dynamodb:putItem',
    { ...PUT, ConditionExpression: 'attribute_exists(id)' },
    'DynamoDB.ConditionalCheckFailedException',
    'The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException',
  ],
  [
    'arn:aws:states:::aws-sdk:dynamodb:putItem',
    { ...PUT, ConditionExpression: 'attribute_exists(id)' },
    'DynamoDb.ConditionalCheckFailedException',
    'The conditional request failed (Service: DynamoDb, Status Code: 400, Request ID: ',
  ],
])('fails %s with %j as %s', async (resource, input, error, cause) => {
  const answer = await start(new World(), resource, input as Json);
  expect(answer).toMatchObject({ kind: 'failed', error });
  expect(answer.cause).toContain(cause);
});

test.each([
  [
    'arn:aws:states:::lambda:invoke',
    { FunctionName: 'echo' },
    'Lambda.AWSLambdaException',
    'Status Code: 403; Error Code: AccessDeniedException',
  ],
  [
    functionArn('echo'),
    {},
    'Lambda.AWSLambdaException',
    'is not authorized to perform: lambda:InvokeFunction on resource',
  ],
  [
    'arn:aws:states:::dynamodb:putItem',
    PUT,
    'DynamoDB.AmazonDynamoDBException',
    'Status Code: 400; Error Code: AccessDeniedException',
  ],
  ['arn:aws:states:::aws-sdk:dynamodb:putItem', PUT, 'DynamoDb.DynamoDbException', 'dynamodb:PutItem'],
  [
    'arn:aws:states:::sqs:sendMessage',
    { QueueUrl: QUEUE_URL, MessageBody: 'x' },
    'SQS.AmazonSQSException',
    'Status Code: 403',
  ],
  [
    'arn:aws:states:::aws-sdk:lambda:invoke',
    { FunctionName: 'echo' },
    'Lambda.LambdaException',
    'Service: Lambda, Status Code: 403',
  ],
])('fails %s where IAM denies it, as %s, mocked or not', async (resource, input, error, cause) => {
  const world = new World([ECHO], () => false);
  const answer = await start(world, resource, input);
  expect(answer).toMatchObject({ kind: 'failed', error, cause: expect.stringContaining(cause) });
  expect(world.integrations.authorize(task(resource, input), ROLE)).toMatchObject({ kind: 'failed', error });
});

test('refuses a task whose parameters are missing, or none, and no other', () => {
  const { integrations } = new World();
  const refuses = (resource: string, input: Json) => integrations.refuses(task(resource, input));
  const input = { QueueUrl: QUEUE_URL, Body: 'x' };
  expect(refuses('arn:aws:states:::sqs:sendMessage', input)).toBe(
    `The Parameters '${JSON.stringify(input)}' could not be used to start the Task: ` +
      "[The field 'MessageBody' is required but was missing, The field 'Body' is not supported by Step Functions]",
  );
  expect(refuses('arn:aws:states:::sqs:sendMessage', { QueueUrl: QUEUE_URL, MessageBody: 'x' })).toBeUndefined();
  expect(refuses('arn:aws:states:::aws-sdk:sqs:sendMessage', input)).toBeUndefined();
  expect(refuses('arn:aws:states:::ecs:runTask', {})).toBeUndefined();
});

test.each([
  ['ResourceNotFound', 'Sfn.ResourceNotFoundException'],
  ['StateMachineDoesNotExist', 'Sfn.StateMachineDoesNotExistException'],
  ['ActivityDoesNotExist', 'Sfn.ActivityDoesNotExistException'],
  ['TaskDoesNotExist', 'Sfn.TaskDoesNotExistException'],
  ['ThrottlingException', 'Sfn.SfnException'],
])('%s of Step Functions itself is %s to a workflow', (code, name) => {
  const failure = serviceFailure('aws-sdk', 'states', new AwsError(code, 'no'), 'rid');
  expect(failure.error).toBe(name);
  expect(failure.cause).toBe('no (Service: Sfn, Status Code: 400, Request ID: rid) (SDK Attempt Count: 1)');
});

test.each([
  ['arn:aws:states:::ecs:runTask', {}],
  ['arn:aws:states:::aws-sdk:kms:encrypt', {}],
  ['arn:aws:states:::lambda:invoke.sync', {}],
  ['arn:aws:states:eu-west-1:111122223333:activity:x', {}],
  ['arn:aws:states:::aws-sdk:dynamodb:executeStatement', {}],
  ['arn:aws:states:::aws-sdk:sqs:sendMessage', { QueueUrl: QUEUE_URL, Bogus: 1 }],
])('fails with a fault that names the state for %s %j; mocked, it is unjudged', async (resource, input) => {
  const world = new World();
  const answer = start(world, resource, input);
  await expect(answer).rejects.toThrow(SimulatorFault);
  await expect(answer).rejects.toThrow(`The state 'Work' (${resource})`);
  await expect(answer).rejects.toThrow("sim.mock('Work', …)");
  expect(world.integrations.authorize(task(resource, input), ROLE)).toBeUndefined();
  expect(world.calls.map((call) => call.verdict)).toEqual(resource.includes('activity') ? [] : ['unjudged']);
});

test('a mocked task of a service that the simulator has not is recorded as its Resource names it', () => {
  const world = new World();
  const resource = 'arn:aws:states:::ecs:runTask.waitForTaskToken';
  world.integrations.authorize(task(resource, { Message: 'x' }), ROLE);
  expect(world.calls).toMatchObject([
    { action: 'ecs:runTask.waitForTaskToken', resource, request: { Message: 'x' }, verdict: 'unjudged' },
  ]);
});

test.each([
  ['arn:aws:states:::lambda:invoke', { FunctionName: functionArn('nope') }, `function ${functionArn('nope')}`],
  ['arn:aws:states:::lambda:invoke', { FunctionName: 'echo:7' }, `function ${functionArn('echo')}:7`],
  ['arn:aws:states:::aws-sdk:dynamodb:putItem', { TableName: 'nope', Item: {} }, 'table nope'],
  ['arn:aws:states:::dynamodb:putItem', { ...PUT, TableName: FOREIGN_TABLE }, `table ${FOREIGN_TABLE}`],
  ['arn:aws:states:::sqs:sendMessage', { QueueUrl: `${QUEUE_URL}x`, MessageBody: 'x' }, `queue ${QUEUE_URL}x`],
])(
  'fails with a fault for %s with %j, which AWS may have and the templates have not',
  async (resource, input, what) => {
    const answer = start(new World([ECHO]), resource, input as Json);
    await expect(answer).rejects.toThrow(SimulatorFault);
    await expect(answer).rejects.toThrow(
      `The state 'Work' (${resource}) cannot be run: The ${what} is not in the synthesized templates (imported?)`,
    );
    await expect(answer).rejects.toThrow("sim.mock('Work', …)");
  },
);

test.each([
  ['arn:aws:states:::dynamodb:putItem', { ...PUT, TableName: FOREIGN_TABLE }, FOREIGN_TABLE],
  [
    'arn:aws:states:::sqs:sendMessage',
    { QueueUrl: 'https://sqs.us-west-1.amazonaws.com/999999999999/parked', MessageBody: 'x' },
    'arn:aws:sqs:us-west-1:999999999999:parked',
  ],
])('%s with %j is judged on what is meant, in its own account', (resource, input, arn) => {
  const world = new World();
  world.integrations.authorize(task(resource, input), ROLE);
  expect(world.calls).toMatchObject([{ resource: arn }]);
});

test('a mocked task is judged and recorded, and does nothing', async () => {
  const world = new World();
  expect(world.integrations.authorize(task('arn:aws:states:::dynamodb:putItem', PUT), ROLE)).toBeUndefined();
  expect(world.calls).toMatchObject([{ action: 'dynamodb:PutItem', allowed: true, stateName: 'Work' }]);
  expect(await world.dynamodb.items('orders')).toEqual([]);
});
