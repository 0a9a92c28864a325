import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { bindFlow } from './enclose';
import { withVocabulary } from './expression';
import { invalid, stateName } from './names';
import { outcome } from './outcome';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html */
const MAX_WAIT_SECONDS = 99_999_999;

/** Some time that passes; the result is null. */
export class WaitStep implements IStep {
  constructor(private readonly duration: Duration) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { duration } = this;
    const seconds = duration.isUnresolved() ? Number.NaN : duration.toMilliseconds() / 1000;
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_WAIT_SECONDS) {
      throw invalid(
        scope,
        `'${options.stateName}' waits ${duration}; give whole seconds, from 1 to ${MAX_WAIT_SECONDS}, known at synthesis`,
      );
    }
    const wait = sfn.Wait.jsonata(scope, id, {
      ...outcome(options, 'null'),
      stateName: stateName(scope, options.stateName),
      comment: `Waits ${duration.toHumanString()}`,
      time: sfn.WaitTime.duration(duration),
    });
    return {
      chain: wait,
      worstCase: [{ description: `${options.stateName}: waits ${seconds} s`, duration: Duration.seconds(seconds) }],
    };
  }
}

/** Time that passes until an instant; the result is null. */
export class WaitUntilStep implements IStep {
  constructor(private readonly timestamp: string) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    // The expression may fail, and a Wait state has no Catch.
    return bindFlow(scope, id, options, {
      comment: `Waits until ${this.timestamp}`,
      states: (own, place) => ({
        chain: sfn.Wait.jsonata(own, 'Wait', {
          ...outcome(place.options, 'null'),
          stateName: stateName(scope, place.child('Wait').stateName),
          comment: `Waits until ${this.timestamp}`,
          time: sfn.WaitTime.timestamp(String(withVocabulary(this.timestamp, place.options))),
        }),
        worstCase: [{ description: `${options.stateName}: waits until ${this.timestamp}` }],
      }),
    });
  }
}
