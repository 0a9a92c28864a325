import fc from 'fast-check';
import { LAMBDA, TOKEN } from './run';

type Fields = { [name: string]: unknown };

/** Says a state when it is known how deep it is, and to which states it may lead. */
type Draft = (at: { readonly depth: number; readonly later: readonly string[]; readonly name: () => string }) => Fields;

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
const EXPRESSIONS = [
  '$states.input',
  '$states.input.a',
  '1 + 1',
  '$states.context',
  '[1..3]',
  "'text'",
  '1 / 0',
  '$states.result',
];

const expression = fc.constantFrom(...EXPRESSIONS).map((text) => `{% ${text} %}`);
const data = fc.jsonValue({ maxDepth: 2 });
const template = fc.oneof(data, fc.dictionary(fc.constantFrom('a', 'list', 'c'), fc.oneof(expression, data)));
const path = fc.constantFrom(...PATHS);
const payload = fc.dictionary(fc.constantFrom('a.$', 'list.$', 'c.$'), fc.oneof(path, fc.constantFrom(...INTRINSICS)));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** The fields that data goes through, in a language; `more` are those that not every state has. */
function flow(jsonata: boolean, more: { payload?: boolean; result?: boolean } = {}): fc.Arbitrary<Fields> {
  if (jsonata) {
    return fc.record({
      Output: maybe(template),
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
const recovery: fc.Arbitrary<Draft> = fc
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

const combined = (...parts: readonly fc.Arbitrary<Draft | Fields>[]): fc.Arbitrary<Draft> =>
  fc
    .tuple(...parts)
    .map(
      (all) => (at) =>
        Object.assign({}, ...all.map((part) => (typeof part === 'function' ? part(at) : part))) as Fields,
    );

const task = (jsonata: boolean, express: boolean) =>
  combined(
    fc.record({
      Type: fc.constant('Task'),
      Resource: express
        ? fc.constant(LAMBDA)
        : fc.constantFrom(
            LAMBDA,
            TOKEN,
            'arn:aws:states:::states:startExecution.sync:2',
            'arn:aws:lambda:eu-west-1:123456789012:function:f',
            'arn:aws:states:eu-west-1:123456789012:activity:a',
          ),
      TimeoutSeconds: maybe(jsonata ? fc.constantFrom(20, '{% 20 + $states.input.a %}') : fc.constant(20)),
      HeartbeatSeconds: maybe(fc.integer({ min: 1, max: 19 })),
    }),
    flow(jsonata, { payload: true, result: true }),
    recovery,
  );

const choice = (jsonata: boolean): fc.Arbitrary<Draft> => {
  const rule = jsonata
    ? fc.record({ Condition: fc.oneof(fc.boolean(), expression) })
    : fc
        .record({ Variable: path })
        .chain((variable) =>
          fc
            .constantFrom<Fields>(
              { IsPresent: true },
              { NumericEquals: 1 },
              { StringMatches: '*a*' },
              { IsNull: false },
            )
            .map((test) => ({ ...variable, ...test })),
        );
  return fc.tuple(fc.array(fc.tuple(rule, fc.nat()), { minLength: 1, maxLength: 3 }), fc.boolean(), flow(jsonata)).map(
    ([rules, hasDefault, fields]) =>
      ({ later }) =>
        later.length === 0
          ? { Type: 'Pass', ...fields }
          : {
              Type: 'Choice',
              ...fields,
              // The state that comes next has to be led to.
              Choices: [
                ...rules.map(([test, pick]) => ({ ...test, Next: later[pick % later.length] })),
                { ...rules[0][0], Next: later[0] },
              ],
              ...(hasDefault && { Default: later[0] }),
            },
  );
};

const simple = (jsonata: boolean): fc.Arbitrary<Draft> =>
  fc.oneof(
    combined(flow(jsonata, { payload: !jsonata }), fc.record({ Type: fc.constant('Pass') }), assign(jsonata)),
    combined(
      flow(jsonata),
      fc.record({ Type: fc.constant('Wait') }),
      fc.constantFrom(
        { Seconds: 5 },
        { Timestamp: '2026-01-02T00:00:00Z' },
        jsonata ? { Seconds: '{% $states.input.a %}' } : { SecondsPath: '$.a' },
      ),
    ),
    combined(flow(jsonata), fc.record({ Type: fc.constantFrom('Succeed', 'Fail') })).map(
      (draft): Draft =>
        (at) => {
          const { Type, InputPath, OutputPath, Output } = draft(at);
          // They end their graph: no state may come after them.
          return at.later.length > 0
            ? { Type: 'Pass' }
            : Type === 'Fail'
              ? { Type }
              : { Type, InputPath, OutputPath, Output };
        },
    ),
  );

/** Each depth has variables of its own: a scope may not assign an outer one. */
const assign = (jsonata: boolean): fc.Arbitrary<Draft> =>
  fc.tuple(fc.boolean(), jsonata ? expression : path).map(([assigns, value]) => ({ depth }) => ({
    ...(assigns && { Assign: jsonata ? { [`v${depth}`]: value } : { [`v${depth}.$`]: value } }),
  }));

function graph(depth: number, jsonata: boolean, express: boolean): fc.Arbitrary<Draft> {
  const inner = depth > 0 ? inside(depth, jsonata, express) : undefined;
  const kinds = (inJsonata: boolean) => [
    task(inJsonata, express),
    choice(inJsonata),
    simple(inJsonata),
    ...(inner ? [parallel(inner, inJsonata), map(inner, inJsonata, express)] : []),
  ];
  // A state in JSONata may stand beside those in JSONPath, not the other way round.
  const state = fc.boolean().chain((mixed) => {
    const inJsonata = jsonata || mixed;
    return fc.oneof(...kinds(inJsonata)).map(
      (draft): Draft =>
        (at) => ({ ...draft(at), ...(inJsonata && !jsonata && { QueryLanguage: 'JSONata' }) }),
    );
  });
  return fc.array(state, { minLength: 1, maxLength: 4 }).map((drafts) => (at) => {
    const names = drafts.map(() => at.name());
    const states = drafts.map((draft, index) => {
      const later = names.slice(index + 1);
      const fields = draft({ ...at, later });
      const ends = ['Choice', 'Succeed', 'Fail'].includes(String(fields.Type));
      return [
        names[index],
        { ...fields, ...(!ends && (later.length > 0 ? { Next: later[0] } : { End: true })) },
      ] as const;
    });
    return { StartAt: names[0], States: Object.fromEntries(states) };
  });
}

const inside = (depth: number, jsonata: boolean, express: boolean): fc.Arbitrary<Draft> =>
  graph(depth - 1, jsonata, express).map(
    (draft): Draft =>
      (at) =>
        draft({ ...at, depth: at.depth + 1 }),
  );

const parallel = (inner: fc.Arbitrary<Draft>, jsonata: boolean): fc.Arbitrary<Draft> =>
  combined(
    fc.array(inner, { minLength: 1, maxLength: 3 }).map(
      (branches): Draft =>
        (at) => ({ Type: 'Parallel', Branches: branches.map((branch) => branch(at)) }),
    ),
    flow(jsonata, { payload: true, result: true }),
    recovery,
  );

const map = (inner: fc.Arbitrary<Draft>, jsonata: boolean, express: boolean): fc.Arbitrary<Draft> =>
  combined(
    fc.tuple(inner, express ? fc.constant(false) : fc.boolean()).map(
      ([processor, isDistributed]): Draft =>
        (at) => ({
          Type: 'Map',
          ItemProcessor: {
            ...(isDistributed && { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }),
            ...processor(at),
          },
          ...(isDistributed && { ToleratedFailurePercentage: 50 }),
        }),
    ),
    fc.record({ MaxConcurrency: maybe(fc.integer({ min: 0, max: 3 })) }),
    jsonata
      ? fc.record({ Items: maybe(fc.constantFrom('{% [1..3] %}', '{% $states.input.list %}')) })
      : fc.record({ ItemsPath: maybe(path) }),
    flow(jsonata, { result: true }),
    recovery,
  );

/** A state machine that AWS would take. */
export function definitions(type: 'STANDARD' | 'EXPRESS'): fc.Arbitrary<object> {
  return fc.boolean().chain((jsonata) =>
    graph(2, jsonata, type === 'EXPRESS').map((draft) => {
      let count = 0;
      const machine = draft({ depth: 0, later: [], name: () => `S${count++}` });
      // What is undefined isn't there.
      return JSON.parse(JSON.stringify({ ...machine, ...(jsonata && { QueryLanguage: 'JSONata' }) })) as object;
    }),
  );
}
