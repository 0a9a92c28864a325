import { expect, test } from 'vitest';
import { ACCOUNT, functionArn, inlineFunction, NOW, REGION } from '../fakes';
import { invokeOnce, lambdaOf } from './harness';

test('an async handler gets the event, and its result is the payload', async () => {
  const result = await invokeOnce('exports.handler = async (event) => ({ got: event.n + 1 })', {}, { n: 1 });
  expect(result).toMatchObject({ payload: '{"got":2}', failed: false, executedVersion: '$LATEST', durationMs: 0 });
});

test('a callback answers, after the event loop is empty', async () => {
  const source = `let late = 'no';
    exports.handler = (event, context, callback) => { setTimeout(() => { late = 'yes'; }, 5); callback(null, { get late() { return late; } }); };`;
  expect((await invokeOnce(source)).value).toEqual({ late: 'yes' });
});

test('a callback answers at once where the handler says so', async () => {
  const source = `let late = 'no';
    exports.handler = (event, context, callback) => {
      context.callbackWaitsForEmptyEventLoop = false;
      setTimeout(() => { late = 'yes'; }, 5); callback(null, { get late() { return late; } }); };`;
  expect((await invokeOnce(source)).value).toEqual({ late: 'no' });
});

test('a handler that answers nothing and has nothing left to do returns null', async () => {
  expect((await invokeOnce('exports.handler = () => new Promise(() => {})')).payload).toBe('null');
});

test('undefined becomes null', async () => {
  expect((await invokeOnce('exports.handler = async () => undefined')).payload).toBe('null');
});

test('from Node.js 24 on, what a handler returns at once is its result', async () => {
  const source = 'exports.handler = () => 7';
  expect((await invokeOnce(source, { Runtime: 'nodejs22.x' })).payload).toBe('null');
  expect((await invokeOnce(source, { Runtime: 'nodejs24.x' })).payload).toBe('7');
});

test('fails a handler with a callback from Node.js 24 on', async () => {
  const result = await invokeOnce('exports.handler = (e, c, callback) => callback(null, 1)', { Runtime: 'nodejs24.x' });
  expect(result.value.errorType).toBe('Runtime.CallbackHandlerDeprecated');
});

test('the context tells the function, the request and the time that is left', async () => {
  const source = `exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() })`;
  const { value, requestId } = await invokeOnce(source, { Timeout: 10 });
  expect(value).toMatchObject({
    functionName: 'fn',
    functionVersion: '$LATEST',
    memoryLimitInMB: '128',
    invokedFunctionArn: functionArn('fn'),
    awsRequestId: requestId,
  });
  expect(value.left).toBeGreaterThan(9000);
  expect(value.left).toBeLessThanOrEqual(10_000);
});

test("the environment holds the function's variables and Lambda's, and nothing of the host", async () => {
  process.env.HOST_SECRET = 'x';
  const { value } = await invokeOnce('exports.handler = async () => process.env', {
    Environment: { Variables: { TABLE: 'orders', AWS_ENDPOINT_URL_SQS: 'https://sqs.example' } },
    MemorySize: 256,
  });
  delete process.env.HOST_SECRET;
  expect(value).toMatchObject({
    TABLE: 'orders',
    AWS_REGION: REGION,
    AWS_LAMBDA_FUNCTION_NAME: 'fn',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    _HANDLER: 'index.handler',
    TZ: ':UTC',
  });
  expect(value.AWS_ACCESS_KEY_ID).toMatch(/^ASIA[0-9A-F]{16}$/);
  expect(value).not.toHaveProperty('HOST_SECRET');
  expect(value).not.toHaveProperty('AWS_ENDPOINT_URL_SQS');
  expect(value).not.toHaveProperty('VITEST');
});

test('the clock of a handler stands at the virtual time, and ticks', async () => {
  const source = `exports.handler = async () => {
    const times = [Date.now(), new Date().getTime(), new Date(5).getTime(), Date.parse(Date())];
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { times, later: Date.now(), kind: new Date() instanceof Date, same: new Date().constructor === Date };
  };`;
  const { value } = await invokeOnce(source);
  const times = value.times as number[];
  for (const time of [times[0], times[1]]) expect(Math.abs(time - NOW)).toBeLessThan(2000);
  expect(times[2]).toBe(5);
  expect(Math.abs(times[3] - NOW)).toBeLessThan(3000);
  expect(Number(value.later) - times[0]).toBeGreaterThanOrEqual(19);
  expect(value).toMatchObject({ kind: true, same: true });
});

test('a warm environment keeps the state of its modules, and gets the time of each invocation', async () => {
  const service = lambdaOf([
    inlineFunction('fn', 'let n = 0; exports.handler = async () => [++n, new Date().getUTCFullYear()]'),
  ]);
  const payloads: string[] = [];
  for (const year of [2031, 2045, 1999]) {
    payloads.push((await service.invoke('fn', '{}', { now: Date.UTC(year, 5) })).payload);
  }
  expect(payloads).toEqual(['[1,2031]', '[2,2045]', '[3,1999]']);
});

test('invocations at the same time get environments of their own', async () => {
  const source = `let n = 0;
    exports.handler = async () => { await new Promise((resolve) => setTimeout(resolve, 50)); return ++n; };`;
  const service = lambdaOf([inlineFunction('fn', source)]);
  const results = await Promise.all([1, 2, 3].map(() => service.invoke('fn', '{}')));
  expect(results.map((result) => result.payload)).toEqual(['1', '1', '1']);
  expect((await service.invoke('fn', '{}')).payload).toBe('2');
});

test('what is written to stdout and stderr is the log of its invocation', async () => {
  const service = lambdaOf([
    inlineFunction('fn', 'exports.handler = async (n) => { console.log("out", n); console.error("err"); }'),
  ]);
  expect((await service.invoke('fn', '1')).log).toBe('out 1\nerr\n');
  expect((await service.invoke('fn', '2')).log).toBe('out 2\nerr\n');
});

test('a version and an alias run the function, and say which version ran', async () => {
  const service = lambdaOf([
    inlineFunction(
      'fn',
      'exports.handler = async (e, context) => [context.invokedFunctionArn, context.functionVersion]',
    ),
    { type: 'AWS::Lambda::Version', physicalId: `${functionArn('fn')}:3`, arn: `${functionArn('fn')}:3` },
    {
      type: 'AWS::Lambda::Alias',
      physicalId: `${functionArn('fn')}:live`,
      arn: `${functionArn('fn')}:live`,
      properties: { FunctionVersion: '3' },
    },
  ]);
  const version = await service.invoke(`${functionArn('fn')}:3`, '{}');
  const alias = await service.invoke(`${ACCOUNT}:function:fn:live`, '{}');
  expect(JSON.parse(version.payload)).toEqual([`${functionArn('fn')}:3`, '3']);
  expect(JSON.parse(alias.payload)).toEqual([`${functionArn('fn')}:live`, '3']);
  expect(alias.executedVersion).toBe('3');
});
