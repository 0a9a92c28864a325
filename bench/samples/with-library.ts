import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Saga, Step } from '../../src';

/** The saga of the samples with this library. */
export const build = (scope: Construct, fn: IFunction) =>
  new Saga(scope, 'ThisLibrary', {
    steps: [
      { name: 'First', action: Step.invoke(fn), compensation: Step.invoke(fn) },
      { name: 'Second', action: Step.invoke(fn), compensation: Step.invoke(fn) },
      { name: 'Payment', action: Step.invoke(fn, { businessErrors: ['Declined'] }), compensation: Step.invoke(fn) },
      { name: 'Confirm First', action: Step.invoke(fn) },
      { name: 'Confirm Second', action: Step.invoke(fn) },
    ],
  });
