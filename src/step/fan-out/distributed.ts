import { Stack } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { StepBindOptions, StepConfig } from '../bind';
import { bindFlow, type FlowPlace } from '../enclose';
import { expressionOf, jsonata, withVocabulary } from '../expression';
import { stateName } from '../names';
import { inOrder } from '../sequence';
import { executionType } from './execution-type';
import type { FanOutOptions } from './fan-out-step';
import { bindItem } from './item';
import { envelope } from './item-place';
import type { ItemSource } from './items';
import { mapLabel } from './label';
import { MapState } from './map-state';
import { mayRead, mayWrite } from './permissions';
import { reportTask } from './report';
import { RESULTS_PREFIX, resultsBucket } from './results-bucket';

/** Binds a fan-out each of whose items, or batches of items, has an execution of its own. */
export function bindDistributed(
  scope: Construct,
  id: string,
  options: StepBindOptions,
  fanOut: FanOutOptions,
): StepConfig {
  return bindFlow(scope, id, options, {
    comment: 'Does the same for each item, each in an execution of its own, and counts them',
    states: (own, place) => bindMap(own, place, fanOut, options.oneState ? 'Map' : undefined),
  });
}

/** @param suffix what the Map's name has besides that of the step, which then is what encloses it */
function bindMap(scope: Construct, place: FlowPlace, fanOut: FanOutOptions, suffix?: string): StepConfig {
  const { options } = place;
  const { batch, items, maxConcurrency, tolerance } = fanOut;
  const wrapped = envelope(batch ? 'batch' : 'item', options, items._view);
  const item = bindItem(scope, options, fanOut, wrapped.inside);
  const type = executionType(scope, options.stateName, fanOut.itemExecutionType, item);
  const label = mapLabel(options.path, scope.node.addr);
  const bucket = fanOut.resultsBucket ?? resultsBucket(scope);
  const s3Api = (api: string) => `arn:${Stack.of(scope).partition}:states:::s3:${api}`;
  const map = new MapState(scope, 'Map', {
    stateName: stateName(scope, suffix ? place.child(suffix).stateName : options.stateName),
    comment: 'Does the same for each item, each in an execution of its own',
    processor: item.chain,
    config: { mode: sfn.ProcessorMode.DISTRIBUTED, executionType: sfn.ProcessorType[type] },
    outputs: jsonata('$states.result'),
    fields: {
      Label: label,
      MaxConcurrency: maxConcurrency,
      ToleratedFailureCount: tolerance?.items,
      ToleratedFailurePercentage: tolerance?.percent,
      ...(items._source
        ? { ItemReader: itemReader(items._source, s3Api(items._source.api), options) }
        : { Items: jsonata(expressionOf(scope, items._array, options)) }),
      ItemSelector: wrapped.selector,
      ItemBatcher: batch && {
        MaxItemsPerBatch: batch.maxItems,
        MaxInputBytesPerBatch: batch.maxSize?.toBytes(),
        BatchInput: wrapped.batchInput,
      },
      ResultWriter: {
        Resource: s3Api('putObject'),
        Arguments: { Bucket: bucket.bucketName, Prefix: RESULTS_PREFIX },
      },
    },
    permissions: [...(items._source ? mayRead(items._source) : []), ...mayWrite(bucket, RESULTS_PREFIX)],
  });
  const report = reportTask(scope, place);
  const unknown = { description: `${options.stateName}: all its items, of which the number isn't known` };
  return {
    ...item,
    chain: inOrder([map, report]),
    worstCase: [...item.worstCase, report.worstCase, unknown],
    distributedMaps: [...(item.distributedMaps ?? []), { label, executionType: type }],
    standardOnly: [`'${options.stateName}' is a distributed fan-out`],
    orderlyErrors: undefined,
    stores: fanOut.resultsBucket ? item.stores : [bucket, ...(item.stores ?? [])],
  };
}

function itemReader(
  { bucket, options, api, key, config }: ItemSource,
  resource: string,
  around: StepBindOptions,
): object {
  const name = options.bucketName === undefined ? bucket.bucketName : withVocabulary(options.bucketName, around);
  const what = key === undefined ? {} : { [api === 'getObject' ? 'Key' : 'Prefix']: withVocabulary(key, around) };
  const readerConfig = { ...config, MaxItems: options.maxItems };
  const isEmpty = Object.values(readerConfig).every((value) => value === undefined);
  return {
    Resource: resource,
    ReaderConfig: isEmpty ? undefined : readerConfig,
    Arguments: { Bucket: name, ...what },
  };
}
