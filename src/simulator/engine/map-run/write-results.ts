import type { Computation } from '../fiber';
import { resolve } from '../flow';
import type { Json, JsonObject } from '../json';
import type { Lane } from '../lane';
import type { Evaluation } from '../query/expression';
import type { ResultWriter } from './distributed';
import type { Child, MapRun } from './map-run';
import { childRecord } from './record';
import { parametersOf, putObject } from './s3';

/** The file that tells of a child execution, by where it is counted. */
const FILES = {
  SUCCEEDED: ['succeeded'],
  FAILED: ['failed', 'timedOut', 'aborted'],
  PENDING: ['pending'],
} as const;

/** The characters that are encoded at a time. */
const PART = 1_000_000;

/** Makes the state's result of what the child executions gave: that itself, or where in S3 it is. */
export function* writeResults(writer: ResultWriter | undefined, run: MapRun, at: Evaluation): Computation<Json> {
  const transformation = writer?.transformation ?? 'COMPACT';
  if (!writer?.parameters) {
    return [...results(run.children, run, transformation)];
  }
  const parameters = parametersOf(yield* resolve(writer.parameters, at), writer.parameters.source);
  const Key = yield* writeFiles(at.lane, writer, run, parameters);
  run.written();
  return { MapRunArn: run.mapRunArn, ResultWriterDetails: { Bucket: parameters.Bucket, Key } };
}

/** A child that failed has no output: it is told of with all that is known of it. */
function* results(
  children: readonly Child[],
  run: MapRun,
  transformation: ResultWriter['transformation'],
): Generator<Json> {
  for (const child of children) {
    const output = child.execution?.status === 'SUCCEEDED' ? child.execution.output : undefined;
    if (output === undefined || transformation === 'NONE') {
      yield childRecord(child, run);
    } else if (transformation === 'FLATTEN' && Array.isArray(output)) {
      yield* output;
    } else {
      yield output;
    }
  }
}

/** Writes the results, those of one kind into one file, and a manifest of them. Gives the manifest's key. */
function* writeFiles(lane: Lane, writer: ResultWriter, run: MapRun, parameters: JsonObject): Computation<string> {
  const { Prefix, ...common } = parameters;
  const prefix = typeof Prefix === 'string' && Prefix !== '' ? `${Prefix.replace(/\/$/, '')}/` : '';
  const folder = `${prefix}${run.identity.id}`;
  const files: { [kind: string]: JsonObject[] } = {};
  for (const [kind, buckets] of Object.entries(FILES)) {
    const children = run.children.filter(({ bucket }) => (buckets as readonly string[]).includes(bucket));
    files[kind] = [];
    if (children.length > 0) {
      const Key = `${folder}/${kind}_0.${writer.outputType.toLowerCase()}`;
      const body = bodyOf(results(children, run, writer.transformation), writer.outputType);
      const Size = yield* putObject(lane, { ...common, Key }, body);
      files[kind].push({ Key, Size });
    }
  }
  const manifest = { DestinationBucket: common.Bucket, MapRunArn: run.mapRunArn, ResultFiles: files };
  const Key = `${folder}/manifest.json`;
  yield* putObject(lane, { ...common, Key }, Buffer.from(JSON.stringify(manifest)));
  return Key;
}

/** Encoded in parts: of very many results the text would be too long for a string. */
function bodyOf(all: Iterable<Json>, type: ResultWriter['outputType']): Buffer {
  const [open, between, ending, close] = type === 'JSON' ? ['[', ',', '', ']'] : ['', '', '\n', ''];
  const parts: Buffer[] = [];
  let text = open;
  let separator = '';
  for (const result of all) {
    text += separator + JSON.stringify(result) + ending;
    separator = between;
    if (text.length > PART) {
      parts.push(Buffer.from(text));
      text = '';
    }
  }
  return Buffer.concat([...parts, Buffer.from(text + close)]);
}
