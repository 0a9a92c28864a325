import fc from 'fast-check';
import { assign, combined, type Draft, expression, type Fields, flow, maybe, path, recovery } from './arbitrary-fields';
import { LAMBDA, TOKEN } from './run';

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
