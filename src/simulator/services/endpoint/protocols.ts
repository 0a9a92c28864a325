import type { AwsError, ServiceCall } from '../service';
import { queryCode } from '../sqs/query-code';
import { EPOCH_SECONDS, inForm } from '../states/shape';
import type { AwsRequest } from './aws-request';
import { query } from './query';
import { restJson } from './rest-json';
import { S3_PROTOCOL } from './s3-protocol';

type Document = { readonly [name: string]: unknown };

/** An HTTP response, before it is sent. */
export interface AwsResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Buffer;
}

/** How calls of a service go over HTTP. */
export interface Protocol {
  /** Reads a request; undefined where it is not of this protocol. */
  read(request: AwsRequest): ServiceCall | undefined;
  response(output: Document, call: ServiceCall): AwsResponse;
  error(error: AwsError): AwsResponse;
}

/** The protocols of the services that functions can call. */
export const PROTOCOLS: readonly Protocol[] = [
  json('dynamodb', 'DynamoDB_20120810', 'com.amazonaws.dynamodb.v20120810'),
  json('sqs', 'AmazonSQS', 'com.amazonaws.sqs'),
  json('states', 'AWSStepFunctions', 'com.amazonaws.swf.service.v2.model', (output) => inForm(output, EPOCH_SECONDS)),
  json('secretsmanager', 'secretsmanager', 'com.amazonaws.secretsmanager', (output) => inForm(output, EPOCH_SECONDS)),
  json('kms', 'TrentService', 'com.amazonaws.kms'),
  json('events', 'AWSEvents', 'com.amazonaws.events'),
  query('sns'),
  restJson('ses', { 'POST /v2/email/outbound-emails': 'SendEmail' }),
  S3_PROTOCOL,
  lambda(),
];

/** AWS JSON 1.0: the operation stands in a header, and the body is the request. */
function json(
  service: string,
  target: string,
  namespace: string,
  toJson: (output: Document) => unknown = (output) => output,
): Protocol {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return {
    read: ({ header, body }) => {
      const [prefix, operation] = (header('x-amz-target') ?? '').split('.');
      return prefix === target ? { service, operation, input: JSON.parse(body || '{}') as Document } : undefined;
    },
    response: (output) => ({ status: 200, headers, body: JSON.stringify(toJson(output)) }),
    error: ({ code, message, statusCode: status, details }) => ({
      status,
      headers: { ...headers, 'x-amzn-query-error': `${queryCode(code)};Sender` },
      body: JSON.stringify({ __type: `${namespace}#${code}`, message, ...details }),
    }),
  };
}

/** Lambda's `Invoke`: the body is the event, or what the function returned; all else stands in headers. */
function lambda(): Protocol {
  const json = { 'content-type': 'application/json' };
  return {
    read: ({ method, path, query, body, header }) => {
      const name = method === 'POST' && /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path)?.[1];
      if (!name) return undefined;
      const input = {
        FunctionName: decodeURIComponent(name),
        Qualifier: query.get('Qualifier') ?? undefined,
        InvocationType: header('x-amz-invocation-type'),
        LogType: header('x-amz-log-type'),
        ClientContext: header('x-amz-client-context'),
        Payload: body || undefined,
      };
      const given = Object.entries(input).filter(([, value]) => value !== undefined);
      return { service: 'lambda', operation: 'Invoke', input: Object.fromEntries(given) };
    },
    response: ({ StatusCode, Payload, ExecutedVersion, FunctionError, LogResult }) => {
      const headers = Object.entries({
        'x-amz-executed-version': ExecutedVersion,
        'x-amz-function-error': FunctionError,
        'x-amz-log-result': LogResult,
      }).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return {
        status: Number(StatusCode),
        headers: { ...json, ...Object.fromEntries(headers) },
        body: String(Payload ?? ''),
      };
    },
    error: ({ code, message, statusCode: status }) => ({
      status,
      headers: { ...json, 'x-amzn-errortype': code },
      body: JSON.stringify({ Type: 'User', message, Message: message }),
    }),
  };
}
