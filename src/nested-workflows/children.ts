import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from '../step/bind';
import { bindFlow, type FlowPlace } from '../step/enclose';
import { jsonata, variable } from '../step/expression';
import { goOn } from '../step/go-on';
import { checkStepNames, invalid, stateName } from '../step/names';
import { ParallelStep } from '../step/parallel';
import { type NamedStep, SequenceStep } from '../step/sequence';
import { type StartExecutionOptions, StartExecutionStep } from '../step/start-execution';
import type { IWorkflow } from '../step/workflow-ref';
import { FailurePolicy } from './failure-policy';
import { TolerantStep } from './tolerant-step';

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
    checkChildren(scope, `the nested workflows of '${options.stateName}'`, children);
    const isParallel = order === ChildOrder.PARALLEL;
    const flow = isParallel ? inParallel(children) : new SequenceStep(children.map(namedStep));
    const collected = children.filter(isCollected);
    if (collected.length === 0) return flow.bind(scope, id, options);
    return bindFlow(scope, id, options, {
      comment: `Runs ${children.map((child) => child.name).join(', ')}`,
      states: (own, place) => {
        const { depth } = place.options;
        const failures = variable('failures', depth);
        const config = flow.bind(own, 'Children', {
          ...place.options,
          last: false,
          ...(isParallel
            ? { recordAs: 'all', assign: { ...place.options.assign, [failures]: failuresOf(children) } }
            : {}),
        });
        const results = `$${variable('results', depth)}${isParallel ? '.all' : ''}`;
        return { ...config, chain: checked(own, place, config.chain, `$${failures}`, results) };
      },
    });
  }
}

function checkChildren(scope: Construct, flow: string, children: ChildWorkflow[]): void {
  if (children.length === 0) throw invalid(scope, `${flow} have no children; give at least one`);
  const names = children.map((child) => child.name);
  checkStepNames(scope, flow, names, Object.values(STATES));
  for (const { name, failurePolicy } of children) {
    if (failurePolicy === undefined || failurePolicy instanceof FailurePolicy) continue;
    throw invalid(
      scope,
      `the failurePolicy of '${name}', ${JSON.stringify(failurePolicy)}, is none; give FailurePolicy.failFast(), .collect() or .ignore(…)`,
    );
  }
}

function isCollected({ failurePolicy }: ChildWorkflow): boolean {
  return failurePolicy?.tolerant === true && failurePolicy.reason === undefined;
}

function namedStep({ name, workflow, failurePolicy, ...options }: ChildWorkflow): NamedStep {
  const step = new StartExecutionStep(workflow, options);
  return { name, step: failurePolicy?.tolerant ? new TolerantStep(name, step, failurePolicy.reason) : step };
}

function inParallel(children: ChildWorkflow[]): IStep {
  const tolerant = children.filter((child) => child.failurePolicy?.tolerant).map((child) => child.name);
  return new ParallelStep(children.map(namedStep), (output, name) =>
    tolerant.includes(name) ? TolerantStep.resultIn(output) : output,
  );
}

/** The JSONata of the failures that were collected, of what came out of the branches. */
function failuresOf(children: ChildWorkflow[]): string {
  const failures = children.map((child, index) =>
    isCollected(child) ? [TolerantStep.failureIn(`$states.result[${index}]`, child.name)] : [],
  );
  return `[${failures.flat().join(', ')}]`;
}

/** Fails at the end where one failed whose failure was collected. */
function checked(
  scope: Construct,
  place: FlowPlace,
  chain: sfn.IChainable,
  failures: string,
  results: string,
): sfn.IChainable {
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
