import { expect, test } from 'vitest';
import { inlineFunction, NOW } from '../fakes';
import { invokeOnce, lambdaOf } from './harness';

/** The lines that a handler of this body writes, where its log format is JSON. */
const logged = async (body: string, config: object = {}) => {
  const properties = { LoggingConfig: { LogFormat: 'JSON', ...config } };
  const { log, requestId } = await invokeOnce(`exports.handler = async () => { ${body} };`, properties);
  const lines = log.split('\n').slice(0, -1);
  return { lines, parsed: () => lines.map((line) => JSON.parse(line)), requestId };
};

test('a line of the console is one of JSON, with the virtual time, its level and the request', async () => {
  const { parsed, requestId } = await logged("console.log('Hello\\nthere', 1, { a: 2 });");
  const [line, ...others] = parsed();
  expect(others).toEqual([]);
  expect(line).toEqual({
    timestamp: expect.stringMatching(/^2030-01-01T00:00:0\d\.\d{3}Z$/),
    level: 'INFO',
    requestId,
    message: 'Hello\nthere 1 { a: 2 }',
  });
  expect(Date.parse(line.timestamp)).toBeGreaterThanOrEqual(NOW);
});

test('what is written to stdout and stderr by itself is left alone', async () => {
  const { lines } = await logged(`process.stdout.write('{"_aws":{}}\\n'); process.stderr.write('plain\\n');`);
  expect(lines).toEqual(['{"_aws":{}}', 'plain']);
});

test('one value alone is a value of the line, not text', async () => {
  const { parsed } = await logged("console.info({ a: [1] }); console.log('{}'); console.log(null); console.log();");
  expect(parsed().map(({ message }) => message)).toEqual([{ a: [1] }, '{}', null, undefined]);
});

test('an error says its type, message and stack, alone and beside text', async () => {
  const { parsed } = await logged(
    "const error = Object.assign(new TypeError('no'), { code: 7 }); console.error(error); console.error('why:', error);",
  );
  const described = {
    errorType: 'TypeError',
    errorMessage: 'no',
    stackTrace: expect.arrayContaining(['TypeError: no']),
  };
  expect(parsed()).toMatchObject([
    { level: 'ERROR', message: { ...described, code: 7 } },
    { level: 'ERROR', message: expect.stringMatching(/^why: TypeError: no/), ...described },
  ]);
});

test('what JSON cannot say is text', async () => {
  const { parsed } = await logged('const a = {}; a.a = a; console.log(a); console.log(1n);');
  expect(parsed().map(({ message }) => message)).toEqual(['<ref *1> { a: [Circular *1] }', '1n']);
});

const EACH = "for (const level of ['trace', 'debug', 'log', 'info', 'warn', 'error', 'fatal']) console[level](level);";

test.each([
  ['INFO, by default', {}, ['INFO', 'INFO', 'WARN', 'ERROR', 'FATAL']],
  ['TRACE', { ApplicationLogLevel: 'TRACE' }, ['TRACE', 'DEBUG', 'INFO', 'INFO', 'WARN', 'ERROR', 'FATAL']],
  ['WARN', { ApplicationLogLevel: 'WARN' }, ['WARN', 'ERROR', 'FATAL']],
  ['FATAL', { ApplicationLogLevel: 'FATAL' }, ['FATAL']],
])('only what is at least %s is written', async (_level, config, levels) => {
  const { parsed } = await logged(EACH, config);
  expect(parsed().map(({ level }) => level)).toEqual(levels);
});

test('each invocation has its own request, and what is written while the code loads has none', async () => {
  const source = "console.log('loading'); exports.handler = async () => { console.log('handling'); };";
  const service = lambdaOf([inlineFunction('fn', source, { LoggingConfig: { LogFormat: 'JSON' } })]);
  const [first, second] = [await service.invoke('fn', '{}'), await service.invoke('fn', '{}')];
  const said = ({ log }: { log: string }) =>
    log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ message, requestId }) => [message, requestId]);
  expect(said(first)).toEqual([
    ['loading', undefined],
    ['handling', first.requestId],
  ]);
  expect(said(second)).toEqual([['handling', second.requestId]]);
  expect(second.requestId).not.toBe(first.requestId);
});

test('an error that a handler throws is logged as JSON too', async () => {
  const { parsed } = await logged("throw new RangeError('too far');");
  expect(parsed()).toMatchObject([{ level: 'ERROR', message: { errorType: 'RangeError', errorMessage: 'too far' } }]);
});

test('a function is told its log format and level, as on Lambda; one whose format is text is not', async () => {
  const source = 'exports.handler = async () => [process.env.AWS_LAMBDA_LOG_FORMAT, process.env.AWS_LAMBDA_LOG_LEVEL];';
  const json = await invokeOnce(source, { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG' } });
  const text = await invokeOnce(source, { LoggingConfig: { LogFormat: 'Text' } });
  expect([json.value, text.value]).toEqual([
    ['JSON', 'DEBUG'],
    [null, null],
  ]);
});
