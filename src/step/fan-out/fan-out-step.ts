import { Annotations, type Size, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from '../bind';
import { invalid } from '../names';
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
    warnOfReservedConcurrency(scope, options.stateName, config.functions ?? [], maxConcurrency ?? MAX_INLINE);
    return config;
  }
}

const MAX_INLINE = 40;
const MAX_DISTRIBUTED = 10_000;
const MAX_BATCH_KIB = 256;

function checkOptions(scope: Construct, name: string, options: FanOutOptions): void {
  const { items, maxConcurrency, batch } = options;
  const max = items.distributed ? MAX_DISTRIBUTED : MAX_INLINE;
  if (maxConcurrency === undefined && items.distributed) {
    throw invalid(
      scope,
      `'${name}' has no maxConcurrency; give 1 to ${MAX_DISTRIBUTED}: what the step calls has to bear it`,
    );
  }
  if (maxConcurrency !== undefined && !isWholeNumber(maxConcurrency, max)) {
    const instead = items.distributed ? '' : ', or use Items.inputDistributed';
    throw invalid(
      scope,
      `'${name}' has the maxConcurrency ${maxConcurrency}; give a whole number from 1 to ${max}${instead}`,
    );
  }
  if (!items.distributed) {
    const useless = (['tolerance', 'batch', 'itemExecutionType', 'resultsBucket'] as const).find(
      (prop) => options[prop],
    );
    if (useless)
      throw invalid(
        scope,
        `'${name}' has ${useless}, which only distributed items can have; use Items.inputDistributed`,
      );
  }
  if (batch && batch.maxItems === undefined && batch.maxSize === undefined) {
    throw invalid(scope, `the batches of '${name}' have no limit; give maxItems or maxSize`);
  }
  if (batch?.maxItems !== undefined && !isWholeNumber(batch.maxItems, Number.MAX_SAFE_INTEGER)) {
    throw invalid(scope, `the batches of '${name}' have the maxItems ${batch.maxItems}; give a whole number from 1`);
  }
  if (batch?.maxSize && !batch.maxSize.isUnresolved() && batch.maxSize.toBytes() > MAX_BATCH_KIB * 1024) {
    throw invalid(
      scope,
      `the batches of '${name}' have a maxSize over ${MAX_BATCH_KIB} KiB, which is what an execution can get`,
    );
  }
  const { maxItems } = items._source?.options ?? {};
  if (maxItems !== undefined && !isWholeNumber(maxItems, 100_000_000)) {
    throw invalid(
      scope,
      `the items of '${name}' have the maxItems ${maxItems}; give a whole number from 1 to 100000000`,
    );
  }
}

function isWholeNumber(value: number, max: number): boolean {
  return Token.isUnresolved(value) || (Number.isInteger(value) && value >= 1 && value <= max);
}

function warnOfReservedConcurrency(scope: Construct, name: string, functions: lambda.IFunction[], max: number): void {
  for (const fn of new Set(functions)) {
    const resource = fn.node.defaultChild;
    const reserved = resource instanceof lambda.CfnFunction ? resource.reservedConcurrentExecutions : undefined;
    if (reserved === undefined || Token.isUnresolved(reserved) || reserved >= max) continue;
    Annotations.of(scope).addWarningV2(
      `cdk-workflow-patterns:fanOutConcurrency:${name}:${fn.node.path}`,
      `'${name}' works on up to ${max} items at once, but ${fn.node.path} is reserved ${reserved} concurrent executions: it will be throttled; lower maxConcurrency, or reserve more`,
    );
  }
}
