import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { bindFlow } from './enclose';
import { checkBusinessErrors } from './errors';
import { inputOf, jsonata } from './expression';
import { invalid } from './names';
import { event } from './outcome';

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
 * Plain CDK states as a step. They get the step's input, as a compensation its whole event, and their output is its
 * result. Their names and their query language stay their own.
 */
export class ChainStep implements IStep {
  private boundIn?: string;

  constructor(
    private readonly chain: sfn.IChainable,
    private readonly options: ChainOptions = {},
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { stateName, eventFields } = options;
    if (this.boundIn !== undefined) {
      throw invalid(
        scope,
        `the chain '${stateName}' stands in ${this.boundIn} already; CDK's states belong to one place: make the chain anew`,
      );
    }
    this.boundIn = scope.node.path;
    checkBusinessErrors(scope, stateName, this.options.businessErrors);
    // The state's input is more than the step's where that is an item.
    const own = options.item ? { ...options, oneState: true } : options;
    const input = options.item && jsonata(inputOf(options));
    return bindFlow(scope, id, own, {
      comment: 'Runs a chain of states',
      businessErrors: this.options.businessErrors,
      retriedAsOne: true,
      input: eventFields ? jsonata(event(options)) : input,
      states: () => ({ chain: this.chain, worstCase: [{ description: `${stateName}: a chain of CDK states` }] }),
    });
  }
}
