import type { ChoiceRule, ChoiceState } from '../definition';
import { StateProblem } from '../errors';
import { awaiting, type Computation } from '../fiber';
import { type Outcome, putOut, takeIn } from '../flow';
import type { Json } from '../json';
import type { Lane } from '../lane';
import type { Evaluation } from '../query/expression';
import { wrongType } from './fields';

/** Goes where the first rule that holds leads, or else to its default. */
export function* runChoice(lane: Lane, state: ChoiceState, raw: Json): Computation<Outcome> {
  const { input } = yield* takeIn(state.flow, lane, raw);
  for (const rule of state.choices) {
    if (yield* holds(rule, { lane, input })) {
      // What a rule says about data replaces what the state says for its default.
      const { output, assign } = rule.flow;
      const flow = state.flow.language === 'JSONata' ? { ...state.flow, output, assign } : { ...state.flow, assign };
      return yield* putOut(flow, lane, raw, input, rule.next);
    }
  }
  if (state.default === undefined) {
    throw new StateProblem(
      'States.NoChoiceMatched',
      'Failed to transition out of the state. The state does not point to a next state.',
    );
  }
  return yield* putOut(state.flow, lane, raw, input, state.default);
}

function* holds(rule: ChoiceRule, at: Evaluation): Computation<boolean> {
  const value = rule.test(at);
  const result = value instanceof Promise ? yield* awaiting(at.lane.run.clock, value) : value;
  if (typeof result !== 'boolean' && rule.condition) {
    throw wrongType(rule.condition, 'boolean', result);
  }
  return result === true;
}
