import type { Size } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from '../bind';
import { checkOptions, MAX_INLINE, warnOfReservedConcurrency } from './check-options';
import { bindDistributed } from './distributed';
import { bindInline } from './inline';
import type { Items } from './items';
import type { Tolerance } from './tolerance';

/** How items are taken together. */
export interface BatchOptions {
  /**
   * How many items a batch has at most.
   *
   * @default - as many as its size allows
   */
  readonly maxItems?: number;

  /**
   * How large a batch gets at most, up to 256 KiB.
   *
   * @default Size.kibibytes(256)
   */
  readonly maxSize?: Size;
}

/** What is done for each of many items. */
export interface FanOutOptions {
  /** The items. */
  readonly items: Items;

  /**
   * What is done for each. As `input` it gets the item; where there are batches, `{ items: [ … ] }`. One that runs in an
   * Express execution tries less again, as that has 5 minutes.
   */
  readonly step: IStep;

  /**
   * How many items, or batches, are worked on at the same time: up to 40 for those of `Items.at`, else up to 10,000. What
   * they call has to bear it.
   *
   * @default 40 for the items of `Items.at`; has to be given where the fan-out is distributed
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
   */
  readonly maxConcurrency?: number;

  /**
   * How many items may fail: where the fan-out is distributed.
   *
   * @default - none: the first that fails ends it
   */
  readonly tolerance?: Tolerance;

  /**
   * Takes items together, for a step that does many at once: where the fan-out is distributed.
   *
   * @default - each item by itself
   */
  readonly batch?: BatchOptions;

  /**
   * Whether an item's execution is Standard or Express: where the fan-out is distributed.
   *
   * @default - Express where the step can be: it waits for no token and no job, is no saga, and ends in 5 minutes even if
   * everything is tried again
   */
  readonly itemExecutionType?: sfn.StateMachineType;

  /**
   * Where the results go: where the fan-out is distributed.
   *
   * @default - a bucket of its own, encrypted, from which they are deleted after 90 days
   */
  readonly resultsBucket?: s3.IBucket;
}

/**
 * A step that is done for each of many items. Its result is, for the items of `Items.at`, the array of the results, in
 * the order of the items; else a report: `{ total, succeeded, failed, pending, resultsUri, failedItemsUri }`.
 */
export class FanOutStep implements IStep {
  constructor(private readonly options: FanOutOptions) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { items, maxConcurrency } = this.options;
    checkOptions(scope, options.stateName, this.options);
    const config = items.distributed
      ? bindDistributed(scope, id, options, this.options)
      : bindInline(scope, id, options, this.options);
    const most = maxConcurrency ?? MAX_INLINE;
    const functions = config.functions?.map(({ fn, atOnce }) => ({ fn, atOnce: atOnce * most }));
    warnOfReservedConcurrency(scope, options.stateName, functions ?? []);
    return { ...config, functions };
  }
}
