import type { ExecutionType, Json } from '../../src/simulator/engine';

/** A definition, run with an input. */
export interface Scenario {
  readonly definition: object;
  /** An Express execution may have any number of events, a Standard one 25,000. */
  readonly type: ExecutionType;
  readonly input: Json;
  /** What it must return, or else nothing was measured. */
  readonly output: Json;
  /** How many executions are run before time is taken, and how many after. */
  readonly warmUp: number;
  readonly times: number;
}

const STEPS = 10;
const DAYS = 364;
const DAY_SECONDS = 86_400;

/** Ten Pass states that add to the data, a Choice on it, and a Parallel of two. */
const branching = (): Scenario => {
  const input = { amount: 200 };
  const steps = Array.from({ length: STEPS }, (_, index) => ({ name: `Step${index}`, result: { number: index } }));
  const branches = ['One', 'Other'].map((name) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } }));
  const definition = {
    StartAt: steps[0].name,
    States: {
      ...Object.fromEntries(
        steps.map(({ name, result }, index) => [
          name,
          { Type: 'Pass', Result: result, ResultPath: `$.${name}`, Next: steps[index + 1]?.name ?? 'IsLarge' },
        ]),
      ),
      IsLarge: {
        Type: 'Choice',
        Choices: [{ Variable: '$.amount', NumericGreaterThan: 100, Next: 'Both' }],
        Default: 'TooSmall',
      },
      TooSmall: { Type: 'Fail' },
      Both: { Type: 'Parallel', Branches: branches, End: true },
    },
  };
  const output = { ...input, ...Object.fromEntries(steps.map(({ name, result }) => [name, result])) };
  return { definition, type: 'STANDARD', input, output: [output, output], warmUp: 2_000, times: 10_000 };
};

/** A Map that passes each of its items on, forty at a time: as many as AWS lets an inline one. */
const map = (count: number, mode: 'INLINE' | 'DISTRIBUTED'): Scenario => {
  const isInline = mode === 'INLINE';
  // Of one digit: so 100,000 of them fit into the 256 KiB that AWS lets a state take and give.
  const items = Array.from({ length: count }, (_, index) => index % 10);
  const definition = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        MaxConcurrency: 40,
        ItemProcessor: {
          ProcessorConfig: { Mode: mode, ...(!isInline && { ExecutionType: 'STANDARD' }) },
          StartAt: 'Item',
          States: { Item: { Type: 'Pass', End: true } },
        },
        End: true,
      },
    },
  };
  return { definition, type: isInline ? 'EXPRESS' : 'STANDARD', input: items, output: items, warmUp: 0, times: 1 };
};

/** A year: a Wait for each of its days but the last, at the end of which AWS would end the execution. */
const year = (): Scenario => {
  const states = Array.from({ length: DAYS }, (_, index) => [
    `Day${index + 1}`,
    { Type: 'Wait', Seconds: DAY_SECONDS, ...(index + 1 === DAYS ? { End: true } : { Next: `Day${index + 2}` }) },
  ]);
  const definition = { StartAt: 'Day1', States: Object.fromEntries(states) };
  return { definition, type: 'STANDARD', input: {}, output: {}, warmUp: 200, times: 200 };
};

/** What is measured. */
export const SCENARIOS = {
  branching,
  map1000: () => map(1_000, 'INLINE'),
  map10000: () => map(10_000, 'INLINE'),
  map100000: () => map(100_000, 'INLINE'),
  distributed100000: () => map(100_000, 'DISTRIBUTED'),
  year,
};

export type ScenarioName = keyof typeof SCENARIOS;
