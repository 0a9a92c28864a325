import type { DistributedMap, ItemBatcher, ResultWriter } from '../map-run/distributed';
import { constant } from '../query/expression';
import { hash } from '../query/hash';
import { choice, templateField, typedField } from './fields';
import { parseItemReader } from './item-reader';
import type { Reader } from './reader';
import type { StateSource } from './states';

/** Reads what a Map says about being distributed; undefined where it isn't. */
export function parseDistributed(source: StateSource): DistributedMap | undefined {
  const { reader, language, surroundings } = source;
  const tolerance = {
    toleratedFailureCount: typedField(reader, 'ToleratedFailureCount', 'integer', language),
    toleratedFailurePercentage: typedField(reader, 'ToleratedFailurePercentage', 'percentage', language),
  };
  const config = processorConfig(reader);
  if (config?.Mode !== 'DISTRIBUTED') {
    // AWS accepts a tolerance in an inline Map too, where any failed iteration fails the Map all the same.
    return undefined;
  }
  if (surroundings.type === 'EXPRESS') {
    reader.error('ItemProcessor', "is distributed, which a Map of an Express workflow can't be");
  }
  return {
    executionType: config.ExecutionType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    label: parseLabel(source),
    reader: parseItemReader(source),
    batcher: parseBatcher(source),
    writer: parseWriter(source),
    ...tolerance,
  };
}

/** What a Map's ProcessorConfig says, as it is. */
function processorConfig(reader: Reader): { Mode?: unknown; ExecutionType?: unknown } | undefined {
  const processor = (reader.object.ItemProcessor ?? reader.object.Iterator) as { ProcessorConfig?: object } | undefined;
  return processor?.ProcessorConfig;
}

/** Checks a ProcessorConfig. */
export function checkProcessorConfig(config: Reader): void {
  const mode = config.string('Mode');
  const type = config.string('ExecutionType');
  if (mode !== undefined && mode !== 'INLINE' && mode !== 'DISTRIBUTED') {
    config.error('Mode', 'must be INLINE or DISTRIBUTED');
  }
  if (type !== undefined && mode !== 'DISTRIBUTED') {
    config.error('ExecutionType', 'is for a Distributed Map');
  } else if (mode === 'DISTRIBUTED' && !['STANDARD', 'EXPRESS'].includes(type ?? '')) {
    config.error('ExecutionType', 'must be STANDARD or EXPRESS');
  }
  config.finish();
}

/** AWS makes up a label for a Map that has none, once for all executions. */
function parseLabel({ reader, name, surroundings }: StateSource): string {
  const label = reader.string('Label');
  if (label !== undefined && !/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,40}$/u.test(label)) {
    reader.error('Label', 'must be at most 40 characters long, without blanks and wildcards, brackets and the like');
  }
  if (label !== undefined && surroundings.labels.has(label)) {
    reader.error('Label', 'must be another than that of each other Map');
  }
  if (label === undefined) {
    return hash(name, 'MD5');
  }
  surroundings.labels.add(label);
  return label;
}

function parseBatcher({ reader, language }: StateSource): ItemBatcher | undefined {
  const batcher = reader.inner('ItemBatcher');
  if (!batcher) {
    return undefined;
  }
  const parsed = {
    maxItemsPerBatch: typedField(batcher, 'MaxItemsPerBatch', 'positive', language),
    maxInputBytesPerBatch: typedField(batcher, 'MaxInputBytesPerBatch', 'batchBytes', language),
    batchInput: templateField(batcher, 'BatchInput', language),
  };
  batcher.finish();
  if (
    !['MaxItemsPerBatch', 'MaxInputBytesPerBatch'].some((field) => batcher.has(field) || batcher.has(`${field}Path`))
  ) {
    reader.error('ItemBatcher', 'must have MaxItemsPerBatch or MaxInputBytesPerBatch');
  }
  return parsed;
}

function parseWriter({ reader, language }: StateSource): ResultWriter | undefined {
  const writer = reader.inner('ResultWriter');
  if (!writer) {
    return undefined;
  }
  const resource = writer.string('Resource');
  if (resource !== undefined && !/^arn:[\w-]+:states:::s3:putObject$/.test(resource)) {
    writer.error('Resource', 'must be arn:aws:states:::s3:putObject');
  }
  const parameters = templateField(writer, language === 'JSONata' ? 'Arguments' : 'Parameters', language);
  if ((resource === undefined) !== (parameters === undefined)) {
    writer.error('Resource', 'and the parameters of it must both be there, or neither');
  }
  const config = writer.inner('WriterConfig');
  if (!config && resource === undefined) {
    reader.error('ResultWriter', 'must have a Resource, a WriterConfig, or both');
  }
  const parsed = {
    parameters: resource === undefined ? undefined : (parameters ?? constant({})),
    transformation: choice(config, 'Transformation', ['NONE', 'COMPACT', 'FLATTEN']) ?? 'NONE',
    outputType: choice(config, 'OutputType', ['JSON', 'JSONL']) ?? 'JSON',
  } as const;
  config?.finish();
  writer.finish();
  return parsed;
}
