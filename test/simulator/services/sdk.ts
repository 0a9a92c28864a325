import type { Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';

/** Begins the body of a handler: `send(request)` makes a call as an AWS SDK would, and tries nothing again. */
export const SDK = `
  const send = async ({ service, target, path = '/', body, method = 'POST', type = 'application/x-amz-json-1.1' }) => {
    const credential = process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/' + service + '/aws4_request';
    const response = await fetch(process.env.AWS_ENDPOINT_URL + path, {
      method,
      headers: {
        'content-type': type,
        ...(target && { 'x-amz-target': target }),
        authorization: 'AWS4-HMAC-SHA256 Credential=' + credential + ', Signature=0',
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, type: response.headers.get('x-amzn-errortype'), body: text.startsWith('{') ? JSON.parse(text) : text };
  };
  const sendEmail = (body) => send({ service: 'ses', path: '/v2/email/outbound-emails', body });
  const dynamodb = (operation, body) => send({ service: 'dynamodb', target: 'DynamoDB_20120810.' + operation, body });
`;

/** A state machine that only invokes a function, and returns what it returns. */
export const invoker = (stack: Stack, lambdaFunction: lambda.IFunction, id = 'Machine') =>
  new sfn.StateMachine(stack, id, {
    definitionBody: sfn.DefinitionBody.fromChainable(
      new tasks.LambdaInvoke(stack, `Invoke${id}`, {
        lambdaFunction,
        payloadResponseOnly: true,
        retryOnServiceExceptions: false,
      }),
    ),
  });
