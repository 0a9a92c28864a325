import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from '../step/bind';
import { bindFlow, type FlowPlace } from '../step/enclose';
import { jsonata, quote, variable } from '../step/expression';
import { goOn } from '../step/go-on';
import { checkStepNames, stateName } from '../step/names';
import { ParallelStep } from '../step/parallel';
import { SequenceStep } from '../step/sequence';
import { type StartExecutionOptions, StartExecutionStep } from '../step/start-execution';
import type { IWorkflow } from '../step/workflow-ref';
import { FailurePolicy } from './failure-policy';
import { IS_FAILURE, TolerantStep } from './tolerant-step';

/** A workflow that another one runs. */
export interface ChildWorkflow extends StartExecutionOptions {
  /** The name: of the state that runs it, and of its result in `results` and in the output. */
  readonly name: string;

  /** The workflow. Its timeout has to be shorter than that of the state that waits for it. */
  readonly workflow: IWorkflow;

  /**
   * What becomes of the whole when it fails.
   *
   * @default FailurePolicy.failFast()
   */
  readonly failurePolicy?: FailurePolicy;
}

/** In which order workflows are run. */
export enum ChildOrder {
  /** All at the same time. */
  PARALLEL = 'parallel',

  /** One after the other, each with the results of those before it as `$results`. */
  SEQUENCE = 'sequence',
}

/** The workflows that are run. */
export interface ChildWorkflowsOptions {
  /** The workflows. */
  readonly children: ChildWorkflow[];

  /**
   * The order in which they are run.
   *
   * @default ChildOrder.PARALLEL
   */
  readonly order?: ChildOrder;
}

/** The error in which it ends when a failure was collected. */
const CHILDREN_FAILED = 'NestedWorkflows.ChildrenFailed';
const STATES = { check: 'All Succeeded?', end: 'All Succeeded', failed: 'Children Failed' };

/** Workflows that are run; the result is `{ <child name>: <its output>, … }`. */
export class ChildWorkflowsStep implements IStep {
  constructor(private readonly options: ChildWorkflowsOptions) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { children, order = ChildOrder.PARALLEL } = this.options;
    checkStepNames(
      scope,
      `the nested workflows of '${options.stateName}'`,
      children.map((child) => child.name),
      Object.values(STATES),
    );
    const steps = children.map((child) => ({ name: child.name, step: childStep(child) }));
    const isParallel = order === ChildOrder.PARALLEL;
    const flow = isParallel ? new ParallelStep(steps) : new SequenceStep(steps);
    const collected = children.filter(({ failurePolicy }) => failurePolicy?.tolerant && !failurePolicy.reason);
    if (collected.length === 0) return flow.bind(scope, id, options);
    return bindFlow(scope, id, options, {
      comment: `Runs ${steps.map((step) => step.name).join(', ')}`,
      states: (own, place) => {
        const config = flow.bind(own, 'Children', {
          ...place.options,
          last: false,
          recordAs: isParallel ? 'all' : undefined,
        });
        const results = `$${variable('results', place.options.depth)}${isParallel ? '.all' : ''}`;
        const names = collected.map((child) => child.name);
        return { ...config, chain: checked(own, place, config.chain, names, results) };
      },
    });
  }
}

function childStep({
  name: _name,
  workflow,
  failurePolicy = FailurePolicy.failFast(),
  ...options
}: ChildWorkflow): IStep {
  const step = new StartExecutionStep(workflow, options);
  return failurePolicy.tolerant ? new TolerantStep(step, failurePolicy.reason) : step;
}

/** Fails at the end where one failed whose failure was collected. */
function checked(
  scope: Construct,
  place: FlowPlace,
  chain: sfn.IChainable,
  names: string[],
  results: string,
): sfn.IChainable {
  const child = (name: string) =>
    `($child := $lookup(${results}, ${quote(name)}); ${IS_FAILURE} ? $merge([{ "child": ${quote(name)} }, $child]))`;
  const failures = `[${names.map(child).join(', ')}]`;
  const name = (state: string) => stateName(scope, place.child(state).stateName);
  const failed = sfn.Fail.jsonata(scope, 'Children Failed', {
    stateName: name(STATES.failed),
    comment: 'Fails, as workflows failed while the others went on',
    error: CHILDREN_FAILED,
    cause: jsonata(`$substring($string(${failures}), 0, 32768)`),
  });
  return goOn(scope, chain, {
    choice: { stateName: name(STATES.check), comment: 'Goes on where none failed' },
    unless: `$count(${failures}) > 0`,
    elsewhere: failed,
    end: { stateName: name(STATES.end), returns: results },
  });
}
