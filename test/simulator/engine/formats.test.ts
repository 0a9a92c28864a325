import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/simulator/engine';
import { WorkflowError } from '../../../src/simulator/engine/errors';
import { csvItems } from '../../../src/simulator/engine/map-run/csv';
import { itemsIn } from '../../../src/simulator/engine/map-run/formats';
import { exceeds } from '../../../src/simulator/engine/map-run/tolerance';
import { fakeObjects } from './objects';
import { distributed, LAMBDA, run, single, succeed } from './run';

const PUT = 'arn:aws:states:::s3:putObject';
const GET = 'arn:aws:states:::s3:getObject';
const NOT_ITERABLE = 'Attempting to map over non-iterable node.';
const NOT_THERE = 'The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.';

describe('a text delimited file', () => {
  const rows = (text: string, most = Infinity) =>
    csvItems(text, { delimiter: ',', headers: ['a', 'b'] }, most).map((row) => Object.values(row as object).join('|'));

  test.each([
    ['1,2', ['1|2']],
    ['1,2\n', ['1|2']],
    ['1,2\r\n3,4', ['1|2', '3|4']],
    ['1,2\r3,4', ['1|2', '3|4']],
    ['1,2\n\n\r\n3,4\n\n', ['1|2', '3|4']],
    ['1\n,2\n,', ['1|', '|2', '|']],
    ['1,2,3', ['1|2']],
    ['""', []],
    ['"1""2",3', ['1"2|3']],
    ['"a\nb","c\r\nd"', ['a\nb|c\r\nd']],
    ['1"2",3"', ['12|3']],
    ['\\"1,2', ['"1|2']],
    ['\\,1,2', [',1|2']],
    ['\\\\,2', ['\\|2']],
    ['\\n,2\\', ['n|2']],
    ['', []],
  ])('%j has the rows %j', (text, expected) => {
    expect(rows(text)).toEqual(expected);
  });

  test('is read no further than it must', () => {
    expect(rows('1,2\n3,4\n5,6', 2)).toEqual(['1|2', '3|4']);
    expect(rows('1,2', 0)).toEqual([]);
  });

  test('has no items where it has nothing but names, or not even these', () => {
    expect(csvItems('a,b\n', { delimiter: ',' }, Infinity)).toEqual([]);
    expect(csvItems('', { delimiter: ',' }, Infinity)).toEqual([]);
  });
});

describe('a JSON file', () => {
  const json = (text: string, pointer?: string) => itemsIn(text, { type: 'JSON', pointer }, Infinity);

  test.each<[string, string, Json]>([
    ['[1]', '', [1]],
    ['{"a":[1]}', '/a', [1]],
    ['{"a/b":{"c~d":[1]}}', '/a~1b/c~0d', [1]],
    ['[[1],[2]]', '/1', [2]],
    ['{"":[1]}', '/', [1]],
    ['{"~1":[1]}', '/~01', [1]],
  ])('%s has at "%s" %j', (text, pointer, expected) => {
    expect(json(text, pointer)).toEqual(expected);
  });

  test.each([
    ['1', '', NOT_ITERABLE],
    ['null', '', NOT_ITERABLE],
    ['{"a":1}', '/a', NOT_ITERABLE],
    ['{"a":1}', '/a/b', NOT_THERE],
    ['{"a":1}', '/toString', NOT_THERE],
    ['{"a":{}}', '/b/c', NOT_THERE],
  ])('fails for %s at "%s"', (text, pointer, problem) => {
    expect(() => json(text, pointer)).toThrow(new WorkflowError('States.ItemReaderFailed', problem));
  });
});

test('a JSON Lines file is read line by line, no further than it must', () => {
  const lines = (text: string, most = Infinity) => itemsIn(text, { type: 'JSONL' }, most);
  expect(lines('1\r\n\n  \n{"a":2}\n')).toEqual([1, { a: 2 }]);
  expect(lines('1\n2\nnot read', 2)).toEqual([1, 2]);
  expect(() => lines('1\nnot JSON')).toThrow(SyntaxError);
});

