import fc from 'fast-check';

export type Fields = { [name: string]: unknown };

/** Says a state when it is known how deep it is, and to which states it may lead. */
export type Draft = (at: {
  readonly depth: number;
  readonly later: readonly string[];
  readonly name: () => string;
}) => Fields;

const ERRORS = ['Broken', 'States.Timeout', 'States.TaskFailed', 'States.HeartbeatTimeout', 'States.Permissions'];
const PATHS = [
  '$',
  '$.a',
  '$.list',
  '$.list[*]',
  '$..a',
  '$.list[0].b',
  '$$',
  '$$.Execution.Input',
  '$.list[?(@.b > 1)]',
];
const INTRINSICS = ["States.Format('{}', $)", 'States.UUID()', 'States.ArrayLength($.list)', 'States.MathAdd($.a, 1)'];
const EXPRESSIONS = ['$states.input', '$states.input.a', '1 + 1', '$states.context', '[1..3]', "'text'", '1 / 0'];

export const expression = fc.constantFrom(...EXPRESSIONS).map((text) => `{% ${text} %}`);
const data = fc.jsonValue({ maxDepth: 2 });
const template = fc.oneof(data, fc.dictionary(fc.constantFrom('a', 'list', 'c'), fc.oneof(expression, data)));
export const path = fc.constantFrom(...PATHS);
const payload = fc.dictionary(fc.constantFrom('a.$', 'list.$', 'c.$'), fc.oneof(path, fc.constantFrom(...INTRINSICS)));
export const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const resultOrNot = fc.oneof(template, fc.constant('{% $states.result %}'));

/** The fields that data goes through, in a language; `more` are those that not every state has. */
export function flow(jsonata: boolean, more: { payload?: boolean; result?: boolean } = {}): fc.Arbitrary<Fields> {
  if (jsonata) {
    return fc.record({
      Output: maybe(more.result ? resultOrNot : template),
      ...(more.payload && { Arguments: maybe(fc.dictionary(fc.constant('a'), expression)) }),
    });
  }
  return fc.record({
    InputPath: maybe(fc.option(path)),
    OutputPath: maybe(fc.option(path)),
    ...(more.payload && { Parameters: maybe(payload) }),
    ...(more.result && {
      ResultSelector: maybe(payload),
      ResultPath: maybe(fc.constantFrom('$', '$.r', '$.r.s', '$.list[0]', null)),
    }),
  });
}

const retrier = fc.record({
  ErrorEquals: fc.subarray(ERRORS, { minLength: 1 }),
  IntervalSeconds: maybe(fc.integer({ min: 1, max: 9 })),
  MaxAttempts: fc.integer({ min: 0, max: 3 }),
  BackoffRate: maybe(fc.double({ min: 1, max: 5, noNaN: true })),
  MaxDelaySeconds: maybe(fc.integer({ min: 10, max: 99 })),
  JitterStrategy: maybe(fc.constantFrom('FULL', 'NONE')),
});

/** What a state does about errors. A Catch needs a state to lead to. */
export const recovery: fc.Arbitrary<Draft> = fc
  .record({
    Retry: maybe(fc.array(retrier, { maxLength: 2 })),
    names: fc.subarray([...ERRORS, 'States.ALL']),
    pick: fc.nat(),
  })
  .map(({ Retry, names, pick }) => ({ later }) => ({
    Retry,
    ...(later.length > 0 && {
      Catch: names.map((name) => ({ ErrorEquals: [name], Next: later[pick % later.length] })),
    }),
  }));

export const combined = (...parts: readonly fc.Arbitrary<Draft | Fields>[]): fc.Arbitrary<Draft> =>
  fc
    .tuple(...parts)
    .map(
      (all) => (at) =>
        Object.assign({}, ...all.map((part) => (typeof part === 'function' ? part(at) : part))) as Fields,
    );

/** Each depth has variables of its own: a scope may not assign an outer one. */
export const assign = (jsonata: boolean): fc.Arbitrary<Draft> =>
  fc.tuple(fc.boolean(), jsonata ? expression : path).map(([assigns, value]) => ({ depth }) => ({
    ...(assigns && { Assign: jsonata ? { [`v${depth}`]: value } : { [`v${depth}.$`]: value } }),
  }));
