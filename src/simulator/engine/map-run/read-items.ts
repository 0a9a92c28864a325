import { constants } from 'node:buffer';
import type { MapState } from '../definition';
import { WorkflowError } from '../errors';
import { SimulatorFault } from '../fault';
import type { Computation } from '../fiber';
import { resolve } from '../flow';
import type { JsonObject } from '../json';
import type { Lane } from '../lane';
import type { ListedObject } from '../objects';
import type { Evaluation } from '../query/expression';
import type { ItemFormat, ItemReader } from './distributed';
import { itemsIn } from './formats';
import { readInventory } from './inventory';
import { ItemList } from './item-list';
import { getObject, listObjects, parametersOf } from './s3';

/** Reads the items that an ItemReader says, up to a number of them; 0 says all. */
export function* readItems(
  state: MapState,
  reader: ItemReader | undefined,
  maxItems: number,
  at: Evaluation,
): Computation<ItemList> {
  if (!reader) {
    throw new SimulatorFault(`The state '${state.name}' has neither items nor an ItemReader`);
  }
  if (maxItems < 0) {
    throw new WorkflowError('States.ItemReaderFailed', 'field MaxItems must be positive');
  }
  const most = maxItems === 0 ? Infinity : maxItems;
  const parameters = parametersOf(yield* resolve(reader.parameters, at), reader.parameters.source);
  const read = new ItemList();
  if (reader.action === 'getObject') {
    yield* readObject(at.lane, parameters, reader.format, most, read);
  } else {
    yield* readListed(at.lane, parameters, reader.format, most, read);
  }
  return read;
}

function* readListed(
  lane: Lane,
  parameters: JsonObject,
  format: ItemFormat | undefined,
  most: number,
  read: ItemList,
): Computation<void> {
  const { Bucket } = parameters;
  const objects = yield* listObjects(lane, parameters);
  if (!format) {
    read.add(objects.map(listed), `S3://${Bucket}`, most);
    return;
  }
  for (const { key } of objects) {
    if (read.length >= most) {
      return;
    }
    yield* readObject(lane, { Bucket, Key: key }, format, most, read);
  }
}

function* readObject(
  lane: Lane,
  parameters: JsonObject,
  format: ItemFormat | undefined,
  most: number,
  read: ItemList,
): Computation<void> {
  const body = yield* getObject(lane, parameters);
  const source = `S3://${parameters.Bucket}/${parameters.Key}`;
  try {
    const items =
      format?.type === 'MANIFEST'
        ? yield* readInventory(lane, body, most)
        : itemsIn(textOf(body, source), format ?? { type: 'JSON' }, most);
    read.add(items, source, most);
  } catch (error) {
    throw error instanceof SyntaxError ? unreadable(source, error.message) : error;
  }
}

/** What a map run fails with that can't read an object. */
export function unreadable(source: string, problem: string): WorkflowError {
  return new WorkflowError('States.ItemReaderFailed', `The items can't be read from ${source}: ${problem}`);
}

function textOf(body: Uint8Array, source: string): string {
  if (body[0] === 0x1f && body[1] === 0x8b) {
    throw new SimulatorFault(`${source} is compressed, which the simulator does not read`);
  }
  if (body.length > constants.MAX_STRING_LENGTH) {
    throw new SimulatorFault(`${source} has ${body.length} bytes, more than the simulator reads`);
  }
  return Buffer.from(body).toString();
}

function listed({ etag, key, lastModified, size, storageClass }: ListedObject): JsonObject {
  return {
    Etag: etag,
    Key: key,
    LastModified: Math.floor(lastModified.getTime() / 1000),
    Size: size,
    StorageClass: storageClass,
  };
}
