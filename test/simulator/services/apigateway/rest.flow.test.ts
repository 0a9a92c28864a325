import { Duration } from 'aws-cdk-lib';
import * as api from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { expect, test } from 'vitest';
import { fn, newStack } from '../../../fixtures';
import { machine, simulate } from '../../simulate';

const ECHO = "return { statusCode: 200, headers: { 'X-Own': 'a' }, body: JSON.stringify(event) };";

/** A REST API whose methods are added by the test, and a function to answer. */
const restApi = (body = ECHO, props: api.RestApiProps = {}, fnProps: Partial<lambda.FunctionProps> = {}) => {
  const stack = newStack();
  const handler = fn(stack, 'Handler', body, fnProps);
  const rest = new api.RestApi(stack, 'Api', props);
  const proxy = new api.LambdaIntegration(handler);
  return { stack, handler, rest, proxy };
};

test('a function gets the event of a proxy integration, and its response is that of the API', async () => {
  const { stack, rest, proxy } = restApi();
  rest.root.addResource('orders').addResource('{id}').addMethod('POST', proxy);
  const sim = simulate(stack);
  const response = await sim.fetch(rest, {
    method: 'POST',
    path: '/orders/17?tag=a%20b&tag=c',
    headers: { 'Content-Type': 'text/plain', 'X-Custom': 'x', 'User-Agent': 'test' },
    body: 'hello',
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-own')).toBe('a');
  const event = JSON.parse(await response.text());
  expect(event).toMatchObject({
    resource: '/orders/{id}',
    path: '/orders/17',
    httpMethod: 'POST',
    headers: {
      'Content-Type': 'text/plain',
      'X-Custom': 'x',
      'X-Forwarded-For': '203.0.113.1',
      'X-Forwarded-Proto': 'https',
    },
    multiValueHeaders: { 'X-Custom': ['x'] },
    queryStringParameters: { tag: 'c' },
    multiValueQueryStringParameters: { tag: ['a b', 'c'] },
    pathParameters: { id: '17' },
    stageVariables: null,
    requestContext: {
      domainName: expect.stringMatching(/^\w{10}\.execute-api\.us-east-1\.amazonaws\.com$/),
      httpMethod: 'POST',
      identity: { sourceIp: '203.0.113.1', userAgent: 'test' },
      path: '/prod/orders/17',
      requestTime: '01/Jan/2026:00:00:00 +0000',
      requestTimeEpoch: sim.now.getTime(),
      resourcePath: '/orders/{id}',
      stage: 'prod',
    },
    body: 'hello',
    isBase64Encoded: false,
  });
});

test('what is absent from a request is null in the event', async () => {
  const { stack, rest, proxy } = restApi();
  rest.root.addMethod('ANY', proxy);
  const event = await (await simulate(stack).fetch(rest)).json();
  expect(event).toMatchObject({ queryStringParameters: null, pathParameters: null, body: null, httpMethod: 'GET' });
});

test('the most special path answers: a fixed one before a variable, this before a greedy one', async () => {
  const { stack, rest } = restApi();
  const answer = (text: string) => {
    const handler = fn(stack, `Fn${text}`, `return { statusCode: 200, body: '${text}' };`);
    return new api.LambdaIntegration(handler);
  };
  rest.root.addProxy({ defaultIntegration: answer('greedy') });
  const orders = rest.root.addResource('orders');
  orders.addResource('{id}').addMethod('GET', answer('variable'));
  orders.addResource('new').addMethod('GET', answer('fixed'));
  const sim = simulate(stack);
  const get = async (path: string) => (await sim.fetch(rest, { path })).text();
  expect([await get('/orders/new'), await get('/orders/1'), await get('/orders/1/x'), await get('/a')]).toEqual([
    'fixed',
    'variable',
    'greedy',
    'greedy',
  ]);
});

test.each([
  ['another method', { method: 'DELETE' }],
  ['another path', { path: '/none' }],
])('fails for %s as a request without a token', async (_what, options) => {
  const { stack, rest, proxy } = restApi();
  rest.root.addMethod('GET', proxy);
  const response = await simulate(stack).fetch(rest, options);
  expect([response.status, await response.json()]).toEqual([403, { message: 'Missing Authentication Token' }]);
});

test('an API answers at the URL that it has in AWS, and at no other stage', async () => {
  const { stack, rest, proxy } = restApi();
  rest.root.addMethod('GET', proxy);
  const sim = simulate(stack);
  const { requestContext } = (await (await sim.fetch(rest)).json()) as { requestContext: { domainName: string } };
  const url = `https://${requestContext.domainName}`;
  expect((await sim.fetch(`${url}/prod/`)).status).toBe(200);
  expect((await sim.fetch(`${url}/beta/`)).status).toBe(403);
  await expect(sim.fetch('https://x.execute-api.us-east-1.amazonaws.com/prod')).rejects.toThrow('no API');
});

test.each([
  ['throws', "throw new Error('no');"],
  ['returns no status', 'return {};'],
  ['returns an object for its body', 'return { statusCode: 200, body: {} };'],
  ['returns a member that responses do not have', 'return { statusCode: 200, text: 1 };'],
  ['returns null', 'return null;'],
])('fails with 502 where the function %s', async (_what, body) => {
  const { stack, rest, proxy } = restApi(body);
  rest.root.addMethod('GET', proxy);
  const response = await simulate(stack).fetch(rest);
  expect([response.status, await response.json()]).toEqual([502, { message: 'Internal server error' }]);
});

test('fails with 500 where the function permits the API nothing, and IAM says why', async () => {
  const { stack, rest, proxy } = restApi();
  rest.root.addMethod('GET', proxy);
  for (const permission of stack.node.findAll().filter((one) => one instanceof lambda.CfnPermission)) {
    (permission as lambda.CfnPermission).sourceArn = 'arn:aws:execute-api:us-east-1:1:other/*';
  }
  const sim = simulate(stack);
  const response = await sim.fetch(rest);
  expect([response.status, await response.json()]).toEqual([500, { message: 'Internal server error' }]);
  expect(sim.calls).toMatchObject([{ action: 'lambda:InvokeFunction', verdict: 'denied', source: 'aws' }]);
});

test('a function that runs out of time takes it', async () => {
  const { stack, rest, proxy } = restApi('for (;;) {}', {}, { timeout: Duration.seconds(1) });
  rest.root.addMethod('GET', proxy);
  const sim = simulate(stack);
  expect((await sim.fetch(rest)).status).toBe(502);
  expect(sim.now).toEqual(new Date('2026-01-01T00:00:01Z'));
});

test('fails with 504 where the function takes longer than the integration waits', async () => {
  const { stack, handler, rest } = restApi('for (;;) {}', {}, { timeout: Duration.seconds(1) });
  rest.root.addMethod('GET', new api.LambdaIntegration(handler, { timeout: Duration.millis(500) }));
  const sim = simulate(stack);
  const response = await sim.fetch(rest);
  expect([response.status, await response.json()]).toEqual([504, { message: 'Endpoint request timed out' }]);
  expect(sim.now).toEqual(new Date('2026-01-01T00:00:00.5Z'));
});

const CONTACT = {
  type: api.JsonSchemaType.OBJECT,
  required: ['name', 'age'],
  properties: {
    name: { type: api.JsonSchemaType.STRING, minLength: 2, maxLength: 4, pattern: '^[a-z]+$' },
    age: { type: api.JsonSchemaType.INTEGER, minimum: 1, maximum: 9 },
    tags: { type: api.JsonSchemaType.ARRAY, maxItems: 1, items: { enum: ['a', 'b'] } },
  },
  additionalProperties: false,
} satisfies api.JsonSchema;

/** An API that validates the body by a schema, and a header. */
const validating = (schema: api.JsonSchema = CONTACT) => {
  const { stack, rest, proxy } = restApi();
  rest.root.addMethod('POST', proxy, {
    requestModels: { 'application/json': rest.addModel('Contact', { schema }) },
    requestParameters: { 'method.request.header.X-Key': true, 'method.request.querystring.q': false },
    requestValidatorOptions: { validateRequestBody: true, validateRequestParameters: true },
  });
  rest.addGatewayResponse('Bad', {
    type: api.ResponseType.BAD_REQUEST_BODY,
    statusCode: '422',
    responseHeaders: { 'Access-Control-Allow-Origin': "'https://a.example'" },
    templates: {
      'application/json': '{"error":$context.error.messageString,"why":"$context.error.validationErrorString"}',
    },
  });
  return { rest, sim: simulate(stack) };
};

test.each([
  ['what is required', { name: 'ada' }, ': has no age'],
  ['the type', { name: 'ada', age: '1' }, '/age: is string, and not integer'],
  ['the least length', { name: 'a', age: 1 }, '/name: too short'],
  ['the pattern', { name: 'ADA', age: 1 }, '/name: not ^[a-z]+$'],
  ['the greatest value', { name: 'ada', age: 10 }, '/age: too large'],
  ['the properties', { name: 'ada', age: 1, x: 1 }, ': may not have x'],
  ['the items', { name: 'ada', age: 1, tags: ['c'] }, '/tags/0: not one of ["a","b"]'],
  ['JSON', 'no', 'not a valid JSON'],
])('fails a body that does not keep to %s, by the gateway response of the API', async (_what, body, why) => {
  const { rest, sim } = validating();
  const response = await sim.fetch(rest, { body, headers: { 'X-Key': 'k', 'Content-Type': 'application/json' } });
  expect(response.status).toBe(422);
  expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example');
  expect(await response.text()).toBe(`{"error":"Invalid request body","why":"[${why}]"}`);
  expect(sim.calls).toEqual([]);
});

test('a valid body passes, and so does one whose content type has no model', async () => {
  const { rest, sim } = validating();
  const headers = { 'X-Key': 'k' };
  expect((await sim.fetch(rest, { body: { name: 'ada', age: 1 }, headers })).status).toBe(200);
  expect((await sim.fetch(rest, { body: 'no', headers })).status).toBe(200);
});

test('fails a request without a header that is required', async () => {
  const { rest, sim } = validating();
  const response = await sim.fetch(rest, { body: { name: 'ada', age: 1 } });
  expect([response.status, await response.json()]).toEqual([
    400,
    { message: 'Missing required request parameters: [X-Key]' },
  ]);
});

test('fails with a keyword of JSON schema that the simulator does not have', async () => {
  const { rest, sim } = validating({ oneOf: [] });
  const asked = sim.fetch(rest, { body: {}, headers: { 'X-Key': 'k' } });
  await expect(asked).rejects.toThrow("JSON schema's keyword oneOf");
});

test('fails with 429 what is more than the stage lets through, until time has passed', async () => {
  const { stack, rest, proxy } = restApi(ECHO, { deployOptions: { throttlingBurstLimit: 2, throttlingRateLimit: 1 } });
  rest.root.addMethod('GET', proxy);
  const sim = simulate(stack);
  const get = async () => (await sim.fetch(rest)).status;
  expect([await get(), await get(), await get()]).toEqual([200, 200, 429]);
  await sim.advance(Duration.seconds(1));
  expect([await get(), await get()]).toEqual([200, 429]);
});

test('a method has a limit of its own', async () => {
  const { stack, rest, proxy } = restApi(ECHO, {
    deployOptions: { methodOptions: { '/a/GET': { throttlingBurstLimit: 1, throttlingRateLimit: 1 } } },
  });
  rest.root.addResource('a').addMethod('GET', proxy);
  rest.root.addResource('b').addMethod('GET', proxy);
  const sim = simulate(stack);
  const get = async (path: string) => (await sim.fetch(rest, { path })).status;
  expect([await get('/a'), await get('/a'), await get('/b'), await get('/b')]).toEqual([200, 429, 200, 200]);
});

test.each([
  ['the first of its origins', 'https://a.example', 'https://a.example'],
  ['another of its origins', 'https://b.example', 'https://b.example'],
  ['an origin that it does not allow', 'https://c.example', 'https://a.example'],
])('a preflight from %s is answered by a mock', async (_what, origin, allowed) => {
  const { stack, rest, proxy } = restApi(ECHO, {
    defaultCorsPreflightOptions: { allowOrigins: ['https://a.example', 'https://b.example'], allowMethods: ['POST'] },
  });
  rest.root.addMethod('POST', proxy);
  const sim = simulate(stack);
  const response = await sim.fetch(rest, { method: 'OPTIONS', headers: { Origin: origin } });
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe(allowed);
  expect(response.headers.get('access-control-allow-methods')).toBe('POST');
  expect(sim.calls).toEqual([]);
});

test('binary media travel in base64, both ways', async () => {
  const body = 'return { statusCode: 200, body: event.body, isBase64Encoded: event.isBase64Encoded };';
  const { stack, rest, proxy } = restApi(body, { binaryMediaTypes: ['image/*'] });
  rest.root.addMethod('POST', proxy);
  const sim = simulate(stack);
  const bytes = new Uint8Array([0, 255, 128]);
  const headers = { 'Content-Type': 'image/png', Accept: 'image/png' };
  const binary = await sim.fetch(rest, { body: bytes, headers });
  expect(new Uint8Array(await binary.arrayBuffer())).toEqual(bytes);
  const text = await sim.fetch(rest, { body: bytes, headers: { 'Content-Type': 'image/png' } });
  expect(await text.text()).toBe('AP+A');
});

test('fails with 413 for a body of more than 10 MB', async () => {
  const { stack, rest, proxy } = restApi();
  rest.root.addMethod('POST', proxy);
  const response = await simulate(stack).fetch(rest, { body: 'x'.repeat(10 * 1024 * 1024 + 1) });
  expect(response.status).toBe(413);
});

test('IAM judges the role that signs a request', async () => {
  const { stack, rest, proxy } = restApi();
  const method = rest.root.addMethod('GET', proxy, { authorizationType: api.AuthorizationType.IAM });
  const role = (id: string) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
  const [caller, stranger] = [role('Caller'), role('Stranger')];
  method.grantExecute(caller);
  const sim = simulate(stack);
  expect((await sim.fetch(rest, { as: caller })).status).toBe(200);
  expect((await sim.fetch(rest)).status).toBe(403);
  const denied = await sim.fetch(rest, { as: stranger });
  expect([denied.status, (await denied.json()) as object]).toEqual([
    403,
    { message: expect.stringMatching(/is not authorized to perform: execute-api:Invoke/) },
  ]);
});

test('a Lambda authorizer lets through what its policy allows', async () => {
  const { stack, rest, proxy } = restApi();
  const decide = `return {
    principalId: 'me',
    context: { tenant: 7 },
    policyDocument: { Version: '2012-10-17', Statement: [{
      Action: 'execute-api:Invoke', Effect: event.authorizationToken === 'open' ? 'Allow' : 'Deny', Resource: event.methodArn,
    }] },
  };`;
  const authorizer = new api.TokenAuthorizer(stack, 'Authorizer', { handler: fn(stack, 'Decide', decide) });
  rest.root.addMethod('GET', proxy, { authorizer });
  const sim = simulate(stack);
  const get = (headers: { [name: string]: string }) => sim.fetch(rest, { headers });
  const open = await get({ Authorization: 'open' });
  expect(await open.json()).toMatchObject({ requestContext: { authorizer: { principalId: 'me', tenant: '7' } } });
  expect((await get({ Authorization: 'closed' })).status).toBe(403);
  expect((await get({})).status).toBe(401);
});

test("a user pool's claims come with the request", async () => {
  const { stack, rest } = restApi();
  const authorizer = new api.CfnAuthorizer(stack, 'Pool', {
    restApiId: rest.restApiId,
    type: 'COGNITO_USER_POOLS',
    name: 'pool',
    identitySource: 'method.request.header.Authorization',
    providerArns: ['arn:aws:cognito-idp:us-east-1:123456789012:userpool/x'],
  });
  const handler = fn(stack, 'Who', 'return { statusCode: 200, body: event.requestContext.authorizer.claims.email };');
  const method = rest.root.addMethod('GET', new api.LambdaIntegration(handler));
  Object.assign(method.node.defaultChild as api.CfnMethod, {
    authorizationType: 'COGNITO_USER_POOLS',
    authorizerId: authorizer.ref,
    authorizationScopes: ['read'],
  });
  const sim = simulate(stack);
  const claims = { email: 'a@b.example', scope: 'read write', exp: sim.now.getTime() / 1000 + 60 };
  expect(await (await sim.fetch(rest, { claims })).text()).toBe('a@b.example');
  expect((await sim.fetch(rest)).status).toBe(401);
  expect((await sim.fetch(rest, { claims: { ...claims, scope: 'write' } })).status).toBe(401);
  await sim.advance(Duration.minutes(1));
  expect((await sim.fetch(rest, { claims })).status).toBe(401);
});

test('fails with an integration that the simulator does not have', async () => {
  const { stack, rest } = restApi();
  rest.root.addMethod('GET', new api.HttpIntegration('https://x.example'));
  await expect(simulate(stack).fetch(rest)).rejects.toThrow('an integration of the type HTTP_PROXY is not supported');
});

/** A REST API that starts a workflow by itself. */
const starting = (template: string, allowed = true) => {
  const { stack, rest } = restApi();
  const workflow = machine(stack, new sfn.Pass(stack, 'Done'));
  const credentialsRole = new iam.Role(stack, 'Caller', {
    assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
  });
  if (allowed) workflow.grantStartExecution(credentialsRole);
  const integration = new api.AwsIntegration({
    service: 'states',
    action: 'StartExecution',
    options: {
      credentialsRole,
      passthroughBehavior: api.PassthroughBehavior.NEVER,
      requestTemplates: { 'application/json': template.replace('MACHINE', workflow.stateMachineArn) },
      integrationResponses: [
        { statusCode: '202', responseTemplates: { 'application/json': '{"id":"$context.requestId"}' } },
        {
          statusCode: '500',
          selectionPattern: '[45]\\d\\d',
          responseTemplates: { 'application/json': '{"error":true}' },
        },
      ],
    },
  });
  rest.root.addMethod('POST', integration, { methodResponses: [{ statusCode: '202' }, { statusCode: '500' }] });
  return { rest, sim: simulate(stack) };
};

const INPUT = `$util.escapeJavaScript($input.json('$.form')).replaceAll("\\\\'","'")`;
const START = `{"stateMachineArn":"MACHINE","name":"$input.params('id')","input":"${INPUT}"}`;

test('an API starts an execution by itself, as its templates say, and answers with none of its data', async () => {
  const { rest, sim } = starting(START);
  const form = { text: 'It\'s "quoted"\nand/or' };
  const response = await sim.fetch(rest, { path: '/?id=f1', body: { form } });
  expect([response.status, await response.json()]).toEqual([202, { id: expect.stringMatching(/^[\w-]{36}$/) }]);
  expect(sim.runs).toMatchObject([{ name: 'f1', output: form }]);
});

test.each([
  ['its role may not', START, false, { form: {} }],
  ['the template makes no JSON', START.replace(INPUT, "$input.path('$.form')"), true, { form: '"' }],
])('fails to start an execution where %s, by the response for errors', async (_what, template, allowed, body) => {
  const { rest, sim } = starting(template, allowed);
  const response = await sim.fetch(rest, { body });
  expect([response.status, await response.json(), sim.runs]).toEqual([500, { error: true }, []]);
});

test('fails with 415 for a content type that no template is for', async () => {
  const { rest, sim } = starting(START);
  expect((await sim.fetch(rest, { body: 'x' })).status).toBe(415);
});

test('fails with the logic of a template, which the simulator does not have', async () => {
  const { rest, sim } = starting('#set($x = 1){}');
  await expect(sim.fetch(rest, { body: {} })).rejects.toThrow("'#set($x = 1){}' in its mapping template");
});
