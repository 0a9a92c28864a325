import { expect, test } from 'vitest';
import { SimulatorFault } from '../../../../src/simulator/engine/fault';
import { functionArn, inlineFunction } from '../fakes';
import { invokeOnce, lambdaOf } from './harness';

test('an error has its name as errorType, its message and its trace', async () => {
  const source = `class OutOfStock extends Error { constructor(m) { super(m); this.name = 'OutOfStock'; } }
    exports.handler = async () => { throw new OutOfStock('none left'); };`;
  const { failed, value } = await invokeOnce(source);
  expect(failed).toBe(true);
  expect(value).toMatchObject({ errorType: 'OutOfStock', errorMessage: 'none left' });
  expect((value.trace as string[])[0]).toContain('none left');
});

test.each([
  ['throws a string, async', 'async () => { throw "text"; }', { errorType: 'string', errorMessage: 'text', trace: [] }],
  ['throws a string at once', '() => { throw "text"; }', { errorType: 'string', errorMessage: 'text', trace: [] }],
  ['rejects with a string', '() => Promise.reject("text")', { errorType: 'string', errorMessage: 'text', trace: [] }],
  ['throws null, async', 'async () => { throw null; }', { errorType: 'string', errorMessage: 'handled', trace: [] }],
  [
    'gives its callback an error',
    '(e, c, cb) => cb(new TypeError("bad"))',
    { errorType: 'TypeError', errorMessage: 'bad' },
  ],
  ['returns a BigInt', 'async () => 1n', { errorType: 'Error', errorMessage: 'Unable to stringify response body' }],
  [
    'returns a cycle',
    'async () => { const a = {}; a.a = a; return a; }',
    { errorMessage: 'Unable to stringify response body' },
  ],
  ['returns a function', 'async () => () => 1', { errorMessage: 'Unable to stringify response body' }],
  [
    'leaves a rejection unhandled',
    'async () => { Promise.reject(new Error("lost")); await new Promise(r => setTimeout(r, 200)); }',
    { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
  ],
  [
    'leaves an error uncaught',
    'async () => { setTimeout(() => { throw new RangeError("late"); }); await new Promise(r => setTimeout(r, 200)); }',
    { errorType: 'RangeError', errorMessage: 'late' },
  ],
  [
    'exits with a status',
    'async () => process.exit(3)',
    {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: .* Error: Runtime exited with error: exit status 3$/),
    },
  ],
  [
    'exits without one',
    'async () => process.exit()',
    {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('Runtime exited without providing a reason'),
    },
  ],
])('fails as on Lambda where the handler %s', async (_what, handler, expected) => {
  const { failed, value } = await invokeOnce(`exports.handler = ${handler};`);
  expect(value).toMatchObject(expected);
  expect(failed).toBe(true);
});

test('a handler that throws null at once returns null, as on Lambda', async () => {
  expect(await invokeOnce('exports.handler = () => { throw null; }')).toMatchObject({ payload: 'null', failed: false });
});

