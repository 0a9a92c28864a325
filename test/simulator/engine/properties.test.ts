import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clock, checkDefinition, type Json, type TaskAnswer } from '../../../src/simulator/engine';
import { definitions } from './arbitrary-definition';
import { begin, START } from './run';

/** A machine that is busy may take its time. */
const PATIENCE = { timeout: 600_000 };

/** A failure prints the seed and the path that repeat it. */
const runs = (count: number) => ({ seed: 2026, numRuns: process.env.PROOF === 'all' ? 20 * count : count });

const CODES = [
  'INVALID_JSON_DESCRIPTION',
  'SCHEMA_VALIDATION_FAILED',
  'INVALID_JSONATA_EXPRESSION',
  'UNSUPPORTED_JSONATA_EXPRESSION',
  'MISSING_TRANSITION_TARGET',
  'DUPLICATE_STATE_NAME',
];

/** How a task is answered, in short. */
const answers = fc.array(
  fc.record({
    kind: fc.constantFrom('succeeded', 'failed', 'silent', 'submitted'),
    afterMs: fc.integer({ min: 0, max: 30_000 }),
    error: fc.constantFrom('Broken', 'States.Timeout', 'States.Permissions'),
    output: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant({ a: 1, list: [{ b: 1 }, { b: 2 }] })),
    ends: fc.constantFrom('succeeded', 'failed', 'never'),
  }),
  { minLength: 1, maxLength: 8 },
);
type Answer = typeof answers extends fc.Arbitrary<(infer T)[]> ? T : never;

function answerOf({ kind, afterMs, error, output, ends }: Answer, clock: Clock): TaskAnswer {
  switch (kind) {
    case 'succeeded':
      return { kind, output: output as Json, afterMs };
    case 'failed':
      return { kind, error, afterMs };
    case 'silent':
      return { kind };
    default:
      return {
        kind: 'submitted',
        output: null,
        job: {
          subscribe: (report) => {
            report({ kind: 'started' });
            clock.schedule(afterMs / 2, () => report({ kind: 'heartbeat' }));
            if (ends !== 'never') {
              clock.schedule(afterMs, () =>
                report(ends === 'failed' ? { kind: ends, error } : { kind: 'succeeded', output: output as Json }),
              );
            }
          },
          abandon: () => undefined,
        },
      };
  }
}

async function execute(definition: object, type: 'STANDARD' | 'EXPRESS', input: Json, given: readonly Answer[]) {
  const clock = new Clock(START);
  let asked = 0;
  const { execution } = begin(definition, {
    clock,
    type,
    input,
    answer: () => answerOf(given[asked++ % given.length], clock),
  });
  await clock.runUntil(() => execution.status !== 'RUNNING');
  if (execution.fault !== undefined) {
    throw execution.fault;
  }
  return execution;
}

const inputs = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  fc.constant<Json>({
    a: 1,
    list: [
      { a: 1, b: 1 },
      { a: 2, b: 2 },
    ],
  }),
);

describe.each(['STANDARD', 'EXPRESS'] as const)('an arbitrary definition of type %s', PATIENCE, (type) => {
  test('is valid, and always ends, with a history that says how', async () => {
    await fc.assert(
      fc.asyncProperty(definitions(type), inputs, answers, async (definition, input, given) => {
        expect(checkDefinition(definition, type)).toEqual([]);
        const { status, history } = await execute(definition, type, input, given);
        const end = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', TIMED_OUT: 'TimedOut', ABORTED: '', RUNNING: '' }[
          status
        ];
        expect(history.at(-1)?.type).toBe(`Execution${end}`);
        expect(history.every(({ id, previousEventId }, index) => id === index + 1 && previousEventId < id)).toBe(true);
        expect(history.filter((event) => /^Execution(?!Started)/.test(event.type))).toHaveLength(1);
      }),
      runs(400),
    );
  });

  test('does the same each time', async () => {
    await fc.assert(
      fc.asyncProperty(definitions(type), inputs, answers, async (definition, input, given) => {
        const first = await execute(definition, type, input, given);
        const second = await execute(definition, type, input, given);
        expect(second.history).toEqual(first.history);
      }),
      runs(100),
    );
  });
});

/** Of the language; the words of a definition. */
const WORDS = [
  'StartAt',
  'States',
  'Type',
  'Next',
  'End',
  'Choices',
  'Branches',
  'ItemProcessor',
  'Retry',
  'Catch',
  'Assign',
  'Parameters',
];
const WORDS_MORE = [
  'Variable',
  'And',
  'Not',
  'Condition',
  'QueryLanguage',
  'Resource',
  'ResultPath',
  'ItemReader',
  'ItemBatcher',
  'Output',
];
const VALUES = [
  'Pass',
  'Task',
  'Map',
  'Parallel',
  'Choice',
  'Wait',
  'JSONata',
  'JSONPath',
  'DISTRIBUTED',
  '$.a',
  '{% 1 %}',
  '{% ( %}',
  '$[',
];

/** JSON that looks like a definition. */
const { document } = fc.letrec<{ document: Json }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<Json>(...VALUES, null, true, 0, -1, 1.5, ''),
    fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json>,
    fc.array(tie('document'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...WORDS, ...WORDS_MORE, 'A', '__proto__', 'constructor'), tie('document'), {
      maxKeys: 6,
    }),
  ),
}));

/** A definition with something else in one of its places. */
function mutated(definition: object, steps: readonly number[], value: Json): Json {
  const copy = JSON.parse(JSON.stringify(definition)) as { [key: string]: Json };
  let at = copy;
  for (const step of steps) {
    const keys = Object.keys(at);
    const key = keys[step % Math.max(keys.length, 1)];
    const next = at[key];
    if (next === null || typeof next !== 'object' || step % 7 === 0) {
      at[step % 5 === 0 ? 'Type' : (key ?? 'x')] = value;
      return copy;
    }
    at = next as { [key: string]: Json };
  }
  at.Type = value;
  return copy;
}

function expectFindings(json: Json): void {
  for (const { code, location, message } of checkDefinition(json)) {
    expect(CODES).toContain(code);
    expect(location).toMatch(/^(\/|$)/);
    expect(message).not.toBe('');
  }
}

describe('checkDefinition', PATIENCE, () => {
  test('reports findings on any JSON, and never throws', () => {
    fc.assert(fc.property(document, expectFindings), runs(3_000));
    fc.assert(
      fc.property(fc.string(), (text) => expectFindings(text)),
      runs(300),
    );
  });

  test('reports findings on a definition that has been tampered with, and never throws', () => {
    const steps = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(definitions('STANDARD'), steps, document, (definition, path, value) => {
        expectFindings(mutated(definition, path, value));
      }),
      runs(600),
    );
  });
});
