import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { bindFlow } from './enclose';

/** How a chain of plain CDK states behaves as a step. */
export interface ChainOptions {
  /**
   * Error names after which nothing of the chain has been done.
   *
   * @default - after any error, what it does may have happened
   */
  readonly businessErrors?: string[];
}

/**
 * Plain CDK states as a step. They get the step's input, and their output is its result. Their names and their
 * query language stay their own; the names of variables must differ from those of the enclosing flow.
 */
export class ChainStep implements IStep {
  constructor(
    private readonly chain: sfn.IChainable,
    private readonly options: ChainOptions = {},
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    return bindFlow(scope, id, options, {
      comment: 'Runs a chain of states',
      businessErrors: this.options.businessErrors,
      states: () => ({
        chain: this.chain,
        worstCase: [{ description: `${options.stateName}: a chain of CDK states` }],
      }),
    });
  }
}