test.each([
  ['never returns', 'async () => { setInterval(() => {}, 1000); await new Promise(() => {}); }'],
  ['blocks the event loop', '() => { for (;;) {} }'],
])('fails with Sandbox.Timedout a handler that %s, and the next invocation starts afresh', async (_what, handler) => {
  const source = `let n = 0; const hang = ${handler};
    exports.handler = (event) => { n += 1; console.log('began'); return event.hang ? hang() : Promise.resolve(n); };`;
  const service = lambdaOf([inlineFunction('fn', source, { Timeout: 1 })]);
  const result = await service.invoke('fn', '{"hang":true}');
  expect(JSON.parse(result.payload)).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${result.requestId} Error: Task timed out after 1.00 seconds`,
  });
  expect(result).toMatchObject({ failed: true, durationMs: 1000, log: 'began\n' });
  expect((await service.invoke('fn', '{}')).payload).toBe('1');
});

test('100 MB of output keep the last 64 KiB', async () => {
  const source = `const line = 'x'.repeat(1024 * 1024);
    exports.handler = async () => { for (let i = 0; i < 100; i += 1) console.log(line); console.log('the end é'); };`;
  const { log, failed } = await invokeOnce(source, { Timeout: 30 });
  expect(failed).toBe(false);
  expect(Buffer.byteLength(log.slice(log.indexOf('\n') + 1))).toBe(64 * 1024);
  expect(log.endsWith('x\nthe end é\n')).toBe(true);
});

test('fails with an ExitError where the memory runs out, and the host lives on', async () => {
  const source =
    'exports.handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); }';
  const { value } = await invokeOnce(source, { Timeout: 30, MemorySize: 128 });
  expect(value.errorType).toBe('Runtime.ExitError');
});

test('fails with Function.ResponseSizeTooLarge above 6 MB', async () => {
  const source = 'exports.handler = async (n) => "x".repeat(n)';
  expect((await invokeOnce(source, {}, 6_291_554)).failed).toBe(false);
  expect((await invokeOnce(source, {}, 6_291_555)).value.errorType).toBe('Function.ResponseSizeTooLarge');
});

test.each([
  ['Runtime.ImportModuleError', 'require("no-such-module")', 'index.handler', "Cannot find module 'no-such-module'"],
  ['Runtime.UserCodeSyntaxError', 'exports.handler = ', 'index.handler', 'SyntaxError'],
  ['TypeError', 'null.x', 'index.handler', 'Cannot read properties of null'],
])('fails with %s where the code is %j and the handler %s', async (errorType, source, handler, message) => {
  const { value } = await invokeOnce(source, { Handler: handler });
  expect(value).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
});

test.each([
  ['', 'other.handler', 'there is no other.js, .mjs or .cjs. In its code there is: index.js'],
  ['', 'index.handler', 'index.handler is undefined or not exported. In its code there is: index.js'],
  ['exports.handler = 1', 'index.handler', 'index.handler is not a function'],
  ['', 'handler', 'a handler is <file>.<export>'],
])('fails as a fault of the simulator where the code is %j and the handler %s', async (source, handler, message) => {
  const invocation = invokeOnce(source, { Handler: handler });
  await expect(invocation).rejects.toThrow(SimulatorFault);
  await expect(invocation).rejects.toThrow(`The function 'fn' has the handler '${handler}', but ${message}`);
});

test('fails as a fault of the simulator where the AWS SDK is missing that Lambda brings along', async () => {
  const source = 'exports.handler = async () => require("@aws-sdk/client-that-is-not-here")';
  const invocation = invokeOnce(source);
  await expect(invocation).rejects.toThrow(SimulatorFault);
  await expect(invocation).rejects.toThrow("The function 'fn' needs '@aws-sdk/client-that-is-not-here'");
});

test.each([
  ['another runtime', { Runtime: 'python3.13' }, 'has the runtime python3.13'],
  ['a container image', { PackageType: 'Image' }, 'is a container image'],
  ['layers', { Layers: ['arn:aws:lambda:eu-west-1:1:layer:x:1'] }, 'has Layers'],
  ['code outside the assembly', { Code: { S3Bucket: 'b', S3Key: 'k' } }, 'has its code in s3://b/k'],
])('fails with a fault that names the function with %s', async (_what, properties, why) => {
  const invocation = invokeOnce('', properties);
  await expect(invocation).rejects.toThrow(SimulatorFault);
  await expect(invocation).rejects.toThrow(`The function 'fn' ${why}`);
  await expect(invocation).rejects.toThrow('which the simulator cannot run');
});

test('fails with a fault where the assembly has no such function, version or alias', async () => {
  const service = lambdaOf([inlineFunction('fn', '')]);
  for (const [name, arn] of [
    ['nope', functionArn('nope')],
    ['fn:live', `${functionArn('fn')}:live`],
  ]) {
    const invocation = service.invoke(name, '{}');
    await expect(invocation).rejects.toThrow(SimulatorFault);
    await expect(invocation).rejects.toThrow(`The function ${arn} is not in the synthesized templates (imported?)`);
  }
});

test('fails with TooManyRequestsException beyond the reserved concurrency', async () => {
  const service = lambdaOf([
    inlineFunction('fn', 'exports.handler = async () => 1', { ReservedConcurrentExecutions: 1 }),
  ]);
  const first = service.invoke('fn', '{}');
  await expect(service.invoke('fn', '{}')).rejects.toMatchObject({ code: 'TooManyRequestsException', statusCode: 429 });
  await first;
  expect((await service.invoke('fn', '{}')).payload).toBe('1');
});
