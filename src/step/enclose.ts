import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { StepBindOptions, StepConfig } from './bind';
import { stateName } from './names';
import { addCatches, outcome } from './outcome';
import { RetryPolicy } from './retry';
import { repeated } from './worst-case';

/** How to bind a step that has several states. */
export interface Flow {
  readonly comment: string;
  /** Errors of the flow as a whole after which it leaves nothing for others to undo. */
  readonly businessErrors?: string[];
  /** What its first state gets where it is enclosed, instead of the input. */
  readonly input?: string;
  /**
   * Whether it is one piece of work, of which no state is worth another attempt alone: where every error is tried again,
   * it is the whole flow.
   */
  readonly retriedAsOne?: boolean;
  /** What of the branch's output is the result where it is enclosed: JSONata, by default all of it. */
  readonly result?: string;
  /** Puts the states of the flow into the definition. */
  readonly states: (scope: Construct, place: FlowPlace) => StepConfig;
}

/** Where a flow's own steps stand. */
export interface FlowPlace {
  readonly options: StepBindOptions;
  /** Where a step of the flow stands, by the name of its state and of its path. */
  child(state: string, path?: string): StepBindOptions;
}

/** The JSONata of what the branch of a flow that is enclosed has ended in. */
export const BRANCH_OUTPUT = '$states.result[0]';

/**
 * Binds a step that has several states: flat as a workflow's outermost step, else enclosed in a Parallel of one
 * branch, whose Catch gets the error of a Fail inside under its own name.
 */
export function bindFlow(scope: Construct, id: string, options: StepBindOptions, flow: Flow): StepConfig {
  const own = new Construct(scope, id);
  const retry =
    flow.retriedAsOne && options.retryEveryError
      ? new RetryPolicy(
          { throttling: [], service: [] },
          { business: flow.businessErrors, every: true, express: options.express },
        )
      : undefined;
  if (!options.oneState && !retry) return flow.states(own, { options, child: children(options) });
  const { stateName: name, path, depth } = options;
  const inside = { ...inherited(options), stateName: name, path, depth: depth + 1, last: true };
  const branch = flow.states(own, { options: inside, child: children(inside) });
  const parallel = sfn.Parallel.jsonata(own, 'Enclosure', {
    ...outcome(options, flow.result ?? BRANCH_OUTPUT),
    stateName: stateName(scope, name),
    comment: flow.comment,
    // CDK's type knows objects alone, the language any expression.
    arguments: flow.input as unknown as object | undefined,
  }).branch(branch.chain);
  for (const rule of retry?.render() ?? []) parallel.addRetry(rule);
  addCatches(parallel, options, flow.businessErrors);
  const worstCase = retry ? repeated(name, branch.worstCase, retry) : branch.worstCase;
  return { ...branch, orderlyErrors: undefined, chain: parallel, worstCase };
}

/**
 * Where the steps inside a step stand, by the names of their state and of their path: those in the workflow's outermost
 * flow keep the user's names, others have that of what they are in before them.
 */
export function children(options: StepBindOptions): FlowPlace['child'] {
  const outermost = options.depth === 0 && !options.oneState;
  const [statePrefix, pathPrefix] = outermost ? ['', ''] : [`${options.stateName}.`, `${options.path}.`];
  return (state, path = state) => ({
    stateName: `${statePrefix}${state}`,
    path: `${pathPrefix}${path}`,
    ...inherited(options),
    depth: options.depth,
    oneState: true,
  });
}

/** What a step's own steps take over from it. */
function inherited({
  eventFields,
  withoutResultOf,
  retryEveryError,
  express,
  item,
}: StepBindOptions): Partial<StepBindOptions> {
  return { eventFields, withoutResultOf, retryEveryError, express, item };
}
