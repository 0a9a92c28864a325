import { awaiting, type Computation } from './fiber';
import type { Json, JsonObject } from './json';
import type { Lane } from './lane';
import type { Evaluation, Expression } from './query/expression';
import type { ReferencePath } from './query/reference-path';

/** The query languages of the Amazon States Language. */
export type QueryLanguage = 'JSONPath' | 'JSONata';

/** How data goes through a state, a Catch or a rule of a Choice: its fields, and the language that they are in. */
export interface Flow {
  readonly language: QueryLanguage;
  /** InputPath. */
  readonly input?: Expression;
  /** Parameters, or Arguments. */
  readonly payload?: Expression;
  readonly resultSelector?: Expression;
  /** ResultPath; null discards the result. */
  readonly resultPath?: ReferencePath | null;
  /** OutputPath, or Output. */
  readonly output?: Expression;
  readonly assign?: Expression;
}

/** What a state starts from. */
export interface Intake {
  /** What `$` is: the input, reduced by InputPath. */
  readonly input: Json;
  /** What the state works on. */
  readonly payload: Json;
}

/** What a state leaves behind. */
export interface Outcome {
  readonly output: Json;
  /** The variables to assign. Nothing that the state evaluates sees them yet. */
  readonly assigned?: JsonObject;
  /** The next state; none at the end. */
  readonly next?: string;
}

/** The value of an expression; JSONata takes a promise. */
export function* resolve(expression: Expression, at: Evaluation): Computation<Json> {
  const value = expression.evaluate(at);
  return value instanceof Promise ? yield* awaiting(at.lane.run.clock, value) : value;
}

/** Applies the fields that prepare a state's work: InputPath and Parameters, or Arguments. */
export function* takeIn(flow: Flow, lane: Lane, raw: Json): Computation<Intake> {
  const input = flow.input ? yield* resolve(flow.input, { lane, input: raw }) : raw;
  const payload = flow.payload ? yield* resolve(flow.payload, { lane, input }) : input;
  return { input, payload };
}

/** Applies the fields that make a state's output of what its work gave. */
export function* putOut(flow: Flow, lane: Lane, raw: Json, result: Json, next?: string): Computation<Outcome> {
  if (flow.language === 'JSONata') {
    return yield* evaluated(flow, { lane, input: raw, result }, result, next);
  }
  const selected = flow.resultSelector ? yield* resolve(flow.resultSelector, { lane, input: result }) : result;
  const assigned = flow.assign && ((yield* resolve(flow.assign, { lane, input: selected })) as JsonObject);
  const combined = combine(flow, raw, selected);
  const output = flow.output ? yield* resolve(flow.output, { lane, input: combined }) : combined;
  return { output, assigned, next };
}

/** Applies the fields of a Catch to the error that it has caught. */
export function* putOutError(flow: Flow, lane: Lane, raw: Json, error: Json, next: string): Computation<Outcome> {
  return flow.language === 'JSONata'
    ? yield* evaluated(flow, { lane, input: raw, errorOutput: error }, error, next)
    : yield* putOut(flow, lane, raw, error, next);
}

function* evaluated(flow: Flow, at: Evaluation, otherwise: Json, next?: string): Computation<Outcome> {
  const assigned = flow.assign && ((yield* resolve(flow.assign, at)) as JsonObject);
  const output = flow.output ? yield* resolve(flow.output, at) : otherwise;
  return { output, assigned, next };
}

function combine(flow: Flow, raw: Json, result: Json): Json {
  if (flow.resultPath === null) {
    return raw;
  }
  return flow.resultPath ? flow.resultPath.put(raw, result) : result;
}
