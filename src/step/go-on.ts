import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression';
import { stateName } from './names';

/** How a flow goes on after one of its states. */
export interface Fork {
  /** What the choice is called, and what it does. */
  readonly choice: { readonly stateName: string; readonly comment: string };
  /** The JSONata of when the flow goes elsewhere. */
  readonly unless: string;
  readonly elsewhere: sfn.IChainable;
  /**
   * The end, where nothing comes after it: its name, and the JSONata of what it returns.
   *
   * @default - what comes next
   */
  readonly end?: { readonly stateName: string; readonly returns: string };
}

/** Some states, and the choice after them between going on and going elsewhere. */
export function goOn(scope: Construct, states: sfn.IChainable, fork: Fork): sfn.IChainable {
  const choice = sfn.Choice.jsonata(scope, 'Choice', {
    stateName: stateName(scope, fork.choice.stateName),
    comment: fork.choice.comment,
  }).when(sfn.Condition.jsonata(jsonata(fork.unless)), fork.elsewhere);
  for (const state of states.endStates) state.next(choice);
  if (fork.end === undefined) {
    const next = (after: sfn.IChainable) => sfn.Chain.start(choice.otherwise(after));
    return sfn.Chain.custom(states.startState, [{ next }], choice);
  }
  const end = sfn.Pass.jsonata(scope, 'End', {
    stateName: stateName(scope, fork.end.stateName),
    comment: 'Returns the results',
    outputs: jsonata(fork.end.returns),
  });
  choice.otherwise(end);
  return sfn.Chain.custom(states.startState, [end], end);
}
