import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from '../step/bind';
import { ERROR_OUTPUT } from '../step/compensation';
import { bindFlow } from '../step/enclose';
import { object, quote } from '../step/expression';
import { stateName } from '../step/names';

/** The JSONata of whether `$child` is what a failed step resulted in. */
export const IS_FAILURE = '($type($child) = "object" and $child.failed = true)';

/** A step after whose failure the flow goes on: its result is then `{ failed: true, error, cause }`. */
export class TolerantStep implements IStep {
  constructor(
    private readonly step: IStep,
    private readonly reason?: string,
  ) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    return bindFlow(scope, id, options, {
      comment: this.reason ?? 'The others go on when it fails',
      states: (own, place) => {
        const failed = sfn.Pass.jsonata(own, 'Failed', {
          stateName: stateName(own, `${options.stateName} failed`),
          comment: this.reason ?? 'Tells of the failure, with which others will end',
        });
        const ignored = this.reason === undefined ? undefined : { ignored: quote(this.reason) };
        // The state that does it has the step's name, unless what encloses it has.
        const config = this.step.bind(own, 'Step', {
          ...place.child('Try', place.options.path),
          ...(options.oneState ? {} : { stateName: options.stateName, path: options.path }),
          last: true,
          onError: { handler: failed, output: object({ failed: 'true', ...ERROR_OUTPUT, ...ignored }) },
        });
        return {
          ...config,
          chain: sfn.Chain.custom(config.chain.startState, [...config.chain.endStates, failed], failed),
        };
      },
    });
  }
}
