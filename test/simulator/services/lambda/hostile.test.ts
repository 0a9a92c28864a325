import { describe, expect, it, test } from 'vitest';
import { SimulatorFault } from '../../../../src/simulator/engine/fault';
import { inlineFunction } from '../fakes';
import { lambdaOf } from './harness';

/** A function that does something hostile where its event says so, and otherwise says how often it was invoked. */
const hostile = (act: string, properties: object = {}) => {
  const source = `let n = 0; const act = ${act};
    exports.handler = async (event) => { n += 1; return event.hostile ? act() : { n, sum: [1, 2].map((x) => x + 1) }; };`;
  const service = lambdaOf([inlineFunction('fn', source, { Timeout: 10, ...properties })]);
  const invoke = async (event: object) => {
    const { payload, failed, log } = await service.invoke('fn', JSON.stringify(event));
    return { failed, log, value: JSON.parse(payload) };
  };
  return { attack: () => invoke({ hostile: true }), next: () => invoke({}) };
};

/** What the next invocation returns, in the same environment or in a new one. */
const WARM = { failed: false, value: { n: 2, sum: [2, 3] } };
const FRESH = { failed: false, value: { n: 1, sum: [2, 3] } };

describe('a handler that fails with something odd fails as on Lambda, and stays warm:', () => {
  test.each([
    ['nothing', 'async () => Promise.reject()', { errorType: 'string', errorMessage: 'handled' }],
    ['a number', 'async () => { throw 42; }', { errorType: 'number', errorMessage: '42' }],
    [
      'a cycle',
      'async () => { const a = {}; a.a = a; throw a; }',
      { errorType: 'object', errorMessage: '[object Object]' },
    ],
    ['an object without a prototype', 'async () => { throw Object.create(null); }', { errorType: 'handled' }],
    [
      'an error whose message throws',
      'async () => { throw Object.defineProperty(new Error("x"), "message", { get() { throw new Error("y"); } }); }',
      { errorType: 'handled' },
    ],
    [
      'what throws however one looks at it',
      'async () => { const no = () => { throw 1; }; throw new Proxy({}, { get: no, getPrototypeOf: no, ownKeys: no }); }',
      { errorType: 'handled' },
    ],
    [
      'what cannot be printed',
      'async () => { const e = new Error("x"); e[Symbol.for("nodejs.util.inspect.custom")] = () => { throw 1; }; throw e; }',
      { errorType: 'Error', errorMessage: 'x' },
    ],
  ])('%s', async (_what, act, expected) => {
    const { attack, next } = hostile(act);
    const { failed, value } = await attack();
    expect(value).toMatchObject(expected);
    expect(failed).toBe(true);
    expect(await next()).toMatchObject(WARM);
  });
});

describe('a handler that returns something odd:', () => {
  test.each([
    ['NaN', 'async () => NaN', null],
    ['infinity in an object', 'async () => ({ a: Infinity })', { a: null }],
    ['undefined in an array', 'async () => [undefined]', [null]],
    ['a date', 'async () => new Date(0)', '1970-01-01T00:00:00.000Z'],
  ])('%s is what JSON makes of it', async (_what, act, expected) => {
    const { attack, next } = hostile(act);
    expect(await attack()).toMatchObject({ failed: false, value: expected });
    expect(await next()).toMatchObject(WARM);
  });

  it('fails where its toJSON throws', async () => {
    const { attack, next } = hostile('async () => ({ toJSON() { throw new Error("no"); } })');
    expect((await attack()).value.errorMessage).toBe('Unable to stringify response body');
    expect(await next()).toMatchObject(WARM);
  });
});

describe('a handler that ends its process fails with an ExitError, and the next one starts afresh:', () => {
  test.each([
    ['by a signal', 'async () => process.kill(process.pid, "SIGKILL")', 'signal: killed'],
    ['by the default signal', 'async () => process.kill(process.pid)', 'signal: terminated'],
    ['by an abort', 'async () => process.abort()', 'signal: aborted'],
    ['by its exit code', 'async () => { process.exitCode = 7; process.exit(); }', 'exit status 7'],
    ['in the midst of its output', 'async () => { for (;;) { console.log("x"); process.exit(1); } }', 'exit status 1'],
    [
      'inside a timer',
      'async () => { setTimeout(() => process.exit(9)); await new Promise(() => {}); }',
      'exit status 9',
    ],
  ])('%s', async (_what, act, how) => {
    const { attack, next } = hostile(act);
    const { failed, value } = await attack();
    expect(value.errorType).toBe('Runtime.ExitError');
    expect(value.errorMessage).toMatch(new RegExp(`^RequestId: [-\\w]+ Error: Runtime exited with error: ${how}$`));
    expect(failed).toBe(true);
    expect(await next()).toMatchObject(FRESH);
  });
});

it('a handler may ask whether its process is there, and signal no other one', async () => {
  const { attack } = hostile('async () => process.kill(process.pid, 0)');
  expect(await attack()).toMatchObject({ failed: false, value: true });
  const other = hostile(`async () => process.kill(${process.ppid}, "SIGKILL")`);
  expect((await other.attack()).value).toMatchObject({ errorType: 'Error', errorMessage: 'kill ESRCH' });
});

