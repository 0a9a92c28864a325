import { describe, expect, test } from 'vitest';
import { fakeObjects } from './objects';
import { distributed, fail, LAMBDA, run, succeed } from './run';

const PUT = 'arn:aws:states:::s3:putObject';
const processor = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: LAMBDA, End: true } },
};

const write = async (writer: object, more: object = {}, objects = fakeObjects(), input = ['a', 'b']) => {
  const { execution } = await run(distributed({ ItemProcessor: processor, ResultWriter: writer, ...more }), {
    input,
    answer: ({ input }) => (input === 'b' ? fail('Broken', 'why') : succeed([input, input])),
    objects: objects.port,
  });
  return { execution, objects };
};
const s3 = (bucket = 'out') => ({ Resource: PUT, Parameters: { Bucket: bucket, Prefix: 'runs' } });

describe('a ResultWriter', () => {
  test('writes a file for each kind of end, and a manifest to which the output points', async () => {
    const { execution, objects } = await write(s3(), { ToleratedFailureCount: 1 });
    const [mapRun] = execution.mapRuns;
    const folder = `runs/${mapRun.mapRunArn.split(':').at(-1)}`;
    expect(execution.output).toEqual({
      MapRunArn: mapRun.mapRunArn,
      ResultWriterDetails: { Bucket: 'out', Key: `${folder}/manifest.json` },
    });
    const [failed, succeeded] = [`${folder}/FAILED_0.json`, `${folder}/SUCCEEDED_0.json`];
    expect(objects.paths()).toEqual([`out/${failed}`, `out/${succeeded}`, `out/${folder}/manifest.json`]);
    expect(JSON.parse(objects.text(`out/${folder}/manifest.json`) ?? '')).toEqual({
      DestinationBucket: 'out',
      MapRunArn: mapRun.mapRunArn,
      ResultFiles: {
        SUCCEEDED: [{ Key: succeeded, Size: objects.text(`out/${succeeded}`)?.length }],
        FAILED: [{ Key: failed, Size: objects.text(`out/${failed}`)?.length }],
        PENDING: [],
      },
    });
    expect(mapRun.itemCounts.resultsWritten).toBe(2);
  });

  test('writes all that is known of a child', async () => {
    const { execution, objects } = await write(s3(), { ToleratedFailureCount: 1 });
    const [mapRun] = execution.mapRuns;
    const path = objects.paths()[1];
    expect(JSON.parse(objects.text(path) ?? '')).toEqual([
      {
        ExecutionArn: mapRun.executions[0].executionArn,
        Input: '"a"',
        InputDetails: { Included: true },
        Name: mapRun.executions[0].name,
        Output: '["a","a"]',
        OutputDetails: { Included: true },
        RedriveCount: 0,
        RedriveStatus: 'NOT_REDRIVABLE',
        RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
        StartDate: '2026-01-01T00:00:00.000Z',
        StateMachineArn: mapRun.identity.stateMachineArn,
        Status: 'SUCCEEDED',
        StopDate: '2026-01-01T00:00:00.000Z',
      },
    ]);
  });

  test('writes of a child that never began what it would have got, and counts the results of the others', async () => {
    const { execution, objects } = await write(s3(), { MaxConcurrency: 1 }, fakeObjects(), ['b', 'a']);
    const [mapRun] = execution.mapRuns;
    const pending = objects.paths().find((path) => path.endsWith('PENDING_0.json')) ?? '';
    expect(JSON.parse(objects.text(pending) ?? '')).toEqual([
      { Input: '"a"', InputDetails: { Included: true }, Status: 'PENDING' },
    ]);
    expect(mapRun.itemCounts).toMatchObject({ total: 2, pending: 1, resultsWritten: 1 });
  });

  test('writes of a child that failed no output', async () => {
    const { objects } = await write(s3(), { ToleratedFailureCount: 1 });
    const [failed] = JSON.parse(objects.text(objects.paths()[0]) ?? '');
    expect(failed).toMatchObject({ Error: 'Broken', Cause: 'why', Status: 'FAILED', RedriveStatus: 'REDRIVABLE' });
    expect(Object.keys(failed).filter((name) => name.startsWith('Output') || failed[name] === null)).toEqual([]);
  });

  test('writes the outputs alone for COMPACT, and their elements for FLATTEN, in lines for JSONL', async () => {
    const text = async (config: object) => {
      const { objects } = await write({ ...s3(), WriterConfig: config }, { ToleratedFailureCount: 1 });
      return objects.text(objects.paths().find((path) => path.includes('SUCCEEDED')) ?? '');
    };
    expect(await text({ Transformation: 'COMPACT', OutputType: 'JSON' })).toBe('[["a","a"]]');
    expect(await text({ Transformation: 'FLATTEN', OutputType: 'JSONL' })).toBe('"a"\n"a"\n');
  });

  test.each(['JSON', 'JSONL'])('writes results of any length as %s', async (OutputType) => {
    const objects = fakeObjects();
    const input = Array.from({ length: 9 }, (_, index) => String(index).repeat(250_000));
    const ResultWriter = { ...s3(), WriterConfig: { Transformation: 'COMPACT', OutputType } };
    const ItemReader = {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { Bucket: 'in', Key: 'items' },
    };
    const given = fakeObjects({ 'in/items': JSON.stringify(input) });
    await run(distributed({ ItemReader, ResultWriter }), { objects: { ...objects.port, get: given.port.get } });
    const text = objects.text(objects.paths()[0]) ?? '';
    expect(
      OutputType === 'JSON'
        ? JSON.parse(text)
        : text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line)),
    ).toEqual(input);
  });

  test('writes nothing for results that have no elements', async () => {
    const objects = fakeObjects();
    const writer = { ...s3(), WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSONL' } };
    await run(distributed({ ResultWriter: writer }), { input: [[], []], objects: objects.port });
    expect(objects.text(objects.paths()[0])).toBe('');
  });

  test('shapes the output where it has no S3 to write to', async () => {
    const { execution } = await write(
      { WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSON' } },
      { ToleratedFailureCount: 1 },
    );
    expect(execution.output).toEqual(['a', 'a', expect.objectContaining({ Status: 'FAILED', Error: 'Broken' })]);
  });

  test('writes the results of a map run that fails too', async () => {
    const { execution, objects } = await write(s3(), { MaxConcurrency: 1 });
    expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
    expect(objects.paths().map((path) => path.split('/').at(-1))).toEqual([
      'FAILED_0.json',
      'SUCCEEDED_0.json',
      'manifest.json',
    ]);
  });

  test('fails with States.ResultWriterFailed where S3 refuses', async () => {
    const { execution } = await write(s3('closed'), { ToleratedFailureCount: 1 });
    expect([execution.error, execution.cause, execution.mapRuns[0].status]).toEqual([
      'States.ResultWriterFailed',
      'Access Denied',
      'FAILED',
    ]);
  });
});
