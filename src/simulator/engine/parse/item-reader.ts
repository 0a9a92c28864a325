import type { CsvFormat, ItemFormat, ItemReader } from '../map-run/distributed';
import { constant } from '../query/expression';
import { choice, templateField, typedField } from './fields';
import type { Reader } from './reader';
import type { StateSource } from './states';

const RESOURCE = /^arn:[\w-]+:states:::s3:(getObject|listObjectsV2)$/;

const DELIMITERS: { readonly [name: string]: string } = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

/** Reads a Distributed Map's ItemReader. */
export function parseItemReader({ reader: state, language }: StateSource): ItemReader | undefined {
  const reader = state.inner('ItemReader');
  if (!reader) {
    return undefined;
  }
  const resource = reader.string('Resource', true);
  const action = RESOURCE.exec(resource)?.[1] as ItemReader['action'] | undefined;
  if (resource !== '' && !action) {
    reader.error('Resource', 'must be arn:aws:states:::s3:getObject or arn:aws:states:::s3:listObjectsV2');
  }
  const parameters = language === 'JSONata' ? 'Arguments' : 'Parameters';
  if (!reader.has(parameters)) {
    reader.error(parameters, 'is missing');
  }
  const config = reader.inner('ReaderConfig');
  const parsed = {
    action: action ?? 'getObject',
    parameters: templateField(reader, parameters, language) ?? constant({}),
    format: parseFormat(reader, config, action),
    maxItems: config && typedField(config, 'MaxItems', 'itemCount', language),
  };
  config?.finish();
  reader.finish();
  return parsed;
}

function parseFormat(reader: Reader, config?: Reader, action?: ItemReader['action']): ItemFormat | undefined {
  const type = config?.string('InputType');
  const flatten = choice(config, 'Transformation', ['NONE', 'LOAD_AND_FLATTEN']) === 'LOAD_AND_FLATTEN';
  if (action === 'listObjectsV2' && !flatten) {
    return undefined;
  }
  if (flatten && action === 'getObject') {
    config?.error('Transformation', 'LOAD_AND_FLATTEN is for listObjectsV2');
  }
  switch (type) {
    case 'CSV':
      return { type, ...parseCsv(config as Reader) };
    case 'JSONL':
      return { type };
    case 'JSON':
      return { type, pointer: parsePointer(config as Reader) };
    case 'MANIFEST':
      return parseManifest(config as Reader);
    case 'PARQUET':
      config?.unsupported('InputType', 'PARQUET is not supported');
      return undefined;
    default:
      (config ?? reader).error(config ? 'InputType' : 'ReaderConfig', 'must say CSV, JSON, JSONL, PARQUET or MANIFEST');
      return undefined;
  }
}

function parseManifest(config: Reader): ItemFormat {
  if (choice(config, 'ManifestType', ['S3_INVENTORY', 'ATHENA_DATA']) === 'ATHENA_DATA') {
    config.unsupported('ManifestType', 'ATHENA_DATA is not supported');
  }
  return { type: 'MANIFEST' };
}

function parsePointer(config: Reader): string | undefined {
  const pointer = config.string('ItemsPointer');
  if (pointer !== undefined && !/^(\/([^~/]|~[01])*)*$/.test(pointer)) {
    config.error('ItemsPointer', 'must be a JSON pointer');
  }
  return pointer;
}

function parseCsv(config: Reader): CsvFormat {
  const location = choice(config, 'CSVHeaderLocation', ['FIRST_ROW', 'GIVEN']);
  const headers = config.array('CSVHeaders');
  if (location === undefined && !config.has('CSVHeaderLocation')) {
    config.error('CSVHeaderLocation', 'is missing');
  }
  if ((location === 'GIVEN') !== (headers !== undefined)) {
    config.error('CSVHeaders', 'must be there if, and only if, CSVHeaderLocation is GIVEN');
  }
  if (headers?.some((header) => typeof header !== 'string')) {
    config.error('CSVHeaders', 'must have the names of the columns');
  }
  const delimiter = choice(config, 'CSVDelimiter', Object.keys(DELIMITERS)) ?? 'COMMA';
  return { delimiter: DELIMITERS[delimiter], ...(headers && { headers: headers as string[] }) };
}
