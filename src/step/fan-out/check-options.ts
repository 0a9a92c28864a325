import { Annotations, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { FunctionUse } from '../bind';
import { checkExpression, checkKey } from '../check-expression';
import { expressionIn } from '../expression';
import { functionOf } from '../function-target';
import { invalid } from '../names';
import type { FanOutOptions } from './fan-out-step';
import type { ItemSource, Items } from './items';
import { RESULTS_PREFIX } from './results-bucket';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
export const MAX_INLINE = 40;
const MAX_DISTRIBUTED = 10_000;
const MAX_BATCH_KIB = 256;

/** Refuses what Step Functions would, and what would do nothing. */
export function checkOptions(scope: Construct, name: string, options: FanOutOptions): void {
  const { items, maxConcurrency, batch, resultsBucket } = options;
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
  const bytes = batch?.maxSize?.isUnresolved() ? undefined : batch?.maxSize?.toBytes();
  if (bytes !== undefined && !isWholeNumber(bytes, MAX_BATCH_KIB * 1024)) {
    throw invalid(
      scope,
      `the batches of '${name}' have a maxSize of ${bytes} bytes; give 1 byte to ${MAX_BATCH_KIB} KiB, which is what an execution can get`,
    );
  }
  checkItems(scope, name, items, resultsBucket);
}

function checkItems(scope: Construct, name: string, items: Items, resultsBucket?: s3.IBucket): void {
  const { _array: array, _source: source, _atMost: atMost } = items;
  const ofItems = (prop: string) => `the ${prop} of the items of '${name}'`;
  if (array !== undefined) checkExpression(scope, ofItems('array'), array);
  if (atMost !== undefined && !isWholeNumber(atMost, Number.MAX_SAFE_INTEGER)) {
    throw invalid(scope, `${ofItems('number')} is ${atMost} at most; give a whole number from 1`);
  }
  if (source) checkSource(scope, name, source, resultsBucket);
}

function checkSource(scope: Construct, name: string, source: ItemSource, resultsBucket?: s3.IBucket): void {
  const { api, key, options, config } = source;
  const ofItems = (prop: string) => `the ${prop} of the items of '${name}'`;
  const { maxItems, keyPrefix, bucketName } = options;
  if (api === 'getObject' && key === '') throw invalid(scope, `${ofItems('key')} is empty`);
  if (key !== undefined) checkKey(scope, ofItems(api === 'listObjectsV2' ? 'prefix' : 'key'), key);
  if (
    api === 'listObjectsV2' &&
    resultsBucket &&
    isAmongResults(key) &&
    [source.bucket, ...(options.otherBuckets ?? [])].includes(resultsBucket)
  ) {
    throw invalid(
      scope,
      `'${name}' would take its own results for items, as those are in ${resultsBucket.node.path} under ${RESULTS_PREFIX}/; give the items another prefix, or the results another bucket`,
    );
  }
  if (Array.isArray(config.CSVHeaders) && config.CSVHeaders.length === 0) {
    throw invalid(scope, `${ofItems('headers')} are none; leave them out where the first line has them`);
  }
  if (bucketName !== undefined) checkExpression(scope, ofItems('bucketName'), bucketName);
  if (keyPrefix !== undefined && (key === undefined || expressionIn(key) === undefined)) {
    throw invalid(
      scope,
      `the items of '${name}' have a keyPrefix, which is for a key that an expression gives; leave it out`,
    );
  }
  if (maxItems !== undefined && !isWholeNumber(maxItems, 100_000_000)) {
    throw invalid(
      scope,
      `the items of '${name}' have the maxItems ${maxItems}; give a whole number from 1 to 100000000`,
    );
  }
}

function isAmongResults(prefix = ''): boolean {
  const results = `${RESULTS_PREFIX}/`;
  return results.startsWith(prefix) || prefix.startsWith(results);
}

function isWholeNumber(value: number, max: number): boolean {
  return Token.isUnresolved(value) || (Number.isInteger(value) && value >= 1 && value <= max);
}

/** Warns where more items are worked on at once than a function is reserved for. */
export function warnOfReservedConcurrency(scope: Construct, name: string, functions: FunctionUse[]): void {
  const most = new Map<lambda.IFunction, number>();
  for (const { fn, atOnce } of functions) most.set(functionOf(fn), Math.max(atOnce, most.get(functionOf(fn)) ?? 0));
  for (const [fn, atOnce] of most) {
    const resource = fn.node.defaultChild;
    const reserved = resource instanceof lambda.CfnFunction ? resource.reservedConcurrentExecutions : undefined;
    if (reserved === undefined || Token.isUnresolved(reserved) || reserved >= atOnce) continue;
    Annotations.of(scope).addWarningV2(
      `cdk-workflow-patterns:fanOutConcurrency:${name}:${fn.node.path}`,
      `'${name}' needs up to ${atOnce} executions of ${fn.node.path} at once, which is reserved ${reserved}: it will be throttled; lower maxConcurrency, or reserve more`,
    );
  }
}
