import type { Field, MapState } from '../definition';
import type { DistributedMap } from '../map-run/distributed';
import { hasItems } from '../map-run/item-list';
import { constant, type Expression } from '../query/expression';
import { isJsonata, jsonataExpression } from '../query/jsonata';
import { checkProcessorConfig, parseDistributed } from './distributed';
import { complaints, pathField, templateField, typedField } from './fields';
import { parseGraph } from './machine';
import type { Reader } from './reader';
import { parseRecovery } from './recovery';
import type { StateSource } from './states';

/** Reads the fields of a Map. */
export function parseMap(source: StateSource): Partial<MapState> {
  const { reader, language } = source;
  const distributed = parseDistributed(source);
  return {
    items: language === 'JSONata' ? parseItems(reader) : parseItemsPath(reader),
    itemSelector: parseItemSelector(source),
    maxConcurrency: typedField(reader, 'MaxConcurrency', 'integer', language),
    processor: parseProcessor(source, distributed),
    ...(distributed && { distributed }),
    ...parseRecovery(source),
  };
}

function parseItems(reader: Reader): Field | undefined {
  const value = reader.value('Items');
  if (value === undefined) {
    return undefined;
  }
  if (typeof value === 'string' ? !isJsonata(value) : !hasItems(value)) {
    reader.error('Items', 'must be an array, an object or an expression');
    return { name: 'Items', expression: constant([]) };
  }
  return { name: 'Items', expression: jsonataExpression(value, 'Items', complaints(reader, 'Items')) };
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

function parseProcessor({ reader, inner }: StateSource, distributed?: DistributedMap): MapState['processor'] {
  const field = reader.has('Iterator') && !reader.has('ItemProcessor') ? 'Iterator' : 'ItemProcessor';
  const processor = reader.inner(field, true);
  if (!processor) {
    return { startAt: '', states: new Map() };
  }
  const config = processor.inner('ProcessorConfig');
  if (config) {
    checkProcessorConfig(config);
  }
  // A child execution has no variables but its own.
  const around = distributed ? { ...inner, type: distributed.executionType, outerVariables: new Set<string>() } : inner;
  const graph = parseGraph(processor, around);
  processor.finish();
  return graph;
}