describe('the tolerance of a map run', () => {
  test.each([
    [0, 9, {}, false],
    [1, 9, {}, true],
    [2, 9, { count: 2 }, false],
    [3, 9, { count: 2 }, true],
    [1, 10, { percentage: 10 }, false],
    [2, 10, { percentage: 10 }, true],
    [9, 9, { percentage: 100 }, false],
    [0, 0, { percentage: 0 }, false],
    [1, 10, { count: 0, percentage: 50 }, true],
    [6, 10, { count: 9, percentage: 50 }, true],
    [5, 10, { count: 9, percentage: 50 }, false],
  ])('%d failures of %d, where %j is tolerated, are too many: %s', (failed, total, tolerance, expected) => {
    expect(exceeds(failed, total, tolerance)).toBe(expected);
  });
});

describe('what a Distributed Map asks of S3', () => {
  const reader = (config: object | undefined, parameters: unknown = { Bucket: 'b', Key: 'k' }, resource = GET) => ({
    Resource: resource,
    ReaderConfig: config,
    Arguments: parameters,
  });
  const read = async (ItemReader: object, body: string | Uint8Array = '[1]', input: Json = {}) => {
    const state = (distributed({ ItemReader }) as { States: { State: object } }).States.State;
    const { execution } = await run(
      { ...single(state), QueryLanguage: 'JSONata' },
      {
        input,
        objects: fakeObjects({ 'b/k': body }).port,
      },
    );
    return execution.status === 'SUCCEEDED' ? execution.output : `${execution.error}: ${execution.cause}`;
  };

  test.each<[string, Json]>([
    ['null', null],
    ['array', []],
    ['string', 'x'],
  ])('fails with States.QueryEvaluationError where its Arguments are %s', async (type, input) => {
    expect(await read(reader({ InputType: 'JSON' }, '{% $states.input %}'), '[1]', input)).toContain(
      `'$states.input' specified for the field 'Arguments' returned an unexpected result type. ` +
        `Expected 'object', but was '${type}' for value: ${JSON.stringify(input)}`,
    );
  });

  test('fails with States.ItemReaderFailed where MaxItems is negative', async () => {
    expect(await read(reader({ InputType: 'JSON', MaxItems: '{% -1 %}' }))).toBe(
      'States.ItemReaderFailed: field MaxItems must be positive',
    );
  });

  test('reads all items where MaxItems is 0', async () => {
    expect(await read(reader({ InputType: 'JSON', MaxItems: '{% 0 %}' }), '[1,2]')).toEqual([1, 2]);
  });

  test('takes only what begins as a compressed object does for one', async () => {
    const text = { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a'] };
    expect(await read(reader(text), Buffer.from([0x1f, 0x31]))).toEqual([{ a: '\u001f1' }]);
    await expect(read(reader(text), gzipSync('1'))).rejects.toThrow(
      'S3://b/k is compressed, which the simulator does not read',
    );
  });

  const inventory = async (manifest: object, files: { [key: string]: string | Uint8Array }, config: object = {}) => {
    const ItemReader = {
      Resource: GET,
      Parameters: { Bucket: 'b', Key: 'm' },
      ReaderConfig: { InputType: 'MANIFEST', ...config },
    };
    const objects = fakeObjects({ 'b/m': JSON.stringify(manifest), ...files });
    const { execution } = await run(distributed({ ItemReader }), { objects: objects.port });
    const asked = objects.requests.map(({ parameters }) => `${parameters.Bucket}/${parameters.Key}`);
    return { output: execution.output, failure: `${execution.error}: ${execution.cause}`, asked };
  };
  const manifest = {
    destinationBucket: 'arn:aws:s3:::out',
    fileFormat: 'CSV',
    fileSchema: 'Bucket, Key',
    files: [{ key: '1' }, { key: '2' }, { key: '3' }],
  };
  const files = { 'out/1': gzipSync('"x","a"\n"x","b"'), 'out/2': '"x","c"\n"x","d"', 'out/3': 'x,e' };

  test('reads the files of an inventory, compressed or not', async () => {
    const { output } = await inventory(manifest, files);
    expect(output).toEqual(['a', 'b', 'c', 'd', 'e'].map((Key) => ({ Bucket: 'x', Key })));
  });

  test('reads no more files of an inventory than it must', async () => {
    const { output, asked } = await inventory(manifest, files, { MaxItems: 3 });
    expect(output).toEqual(['a', 'b', 'c'].map((Key) => ({ Bucket: 'x', Key })));
    expect(asked).toEqual(['b/m', 'out/1', 'out/2']);
    expect((await inventory(manifest, files, { MaxItems: 2 })).asked).toEqual(['b/m', 'out/1']);
  });

  test.each(['destinationBucket', 'fileSchema', 'files'])('fails for an inventory without %s', async (field) => {
    const { failure } = await inventory({ ...manifest, [field]: undefined }, files);
    expect(failure).toBe(
      "States.ItemReaderFailed: The items can't be read from S3://b/m: it is not the manifest of an S3 inventory",
    );
  });

  test('fails with a fault of the simulator for an inventory of another format', async () => {
    await expect(inventory({ ...manifest, fileFormat: 'ORC' }, files)).rejects.toThrow(
      'An S3 inventory in the format ORC is not supported',
    );
  });

  test.each([
    [undefined, ''],
    ['', ''],
    ['runs', 'runs/'],
    ['runs/', 'runs/'],
    ['a/b', 'a/b/'],
  ])('writes results under the prefix %j', async (Prefix, expected) => {
    const objects = fakeObjects();
    const Parameters = { Bucket: 'out', ...(Prefix !== undefined && { Prefix }) };
    const { execution } = await run(distributed({ ResultWriter: { Resource: PUT, Parameters } }), {
      input: [1],
      objects: objects.port,
    });
    const id = execution.mapRuns[0].mapRunArn.split(':').at(-1);
    expect(objects.paths()).toEqual([`out/${expected}${id}/SUCCEEDED_0.json`, `out/${expected}${id}/manifest.json`]);
  });

  test('gives the outputs alone where no ResultWriter says otherwise', async () => {
    const { execution } = await run(distributed(), { input: [[1], [2]] });
    expect(execution.output).toEqual([[1], [2]]);
  });
});

describe('an ItemBatcher', () => {
  const inputs = async (batcher: object, input: Json) => {
    const ItemProcessor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Work',
      States: { Work: { Type: 'Task', Resource: LAMBDA, End: true } },
    };
    const { requests } = await run(distributed({ ItemBatcher: batcher, ItemProcessor }), {
      input,
      answer: () => succeed(null),
    });
    return requests.map((request) => (request.input as { Items: Json }).Items);
  };

  test('fills a batch to the last byte', async () => {
    // {"Items":["aa","bb"]} has 21 bytes.
    expect(await inputs({ MaxInputBytesPerBatch: 21 }, ['aa', 'bb', 'cc'])).toEqual([['aa', 'bb'], ['cc']]);
    expect(await inputs({ MaxInputBytesPerBatch: 20 }, ['aa', 'bb'])).toEqual([['aa'], ['bb']]);
    expect(await inputs({ MaxInputBytesPerBatch: 16 }, ['aa'])).toEqual([['aa']]);
    await expect(inputs({ MaxInputBytesPerBatch: 15 }, ['aa'])).rejects.toThrow(
      "The state 'State' has an item that is larger than MaxInputBytesPerBatch: AWS does not say what it does then",
    );
  });

  test('keeps both limits', async () => {
    expect(await inputs({ MaxItemsPerBatch: 2, MaxInputBytesPerBatch: 16 }, ['aa', 'b', 'c', 'd'])).toEqual([
      ['aa'],
      ['b'],
      ['c'],
      ['d'],
    ]);
    expect(await inputs({ MaxItemsPerBatch: 2 }, [1, 2, 3])).toEqual([[1, 2], [3]]);
  });

  test('makes no batch of no items', async () => {
    expect(await inputs({ MaxItemsPerBatch: 2 }, [])).toEqual([]);
  });
});

test('an ItemSelector is evaluated for thousands of items, in their order', async () => {
  const input = Array.from({ length: 2_500 }, (_, index) => index);
  const ItemSelector = { 'v.$': '$$.Map.Item.Value' };
  const { execution } = await run(distributed({ ItemSelector }), { input });
  expect(execution.output).toEqual(input.map((v) => ({ v })));
});
