import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Chain } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { bindFlow } from './enclose';
import { checkStepNames, stepId } from './names';

/** A step and its name in a flow. */
export interface NamedStep {
  /** The name: of the step's state, and of its result in `results` and in the output. */
  readonly name: string;

  /** What is done. */
  readonly step: IStep;
}

/** Steps that run one after the other; the result is `{ <step name>: <its result>, … }`. */
export class SequenceStep implements IStep {
  constructor(private readonly steps: NamedStep[]) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    checkStepNames(
      scope,
      `the sequence '${options.stateName}'`,
      this.steps.map((step) => step.name),
    );
    return bindFlow(scope, id, options, {
      comment: `Runs ${this.steps.map((step) => step.name).join(', ')}, one after the other`,
      states: (own, place) => {
        const bound = this.steps.map(({ name, step }, index) =>
          step.bind(own, stepId(name), {
            ...place.child(name),
            recordAs: name,
            last: place.options.last && index === this.steps.length - 1,
          }),
        );
        return { ...combined(bound), chain: inOrder(bound.map((config) => config.chain)) };
      },
    });
  }
}

/** Chains states that each have one way on. */
export function inOrder(states: sfn.IChainable[]): sfn.IChainable {
  return states.slice(1).reduce<Chain>((chain, state) => chain.next(state), Chain.start(states[0]));
}

/** What several steps need and leave together. */
export function combined(configs: StepConfig[]): Omit<StepConfig, 'chain'> {
  return {
    worstCase: configs.flatMap((config) => config.worstCase),
    deadLetterQueues: configs.flatMap((config) => config.deadLetterQueues ?? []),
    standardOnly: configs.flatMap((config) => config.standardOnly ?? []),
    holdsSaga: configs.some((config) => config.holdsSaga),
    functions: configs.flatMap((config) => config.functions ?? []),
    stores: configs.flatMap((config) => config.stores ?? []),
    distributedMaps: configs.flatMap((config) => config.distributedMaps ?? []),
  };
}
