import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { StepBindOptions, StepConfig } from './bind';
import { stateName } from './names';
import { addCatches, outcome } from './outcome';

/** How to bind a step that has several states. */
export interface Flow {
  readonly comment: string;
  /** Errors of the flow as a whole after which nothing of it is left. */
  readonly businessErrors?: string[];
  /** Puts the states of the flow into the definition. */
  readonly states: (scope: Construct, place: FlowPlace) => StepConfig;
}

/** Where a flow's own steps stand. */
export interface FlowPlace {
  readonly options: StepBindOptions;
  /** Where a step of the flow stands, by the name of its state and of its path. */
  child(state: string, path?: string): StepBindOptions;
}

/**
 * Binds a step that has several states: flat as a workflow's outermost step, else enclosed in a Parallel of one
 * branch, whose Catch gets the error of a Fail inside under its own name.
 */
export function bindFlow(scope: Construct, id: string, options: StepBindOptions, flow: Flow): StepConfig {
  const own = new Construct(scope, id);
  if (!options.oneState) return flow.states(own, place('', options));
  const { stateName: name, path, depth, eventFields } = options;
  const branch = flow.states(
    own,
    place(`${name}.`, { stateName: name, path, depth: depth + 1, eventFields, last: true }),
  );
  const parallel = sfn.Parallel.jsonata(own, 'Enclosure', {
    ...outcome(options, '$states.result[0]'),
    stateName: stateName(scope, name),
    comment: flow.comment,
  }).branch(branch.chain);
  addCatches(parallel, options, flow.businessErrors);
  return { ...branch, chain: parallel };
}

function place(prefix: string, options: StepBindOptions): FlowPlace {
  const pathPrefix = prefix === '' ? '' : `${options.path}.`;
  return {
    options,
    child: (state, path = state) => ({
      stateName: `${prefix}${state}`,
      path: `${pathPrefix}${path}`,
      depth: options.depth,
      eventFields: options.eventFields,
      oneState: true,
    }),
  };
}
