import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from '../step/bind';
import { ERROR_OUTPUT } from '../step/compensation';
import { BRANCH_OUTPUT, bindFlow } from '../step/enclose';
import { object, quote, variable } from '../step/expression';
import { stateName } from '../step/names';

/**
 * A step after whose failure the flow goes on: its result is then `{ failed: true, error, cause }`. What comes out of its
 * states is `{ result }` or `{ failure }`, so that no result can be taken for a failure.
 */
export class TolerantStep implements IStep {
  /** The JSONata of its result, of what comes out of its states. */
  static resultIn(output: string): string {
    return `($exists(${output}.failure) ? ${output}.failure : ${output}.result)`;
  }

  /** The JSONata of its failure, under its name, of what comes out of its states; undefined where there is none. */
  static failureIn(output: string, name: string): string {
    return `($exists(${output}.failure) ? $merge([${object({ child: quote(name) })}, ${output}.failure]))`;
  }

  /** @param reason why its failure doesn't matter; without one the failure is added to `$failures` */
  constructor(
    private readonly name: string,
    private readonly step: IStep,
    private readonly reason?: string,
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    return bindFlow(scope, id, this.noting(options), {
      comment: this.reason ?? 'The others go on when it fails',
      result: TolerantStep.resultIn(BRANCH_OUTPUT),
      states: (own, place) => {
        const failed = sfn.Pass.jsonata(own, 'Failed', {
          stateName: stateName(own, `${options.stateName} failed`),
          comment: this.reason ?? 'Tells of the failure, with which others will end',
        });
        const ignored = this.reason === undefined ? undefined : { ignored: quote(this.reason) };
        const failure = object({ failed: 'true', ...ERROR_OUTPUT, ...ignored });
        // The state that does it has the step's name, unless what encloses it has.
        const config = this.step.bind(own, 'Step', {
          ...place.child('Try', place.options.path),
          ...(options.oneState ? {} : { stateName: options.stateName, path: options.path }),
          recordAs: 'result',
          last: true,
          onError: { handler: failed, output: object({ failure }) },
        });
        return {
          ...config,
          chain: sfn.Chain.custom(config.chain.startState, [...config.chain.endStates, failed], failed),
        };
      },
    });
  }

  /** Among others in a sequence, the state that encloses it notes its failure; at the same time, what encloses them all. */
  private noting(options: StepBindOptions): StepBindOptions {
    if (!options.oneState || this.reason !== undefined) return options;
    const failures = variable('failures', options.depth);
    const noted = `[$${failures}, ${TolerantStep.failureIn(BRANCH_OUTPUT, this.name)}]`;
    return { ...options, assign: { ...options.assign, [failures]: noted } };
  }
}
