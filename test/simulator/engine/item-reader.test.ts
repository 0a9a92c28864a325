import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/simulator/engine';
import { fakeObjects } from './objects';
import { distributed, run } from './run';

const GET = 'arn:aws:states:::s3:getObject';
const LIST = 'arn:aws:states:::s3:listObjectsV2';

const read = async (file: string | Uint8Array, config: object, more: object = {}): Promise<Json | undefined> => {
  const reader = { Resource: GET, Parameters: { Bucket: 'b', Key: 'file' }, ReaderConfig: config };
  const { execution } = await run(distributed({ ItemReader: reader, ...more }), {
    objects: fakeObjects({ 'b/file': file }).port,
  });
  return execution.status === 'SUCCEEDED' ? execution.output : `${execution.error}: ${execution.cause}`;
};
const csv = (text: string, more: object = {}) =>
  read(text, { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', ...more });

describe('an ItemReader', () => {
  test('reads the rows of a CSV file, by the names in its first row', async () => {
    expect(await csv('a,b\n1,2\r\n3,4\n')).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ]);
  });

  test('reads a CSV file by the names that it is given', async () => {
    const config = { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['x'] };
    expect(await read('1,2\n3', config)).toEqual([{ x: '1' }, { x: '3' }]);
  });

  const delimiters: [string, string][] = [
    ['COMMA', ','],
    ['PIPE', '|'],
    ['SEMICOLON', ';'],
    ['SPACE', ' '],
    ['TAB', '\t'],
  ];
  test.each(delimiters)('reads a file delimited by %s', async (name, delimiter) => {
    expect(await csv(`a${delimiter}b\n1${delimiter}2`, { CSVDelimiter: name })).toEqual([{ a: '1', b: '2' }]);
  });

  test('reads delimiters, line breaks and doubled quotes inside quotes', async () => {
    expect(await csv('a,b\n"1,1","x\ny ""z"""\n')).toEqual([{ a: '1,1', b: 'x\ny "z"' }]);
  });

  test('reads backslashes as escapes of themselves, quotes and delimiters, and drops others', async () => {
    expect(await csv('a,b\nC:\\\\x\\,y,\\n\n')).toEqual([{ a: 'C:\\x,y', b: 'n' }]);
  });

  test('reads the lines of a JSON Lines file', async () => {
    expect(await read('{"a":1}\n\n[2]\n', { InputType: 'JSONL' })).toEqual([{ a: 1 }, [2]]);
  });

  test('reads an array, or what an object holds, where ItemsPointer points to', async () => {
    const text = JSON.stringify({ 'a/b': { list: [1, 2] } });
    expect(await read(text, { InputType: 'JSON', ItemsPointer: '/a~1b/list' })).toEqual([1, 2]);
    expect(await read(text, { InputType: 'JSON', ItemsPointer: '/a~1b' })).toEqual([{ Key: 'list', Value: [1, 2] }]);
  });

  test('reads the objects that an S3 inventory lists', async () => {
    const manifest = JSON.stringify({
      destinationBucket: 'arn:aws:s3:::inventory',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size',
      files: [{ key: 'data/1.csv.gz' }],
    });
    const objects = fakeObjects({ 'b/m': manifest, 'inventory/data/1.csv.gz': gzipSync('"b","k 1","3"\n') });
    const ItemReader = {
      Resource: GET,
      Parameters: { Bucket: 'b', Key: 'm' },
      ReaderConfig: { InputType: 'MANIFEST' },
    };
    const { execution } = await run(distributed({ ItemReader }), { objects: objects.port });
    expect(execution.output).toEqual([{ Bucket: 'b', Key: 'k 1', Size: '3' }]);
  });

  test('reads no more than MaxItems', async () => {
    expect(await csv('a\n1\n2\n3', { MaxItems: 2 })).toEqual([{ a: '1' }, { a: '2' }]);
    expect(await read('1\n2\n3', { InputType: 'JSONL', MaxItems: 1 })).toEqual([1]);
    expect(await read('[1,2,3]', { InputType: 'JSON', MaxItems: 2 })).toEqual([1, 2]);
  });

  test('lists objects, and asks with the parameters of the state', async () => {
    const objects = fakeObjects({ 'b/in/1': 'x', 'b/in/2': 'yy', 'b/other': '' });
    const ItemReader = {
      Resource: LIST,
      Parameters: { 'Bucket.$': '$.bucket', Prefix: 'in/' },
      ReaderConfig: { MaxItems: 1 },
    };
    const { execution } = await run(distributed({ ItemReader, ItemSelector: { 'i.$': '$$.Map.Item' } }), {
      input: { bucket: 'b' },
      objects: objects.port,
    });
    const Value = { Etag: '"e"', Key: 'in/1', LastModified: 1767225601, Size: 1, StorageClass: 'STANDARD' };
    expect(execution.output).toEqual([{ i: { Index: 0, Value, Source: 'S3://b' } }]);
    expect(objects.requests).toMatchObject([
      { stateName: 'State', field: 'ItemReader', parameters: { Bucket: 'b', Prefix: 'in/' } },
    ]);
  });

  test('reads the items of all the objects that it lists, for LOAD_AND_FLATTEN', async () => {
    const ItemReader = {
      Resource: LIST,
      Parameters: { Bucket: 'b', Prefix: 'in/' },
      ReaderConfig: { InputType: 'JSONL', Transformation: 'LOAD_AND_FLATTEN', MaxItems: 3 },
    };
    const selector = { ItemSelector: { 'v.$': '$$.Map.Item.Value', 's.$': '$$.Map.Item.Source' } };
    const { execution } = await run(distributed({ ItemReader, ...selector }), {
      objects: fakeObjects({ 'b/in/1': '1\n2', 'b/in/2': '3\n4' }).port,
    });
    expect(execution.output).toEqual([
      { v: 1, s: 'S3://b/in/1' },
      { v: 2, s: 'S3://b/in/1' },
      { v: 3, s: 'S3://b/in/2' },
    ]);
  });

  test('takes its Arguments in JSONata', async () => {
    const ItemReader = {
      Resource: GET,
      Arguments: "{% {'Bucket': 'b', 'Key': $states.input.key} %}",
      ReaderConfig: { InputType: 'JSON', MaxItems: '{% 1 %}' },
    };
    const { execution } = await run(distributed({ QueryLanguage: 'JSONata', ItemReader }), {
      input: { key: 'k' },
      objects: fakeObjects({ 'b/k': '[1,2]' }).port,
    });
    expect(execution.output).toEqual([1]);
  });

  test('fails with States.ItemReaderFailed where S3 does, or where what it gives is not of its format', async () => {
    const ItemReader = { Resource: GET, Parameters: { Bucket: 'b', Key: 'no' }, ReaderConfig: { InputType: 'JSON' } };
    const { execution } = await run(distributed({ ItemReader }), { objects: fakeObjects().port });
    expect([execution.error, execution.cause]).toEqual([
      'States.ItemReaderFailed',
      'The specified key does not exist.',
    ]);
    expect(await read('{', { InputType: 'JSON' })).toMatch(/^States.ItemReaderFailed: The items can't be read from S3/);
    expect(await read('7', { InputType: 'JSON' })).toBe(
      'States.ItemReaderFailed: Attempting to map over non-iterable node.',
    );
    expect(await read('{"a":[]}', { InputType: 'JSON', ItemsPointer: '/b' })).toContain(
      'does not match any valid path',
    );
    expect(await read('a,b,a\n1,2,3', { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' })).toBe(
      'States.ItemReaderFailed: CSV headers cannot contain duplicates.',
    );
    expect(await read('x', { InputType: 'JSONL' })).toContain('States.ItemReaderFailed');
    expect(await read('{}', { InputType: 'MANIFEST' })).toContain('it is not the manifest of an S3 inventory');
  });

  test('can be caught', async () => {
    const Catch = [{ ErrorEquals: ['States.ItemReaderFailed'], Next: 'Caught' }];
    const ItemReader = { Resource: GET, Parameters: { Bucket: 'b', Key: 'no' }, ReaderConfig: { InputType: 'JSON' } };
    const { State } = (distributed({ ItemReader, Catch }) as { States: { State: object } }).States;
    const { execution } = await run(
      { StartAt: 'State', States: { State, Caught: { Type: 'Pass', Result: 'caught', End: true } } },
      { objects: fakeObjects().port },
    );
    expect(execution.output).toBe('caught');
  });

  test('fails with a fault of the simulator where there is no S3, or the object is compressed', async () => {
    const ItemReader = { Resource: GET, Parameters: { Bucket: 'b', Key: 'k' }, ReaderConfig: { InputType: 'JSON' } };
    await expect(run(distributed({ ItemReader }))).rejects.toThrow(
      "The state 'State' has ItemReader, but there is no S3 here that it could ask",
    );
    await expect(read(gzipSync('[]'), { InputType: 'JSON' })).rejects.toThrow('is compressed');
  });
});

describe('an ItemBatcher', () => {
  test('puts items together, with what is common to all batches', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { 'day.$': '$.day' } };
    const { execution } = await run(distributed({ ItemsPath: '$.items', ItemBatcher }), {
      input: { items: [1, 2, 3], day: 'Mon' },
    });
    expect(execution.output).toEqual([
      { BatchInput: { day: 'Mon' }, Items: [1, 2] },
      { BatchInput: { day: 'Mon' }, Items: [3] },
    ]);
  });

  test('makes no batch larger than MaxInputBytesPerBatch', async () => {
    // {"Items":["aaaa","bbbb"]} has 25 bytes.
    const batches = async (bytes: number) =>
      (await run(distributed({ ItemBatcher: { MaxInputBytesPerBatch: bytes } }), { input: ['aaaa', 'bbbb'] })).execution
        .output;
    expect(await batches(25)).toEqual([{ Items: ['aaaa', 'bbbb'] }]);
    expect(await batches(24)).toEqual([{ Items: ['aaaa'] }, { Items: ['bbbb'] }]);
  });

  test('takes its limits from the input', async () => {
    const ItemBatcher = { MaxItemsPerBatchPath: '$.n' };
    const { execution } = await run(distributed({ ItemsPath: '$.items', ItemBatcher }), {
      input: { items: [1, 2], n: 1 },
    });
    expect(execution.output).toEqual([{ Items: [1] }, { Items: [2] }]);
  });

  test('fails with a fault of the simulator for an item that is larger than a batch may be', async () => {
    const definition = distributed({ ItemBatcher: { MaxInputBytesPerBatch: 10 } });
    await expect(run(definition, { input: ['aaaa'] })).rejects.toThrow('larger than MaxInputBytesPerBatch');
  });
});
