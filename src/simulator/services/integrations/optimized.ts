import type { Json, JsonObject } from '../../engine/json';
import { OPERATIONS } from '../dynamodb/operations';
import { PUBLISH_PARAMETERS } from '../sns/sns-service';
import { SEND_PARAMETERS } from '../sqs/send';
import { camel, EPOCH_MILLIS, pascal } from '../states/shape';
import type { Integration } from './integration';
import { functionResult } from './lambda-results';
import { asText, givenIn, type Parameters } from './parameters';
import { putEvents } from './put-events';

/** The integrations that Step Functions has optimized, of the services that the simulator has. */
export const OPTIMIZED: { readonly [serviceAndApi: string]: Integration } = {
  'lambda:invoke': lambdaInvoke(),
  'dynamodb:getItem': dynamodb('GetItem', 'Key'),
  'dynamodb:putItem': dynamodb('PutItem', 'Item'),
  'dynamodb:updateItem': dynamodb('UpdateItem', 'Key'),
  'dynamodb:deleteItem': dynamodb('DeleteItem', 'Key'),
  'sqs:sendMessage': sqsSendMessage(),
  'sns:publish': snsPublish(),
  'events:putEvents': putEvents(),
  'states:startExecution': startExecution(),
};

/** A Task state whose `Resource` is a function's ARN: its input is the event, its result what the function returns. */
export function functionIntegration(functionArn: string): Integration {
  return {
    service: 'lambda',
    errors: 'optimized',
    call: ({ input }) => ({
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName: functionArn, Payload: JSON.stringify(input) },
    }),
    output: (response) => functionResult(response) as Json,
  };
}

function lambdaInvoke(): Integration {
  return {
    service: 'lambda',
    errors: 'optimized',
    parameters: {
      required: ['FunctionName'],
      optional: ['Payload', 'Qualifier', 'InvocationType', 'ClientContext', 'LogType'],
    },
    call: ({ input }) => {
      const { Payload: payload, ...rest } = givenIn(input);
      const event = payload === undefined || payload === null ? {} : { Payload: JSON.stringify(payload) };
      return { service: 'lambda', operation: 'Invoke', input: { ...rest, ...event } };
    },
    output: (response, metadata) => {
      const result = functionResult(response);
      return { ...response, ...(result === undefined ? {} : { Payload: result }), ...metadata(response) } as Json;
    },
  };
}

function dynamodb(operation: string, subject: 'Key' | 'Item'): Integration {
  const required = ['TableName', subject];
  const known = OPERATIONS[operation].filter((name) => name !== 'ReturnValuesOnConditionCheckFailure');
  return plain('dynamodb', operation, { required, optional: known });
}

function sqsSendMessage(): Integration {
  const parameters = { required: ['QueueUrl', 'MessageBody'], optional: SEND_PARAMETERS };
  const integration = plain('sqs', 'SendMessage', parameters);
  return {
    ...integration,
    call: (request) => {
      const call = integration.call(request);
      return { ...call, input: { ...call.input, MessageBody: asText(call.input.MessageBody as Json) } };
    },
  };
}

function snsPublish(): Integration {
  const integration = plain('sns', 'Publish', { required: ['Message'], optional: PUBLISH_PARAMETERS });
  return {
    ...integration,
    call: (request) => {
      const call = integration.call(request);
      return { ...call, input: { ...call.input, Message: asText(call.input.Message as Json) } };
    },
  };
}

function startExecution(): Integration {
  return {
    service: 'states',
    errors: 'optimized',
    parameters: { required: ['StateMachineArn'], optional: ['Input', 'Name'] },
    call: ({ input }) => {
      const { Input, ...rest } = givenIn(input);
      const text = asText(Input);
      const given = camel({ ...rest, ...(text !== undefined && { Input: text }) });
      return { service: 'states', operation: 'StartExecution', input: given };
    },
    output: (response, metadata) =>
      ({ ...(pascal(response, EPOCH_MILLIS) as JsonObject), ...metadata(response) }) as Json,
  };
}

/** Parameters and response are those of the API; the response has the metadata of the SDK with it. */
function plain(service: string, operation: string, parameters: Parameters): Integration {
  return {
    service,
    errors: 'optimized',
    parameters,
    call: ({ input }) => ({ service, operation, input: givenIn(input) }),
    output: (response, metadata) => ({ ...response, ...metadata(response) }) as Json,
  };
}
