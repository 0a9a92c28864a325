import type { Field, MapState } from '../definition';
import { constant, type Expression } from '../query/expression';
import { jsonataExpression } from '../query/jsonata';
import { pathField, templateField, typedField } from './fields';
import { parseGraph } from './machine';
import type { Reader } from './reader';
import { parseRecovery } from './recovery';
import type { StateSource } from './states';

/** The fields that only a Distributed Map may have. */
const DISTRIBUTED_FIELDS = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'];

/** Reads the fields of a Map. */
export function parseMap(source: StateSource): Partial<MapState> {
  const { reader, language } = source;
  const distributed = isDistributed(reader);
  if (distributed) {
    reader.unsupported('ProcessorConfig.Mode', 'DISTRIBUTED is not supported');
    for (const field of DISTRIBUTED_FIELDS) {
      reader.value(field);
    }
  }
  const map = {
    items: language === 'JSONata' ? parseItems(reader) : parseItemsPath(reader),
    itemSelector: parseItemSelector(source),
    maxConcurrency: typedField(reader, 'MaxConcurrency', 'integer', language),
    processor: parseProcessor(source),
    ...parseRecovery(source),
  };
  // Accepted by AWS in an inline Map too, where any failed iteration fails the Map all the same.
  typedField(reader, 'ToleratedFailureCount', 'integer', language);
  typedField(reader, 'ToleratedFailurePercentage', 'number', language);
  return map;
}

function isDistributed(reader: Reader): boolean {
  return ['ItemProcessor', 'Iterator'].some((field) => {
    const processor = reader.object[field] as { ProcessorConfig?: { Mode?: unknown } } | null | undefined;
    return processor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
  });
}

function parseItems(reader: Reader): Field | undefined {
  const value = reader.value('Items');
  if (value === undefined) {
    return undefined;
  }
  if (!Array.isArray(value) && typeof value !== 'string') {
    reader.error('Items', 'must be an array or an expression');
    return { name: 'Items', expression: constant([]) };
  }
  return { name: 'Items', expression: jsonataExpression(value, 'Items') };
}

function parseItemsPath(reader: Reader): Field | undefined {
  const expression = pathField(reader, 'ItemsPath');
  return expression && { name: 'ItemsPath', expression };
}

function parseItemSelector({ reader, language }: StateSource): Expression | undefined {
  if (language === 'JSONPath' && reader.has('Parameters')) {
    if (reader.has('ItemSelector')) {
      reader.error('Parameters', "and ItemSelector can't both be there");
    }
    return templateField(reader, 'Parameters', language);
  }
  return templateField(reader, 'ItemSelector', language);
}

function parseProcessor({ reader, inner }: StateSource): MapState['processor'] {
  const field = reader.has('Iterator') && !reader.has('ItemProcessor') ? 'Iterator' : 'ItemProcessor';
  const processor = reader.inner(field, true);
  if (!processor) {
    return { startAt: '', states: new Map() };
  }
  const config = processor.inner('ProcessorConfig');
  if (config) {
    const mode = config.string('Mode');
    const type = config.string('ExecutionType');
    if (mode !== undefined && mode !== 'INLINE' && mode !== 'DISTRIBUTED') {
      config.error('Mode', 'must be INLINE or DISTRIBUTED');
    }
    if (type !== undefined && mode !== 'DISTRIBUTED') {
      config.error('ExecutionType', 'is for a Distributed Map');
    }
    config.finish();
  }
  const graph = parseGraph(processor, inner);
  processor.finish();
  return graph;
}
