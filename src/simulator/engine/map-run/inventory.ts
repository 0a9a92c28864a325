import { gunzipSync } from 'node:zlib';
import { SimulatorFault } from '../fault';
import type { Computation } from '../fiber';
import type { Json } from '../json';
import type { Lane } from '../lane';
import { csvItems } from './csv';
import { getObject } from './s3';

/** The manifest of an S3 inventory. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html */
interface Manifest {
  readonly destinationBucket?: string;
  readonly fileFormat?: string;
  readonly fileSchema?: string;
  readonly files?: readonly { readonly key: string }[];
}

/** Reads the objects that an S3 inventory lists, from the files that its manifest names. */
export function* readInventory(lane: Lane, body: Uint8Array, most: number): Computation<Json[]> {
  const manifest = JSON.parse(Buffer.from(body).toString()) as Manifest;
  const { destinationBucket, fileFormat, fileSchema, files } = manifest;
  if (destinationBucket === undefined || fileSchema === undefined || !files) {
    throw new SyntaxError('it is not the manifest of an S3 inventory');
  }
  if (fileFormat !== 'CSV') {
    throw new SimulatorFault(`An S3 inventory in the format ${fileFormat} is not supported`);
  }
  const format = { delimiter: ',', headers: fileSchema.split(',').map((name) => name.trim()) };
  const Bucket = destinationBucket.replace(/^arn:[\w-]+:s3:::/, '');
  const items: Json[] = [];
  for (const { key } of files) {
    if (items.length < most) {
      const rows = yield* getObject(lane, { Bucket, Key: key });
      for (const item of csvItems(textOf(rows), format, most - items.length)) {
        items.push(item);
      }
    }
  }
  return items;
}

function textOf(body: Uint8Array): string {
  return (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : Buffer.from(body)).toString();
}
