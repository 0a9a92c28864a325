import type { FailState, Field } from '../definition';
import { runtimeProblem, WorkflowError } from '../errors';
import type { Computation } from '../fiber';
import { resolve } from '../flow';
import type { Json } from '../json';
import type { Lane } from '../lane';
import { wrongType } from './fields';

/** Ends its graph with an error. */
export function* runFail(lane: Lane, state: FailState, input: Json): Computation<never> {
  const error = yield* textOf(lane, state, state.error, input);
  const cause = yield* textOf(lane, state, state.cause, input);
  throw new WorkflowError(error, cause);
}

function* textOf(lane: Lane, state: FailState, field: Field | undefined, input: Json): Computation<string | undefined> {
  if (!field) {
    return undefined;
  }
  const value = yield* resolve(field.expression, { lane, input });
  if (typeof value === 'string') {
    return value;
  }
  throw state.flow.language === 'JSONata'
    ? wrongType(field, 'string', value)
    : runtimeProblem(`The ${field.name} parameter does not reference a string: ${field.expression.source}`);
}
