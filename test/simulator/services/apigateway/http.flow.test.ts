import { Duration } from 'aws-cdk-lib';
import * as apigwv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as authorizers from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as integrations from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { expect, test } from 'vitest';
import { Fault } from '../../../../src/simulator';
import { fn, newStack } from '../../../fixtures';
import { machine, simulate } from '../../simulate';
import { SDK } from '../sdk';

const ECHO = 'return event;';
const { GET, POST, ANY } = apigwv2.HttpMethod;

const httpApi = (props: apigwv2.HttpApiProps = {}) => {
  const stack = newStack();
  const http = new apigwv2.HttpApi(stack, 'Api', props);
  const route = (
    path: string,
    method = GET,
    body = ECHO,
    options: Partial<apigwv2.AddRoutesOptions> = {},
    fnProps: Partial<lambda.FunctionProps> = {},
  ) => {
    const id = `Fn${method}${path.replace(/\W/g, '_')}`;
    const integration = new integrations.HttpLambdaIntegration(id, fn(stack, id, body, fnProps));
    return http.addRoutes({ path, methods: [method], integration, ...options });
  };
  return { stack, http, route };
};

test('a function gets the event in its form 2.0', async () => {
  const { stack, http, route } = httpApi();
  route('/orders/{id}', POST);
  const sim = simulate(stack);
  const response = await sim.fetch(http, {
    path: '/orders/17?tag=a%20b&tag=c',
    headers: { 'X-Custom': 'x', Cookie: 'a=1; b=2', 'User-Agent': 'test' },
    body: { n: 1 },
  });
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toMatchObject({
    version: '2.0',
    routeKey: 'POST /orders/{id}',
    rawPath: '/orders/17',
    rawQueryString: 'tag=a%20b&tag=c',
    cookies: ['a=1', 'b=2'],
    headers: { 'x-custom': 'x', 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.1' },
    queryStringParameters: { tag: 'a b,c' },
    pathParameters: { id: '17' },
    requestContext: {
      stage: '$default',
      http: { method: 'POST', path: '/orders/17', sourceIp: '203.0.113.1', userAgent: 'test' },
      time: '01/Jan/2026:00:00:00 +0000',
    },
    body: '{"n":1}',
    isBase64Encoded: false,
  });
});

test('a form arrives in base64, and what is absent is left out', async () => {
  const { stack, http, route } = httpApi();
  route('/', ANY);
  const sim = simulate(stack);
  const form = (await (await sim.fetch(http, { body: new URLSearchParams({ a: 'b c' }) })).json()) as { body: string };
  expect(form).toMatchObject({
    isBase64Encoded: true,
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
  });
  expect(Buffer.from(form.body, 'base64').toString()).toBe('a=b+c');
  const empty = Object.keys((await (await sim.fetch(http)).json()) as object);
  expect(empty).not.toEqual(expect.arrayContaining(['body']));
  expect(empty).not.toEqual(expect.arrayContaining(['cookies']));
});

test('a response has status, headers, cookies and body; what has no status is the body', async () => {
  const { stack, http, route } = httpApi();
  route(
    '/full',
    GET,
    "return { statusCode: 303, headers: { Location: '/x' }, cookies: ['a=1', 'b=2'], body: 'text' };",
  );
  route('/bare', GET, 'return [1, 2];');
  route('/binary', GET, "return { statusCode: 200, body: 'AP8=', isBase64Encoded: true };");
  const sim = simulate(stack);
  const full = await sim.fetch(http, { path: '/full' });
  expect([full.status, full.headers.get('location'), full.headers.getSetCookie(), await full.text()]).toEqual([
    303,
    '/x',
    ['a=1', 'b=2'],
    'text',
  ]);
  const bare = await sim.fetch(http, { path: '/bare' });
  expect([bare.status, bare.headers.get('content-type'), await bare.json()]).toEqual([200, 'application/json', [1, 2]]);
  const binary = await sim.fetch(http, { path: '/binary' });
  expect(new Uint8Array(await binary.arrayBuffer())).toEqual(new Uint8Array([0, 255]));
});

test('the route of the method comes before that of any, and the default last', async () => {
  const { stack, http, route } = httpApi();
  route('/{proxy+}', GET, "return 'greedy';");
  route('/a', ANY, "return 'any';");
  route('/a', GET, "return 'get';");
  const sim = simulate(stack);
  const ask = async (path: string, method: string) => {
    const response = await sim.fetch(http, { path, method });
    return response.status === 200 ? response.text() : response.status;
  };
  expect([await ask('/a', 'GET'), await ask('/a', 'PUT'), await ask('/b/c', 'GET'), await ask('/b', 'PUT')]).toEqual([
    'get',
    'any',
    'greedy',
    404,
  ]);
});

test('fails with 500 where the function throws, and where it permits the API nothing', async () => {
  const { stack, http, route } = httpApi();
  route('/throws', GET, "throw new Error('no');");
  route('/denied', GET);
  const denied = stack.node.findAll().filter((one) => one.node.path.includes('denied'));
  const permission = denied.find((one) => one instanceof lambda.CfnPermission) as lambda.CfnPermission;
  permission.sourceArn = 'arn:aws:execute-api:us-east-1:1:other/*';
  const sim = simulate(stack);
  for (const path of ['/throws', '/denied']) {
    const response = await sim.fetch(http, { path });
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  }
  expect(sim.calls.map(({ verdict }) => verdict)).toEqual(['allowed', 'denied']);
});

test('fails with 503 where the function takes longer than the integration waits', async () => {
  const { stack, http } = httpApi();
  const slow = fn(stack, 'Slow', 'for (;;) {}', { timeout: Duration.seconds(1) });
  const integration = new integrations.HttpLambdaIntegration('Slow', slow, { timeout: Duration.millis(500) });
  http.addRoutes({ path: '/', methods: [GET], integration });
  const sim = simulate(stack);
  const response = await sim.fetch(http);
  expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  expect(sim.now).toEqual(new Date('2026-01-01T00:00:00.5Z'));
});

test('fails with 500 where the function crashes, and answers when it is asked again', async () => {
  const { stack, http, route } = httpApi();
  route('/', GET, `${SDK} await dynamodb('PutItem', { TableName: 'votes', Item: { id: { S: 'a' } } }); return 'put';`);
  const table = new TableV2(stack, 'Table', {
    tableName: 'votes',
    partitionKey: { name: 'id', type: AttributeType.STRING },
  });
  table.grantWriteData(stack.node.findChild('FnGET_') as lambda.Function);
  const sim = simulate(stack);
  const crash = sim.fault('dynamodb:PutItem', Fault.crashAfter());
  expect((await sim.fetch(http)).status).toBe(500);
  expect([crash.hits, await sim.items(table)]).toEqual([1, [{ id: 'a' }]]);
  expect(await (await sim.fetch(http)).text()).toBe('put');
});

test('a preflight is answered by the CORS settings, which also have the last word on the response', async () => {
  const { stack, http, route } = httpApi({
    corsPreflight: {
      allowOrigins: ['https://a.example'],
      allowMethods: [apigwv2.CorsHttpMethod.POST],
      allowHeaders: ['content-type'],
      maxAge: Duration.minutes(1),
    },
  });
  route('/', POST, "return { statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } };");
  const sim = simulate(stack);
  const asked = { 'Access-Control-Request-Method': 'POST' };
  const headersOf = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
  const options = (Origin: string) => sim.fetch(http, { method: 'OPTIONS', headers: { ...asked, Origin } });
  expect(headersOf(await options('https://a.example'))).toEqual({
    'access-control-allow-origin': 'https://a.example',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '60',
  });
  expect(headersOf(await options('https://b.example'))).toEqual({});
  const post = (Origin: string) => sim.fetch(http, { method: 'POST', headers: { Origin } });
  expect(headersOf(await post('https://a.example'))).toEqual({ 'access-control-allow-origin': 'https://a.example' });
  expect(headersOf(await post('https://b.example'))).toEqual({});
});

test('fails with 429 what is more than the stage lets through', async () => {
  const { stack, http, route } = httpApi({ createDefaultStage: false });
  http.addStage('live', { stageName: 'live', autoDeploy: true, throttle: { burstLimit: 1, rateLimit: 1 } });
  route('/', GET, 'return event.rawPath;');
  const sim = simulate(stack);
  expect(await (await sim.fetch(http)).text()).toBe('/live/');
  const throttled = await sim.fetch(http);
  expect([throttled.status, await throttled.json()]).toEqual([429, { message: 'Too Many Requests' }]);
  await sim.advance(Duration.seconds(1));
  expect((await sim.fetch(http)).status).toBe(200);
});

test('fails with 413 for a body of more than 10 MB, and with 431 for headers of more than 10,240 bytes', async () => {
  const { stack, http, route } = httpApi();
  route('/', ANY);
  const sim = simulate(stack);
  expect((await sim.fetch(http, { body: 'x'.repeat(10 * 1024 * 1024 + 1) })).status).toBe(413);
  expect((await sim.fetch(http, { headers: { X: 'x'.repeat(10_240) } })).status).toBe(431);
});

test('a JWT is for the audience and the issuer of its authorizer, with the scopes of the route, until it expires', async () => {
  const { stack, http, route } = httpApi();
  const authorizer = new authorizers.HttpJwtAuthorizer('Jwt', 'https://issuer.example', { jwtAudience: ['us'] });
  route('/', GET, 'return event.requestContext.authorizer;', { authorizer, authorizationScopes: ['approve'] });
  const sim = simulate(stack);
  const claims = { sub: 'me', scope: 'approve', exp: sim.now.getTime() / 1000 + 60 };
  const get = async (more?: object) => sim.fetch(http, more && { claims: { ...claims, ...more } });
  expect(await (await get({})).json()).toEqual({
    jwt: { claims: { sub: 'me', scope: 'approve', exp: String(claims.exp) }, scopes: ['approve'] },
  });
  expect((await get({ aud: 'us', iss: 'https://issuer.example' })).status).toBe(200);
  expect((await get({ aud: 'them' })).status).toBe(401);
  expect((await get({ iss: 'https://other.example' })).status).toBe(401);
  expect((await get({ scope: 'other' })).status).toBe(403);
  expect((await get()).status).toBe(401);
  await sim.advance(Duration.minutes(1));
  expect((await get({})).status).toBe(401);
});

test('IAM judges the role that signs a request', async () => {
  const { stack, http, route } = httpApi();
  const [signed] = route('/a', GET, ECHO, { authorizer: new authorizers.HttpIamAuthorizer() });
  const role = (id: string) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
  const [caller, stranger] = [role('Caller'), role('Stranger')];
  signed.grantInvoke(caller);
  const sim = simulate(stack);
  const get = async (as?: iam.Role) => (await sim.fetch(http, { path: '/a', as })).status;
  expect([await get(caller), await get(stranger), await get()]).toEqual([200, 403, 403]);
});

test('a Lambda authorizer answers with yes or no', async () => {
  const { stack, http, route } = httpApi();
  const decide = fn(stack, 'Decide', "return { isAuthorized: event.identitySource[0] === 'open', context: { n: 1 } };");
  const authorizer = new authorizers.HttpLambdaAuthorizer('Decider', decide, {
    responseTypes: [authorizers.HttpLambdaResponseType.SIMPLE],
  });
  route('/', GET, 'return event.requestContext.authorizer.lambda;', { authorizer });
  const sim = simulate(stack);
  const get = (Authorization?: string) => sim.fetch(http, { headers: Authorization ? { Authorization } : {} });
  expect(await (await get('open')).json()).toEqual({ n: 1 });
  expect((await get('closed')).status).toBe(403);
  expect((await get()).status).toBe(401);
});

test('an API starts an execution by itself, as the role of its integration', async () => {
  const { stack, http } = httpApi();
  const workflow = machine(stack, new sfn.Pass(stack, 'Done'));
  const integration = new integrations.HttpStepFunctionsIntegration('Start', {
    stateMachine: workflow,
    subtype: apigwv2.HttpIntegrationSubtype.STEPFUNCTIONS_START_EXECUTION,
    parameterMapping: new apigwv2.ParameterMapping()
      .custom('StateMachineArn', workflow.stateMachineArn)
      .custom('Input', '$request.body')
      .custom('Name', 'form-${request.path.id}'),
  });
  http.addRoutes({ path: '/forms/{id}', methods: [POST], integration });
  const sim = simulate(stack);
  const response = await sim.fetch(http, { path: '/forms/7', body: { from: 'me' } });
  expect(await response.json()).toEqual({
    executionArn: sim.runs[0].executionArn,
    startDate: sim.now.getTime() / 1000,
  });
  expect(sim.runs).toMatchObject([{ name: 'form-7', status: 'SUCCEEDED', output: { from: 'me' } }]);
  expect((await sim.fetch(http, { path: '/forms/7', body: 'no JSON' })).status).toBe(400);
});

test('a function answers at its URL, to everybody or to those whom IAM lets', async () => {
  const stack = newStack();
  const open = fn(stack, 'Open', 'return event.requestContext.http.path;');
  const openUrl = open.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
  const closed = fn(stack, 'Closed', ECHO);
  const closedUrl = closed.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM });
  const role = new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
  closedUrl.grantInvokeUrl(role);
  const sim = simulate(stack);
  expect(await (await sim.fetch(openUrl, { path: '/x' })).text()).toBe('/x');
  expect((await sim.fetch(closedUrl, { as: role })).status).toBe(200);
  expect((await sim.fetch(closedUrl)).status).toBe(403);
});

test('fails, and says so, where a handler asks for what the simulator does not have', async () => {
  const { stack, http, route } = httpApi();
  route(
    '/',
    GET,
    `
    await fetch(process.env.AWS_ENDPOINT_URL + '/nowhere', {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/1/us-east-1/iot/aws4_request, Signature=0' },
    });
    return 'ok';`,
  );
  const sim = simulate(stack);
  await expect(sim.fetch(http)).rejects.toThrow("The function 'Travel/FnGET_' made a call that cannot be answered");
  await sim.settle();
});

test('a browser reaches an API on this machine, until the simulator is closed', async () => {
  const { stack, route } = httpApi();
  route('/a', GET, 'return { path: event.rawPath, q: event.rawQueryString, ip: event.requestContext.http.sourceIp };');
  const sim = simulate(stack);
  const url = await sim.serve();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await fetch(`${url}/a?b=c`)).json()).toEqual({ path: '/a', q: 'b=c', ip: '127.0.0.1' });
  await sim.close();
  await expect(fetch(`${url}/a`)).rejects.toThrow();
});