it('a handler is on the main thread, as on Lambda, so it cannot close what it answers by', async () => {
  const { attack, next } = hostile(
    'async () => { const { isMainThread, parentPort, workerData } = require("worker_threads"); return [isMainThread, parentPort, workerData]; }',
  );
  expect((await attack()).value).toEqual([true, null, null]);
  expect(await next()).toMatchObject(WARM);
});

describe('what a handler leaves behind', () => {
  it.each([
    ['an error', 'new Error("lost")', 'Error: lost'],
    ['nothing', '', 'undefined'],
    ['what has no text', 'Object.create(null)', 'object'],
  ])(
    'as a rejection with %s that nobody handles fails it, although it returned',
    async (_what, reason, errorMessage) => {
      const { attack, next } = hostile(`async () => { Promise.reject(${reason}); return "done"; }`);
      const errorType = 'Runtime.UnhandledPromiseRejection';
      expect(await attack()).toMatchObject({ failed: true, value: { errorType, errorMessage } });
      expect(await next()).toMatchObject(FRESH);
    },
  );

  it('as an interval keeps nobody', async () => {
    const { attack, next } = hostile('async () => { setInterval(() => {}, 1); return "done"; }');
    expect(await attack()).toMatchObject({ failed: false, value: 'done' });
    expect(await next()).toMatchObject(WARM);
  });

  it('in its environment variables stays in its environment', async () => {
    const { attack, next } = hostile('async () => { process.env.HOSTILE = "1"; delete process.env.PATH; return 1; }');
    const { PATH } = process.env;
    expect(await attack()).toMatchObject({ failed: false });
    expect(await next()).toMatchObject(WARM);
    expect([process.env.HOSTILE, process.env.PATH]).toEqual([undefined, PATH]);
  });

  it.each([
    ['Date', 'globalThis.Date = undefined'],
    ['Date.now', 'Date.now = () => { throw 1; }'],
    ['JSON', 'globalThis.JSON = undefined'],
    ['JSON.stringify', 'JSON.stringify = () => { throw 1; }'],
    ['Promise', 'globalThis.Promise = undefined'],
    ['console.error', 'console.error = () => { throw 1; }'],
    ['Object', 'globalThis.Object = undefined'],
    ['Buffer', 'globalThis.Buffer = undefined'],
  ])('of %s does not reach the simulator', async (_what, change) => {
    const { attack, next } = hostile(`async () => { ${change}; return "done"; }`);
    expect(await attack()).toMatchObject({ failed: false, value: 'done' });
    expect(await next()).toMatchObject(WARM);
    expect(JSON.stringify([new Date(0), [1].map(String)])).toBe('["1970-01-01T00:00:00.000Z",["1"]]');
  });

  it('of Array.prototype does not reach the simulator', async () => {
    const { attack } = hostile('async () => { Array.prototype.map = () => "mine"; return [1].map(String); }');
    expect(await attack()).toMatchObject({ failed: false, value: 'mine' });
    expect([1].map(String)).toEqual(['1']);
  });
});

it('fails with a fault where a handler changes its working directory, whatever it makes of the error', async () => {
  const { attack } = hostile('async () => { try { process.chdir("/tmp"); } catch {} return "done"; }');
  const cwd = process.cwd();
  const attacked = attack();
  await expect(attacked).rejects.toThrow(SimulatorFault);
  await expect(attacked).rejects.toThrow("The function 'fn' calls process.chdir(), which the simulator cannot run");
  expect(process.cwd()).toBe(cwd);
});

it('fails with an ExitError where buffers fill the memory, and the host lives on', async () => {
  const { attack, next } = hostile(
    'async () => { const all = []; for (;;) all.push(Buffer.alloc(32 * 1024 * 1024, 1)); }',
    { Timeout: 60, MemorySize: 128 },
  );
  const { value } = await attack();
  expect(value.errorType).toBe('Runtime.ExitError');
  expect(await next()).toMatchObject(FRESH);
});

it('fails with a fault where several fill it together, as nobody knows which', async () => {
  const { attack, next } = hostile(
    'async () => { const all = []; for (;;) all.push(Buffer.alloc(32 * 1024 * 1024, 1)); }',
    { Timeout: 60, MemorySize: 128 },
  );
  const attacks = await Promise.allSettled([attack(), attack()]);
  expect(attacks.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const [{ reason }] = attacks as PromiseRejectedResult[];
  expect(reason).toBeInstanceOf(SimulatorFault);
  expect(reason.message).toContain('with others that ran, it took more memory than they have');
  expect(await next()).toMatchObject(FRESH);
});

it('a log of 100 MB says how much of it is cut', async () => {
  const { attack } = hostile(
    'async () => { const line = "x".repeat(1024 * 1024 - 1); for (let i = 0; i < 100; i += 1) console.log(line); }',
  );
  const { log } = await attack();
  expect(log.split('\n')[0]).toBe('[104792064 bytes are cut before this: a log keeps the last 65536]');
});
