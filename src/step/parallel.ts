import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { children } from './enclose';
import { object } from './expression';
import { checkStepNames, stateName, stepId } from './names';
import { addCatches, outcome } from './outcome';
import { combined, type NamedStep } from './sequence';
import { longestOf } from './worst-case';

/** Steps that run at the same time; the result is `{ <step name>: <its result>, … }`. */
export class ParallelStep implements IStep {
  /** @param resultOf the JSONata of a step's result, of the output of its branch */
  constructor(
    private readonly branches: NamedStep[],
    private readonly resultOf: (output: string, name: string) => string = (output) => output,
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const names = this.branches.map((branch) => branch.name);
    checkStepNames(scope, `the parallel '${options.stateName}'`, names);
    const own = new Construct(scope, id);
    const child = children(options);
    // A branch is a scope of its own, whose error is the Parallel's: a flow may lie flat in it.
    const bound = this.branches.map(({ name, step }) =>
      step.bind(own, stepId(name), { ...child(name), depth: options.depth + 1, oneState: false, last: true }),
    );
    const results = names.map((name, index) => [name, this.resultOf(`$states.result[${index}]`, name)]);
    const parallel = sfn.Parallel.jsonata(own, 'Parallel', {
      ...outcome(options, object(Object.fromEntries(results))),
      stateName: stateName(scope, options.stateName),
      comment: `Runs ${names.join(', ')} at the same time`,
    }).branch(...bound.map((config) => config.chain));
    addCatches(parallel, options);
    return {
      ...combined(bound),
      chain: parallel,
      worstCase: [longestOf(options.stateName, bound)],
    };
  }
}
