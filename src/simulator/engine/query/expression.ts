import type { Json } from '../json';
import type { Lane, MapItem } from '../lane';
import type { FindingCode } from '../parse/findings';

/** Where and when a field of a state is evaluated. */
export interface Evaluation {
  readonly lane: Lane;
  /** What `$` is in JSONPath, and `$states.input` in JSONata. */
  readonly input: Json;
  /** `$states.result`: what the state's work gave. */
  readonly result?: Json;
  /** `$states.errorOutput`: the error that a Catch has caught. */
  readonly errorOutput?: Json;
  /** The item that an ItemSelector is about, if it is not the lane's. */
  readonly item?: MapItem;
}

/** The value of a field, which may have to be evaluated when its state runs. */
export interface Expression {
  /** The field's text, for messages. */
  readonly source: string;
  /** The value. What is not JSONata is there at once. */
  evaluate(at: Evaluation): Json | Promise<Json>;
}

/** A value that is what it says. */
export function constant(value: Json): Expression {
  return { source: JSON.stringify(value), evaluate: () => value };
}

/** Is told of an expression that can't be understood: where it is in its field (a JSON pointer), its text, and why. */
export type Complain = (pointer: string, text: string, problem: string, code?: FindingCode) => void;
