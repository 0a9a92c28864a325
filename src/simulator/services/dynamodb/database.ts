/// <reference path="./dynalite.d.ts" />

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { SimulatorFault } from '../../engine/fault';
import { AwsError } from '../service';

type Document = { [name: string]: unknown };

const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  // The database wants a signature, and checks none.
  authorization:
    'AWS4-HMAC-SHA256 Credential=simulator/20300101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20300101T000000Z',
};

/** A DynamoDB in memory. It starts at the first request, on a port of its own, and keeps no process alive. */
export class Database {
  private server?: Promise<Server>;
  private closed = false;

  /** Throws an `AwsError` where DynamoDB refuses. */
  async request(operation: string, input: Document): Promise<Document> {
    if (this.closed) throw new SimulatorFault('The simulator is closed: what its tables held is gone');
    this.server ??= start();
    const { port } = (await this.server).address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: { ...HEADERS, 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: JSON.stringify(input, withoutNulls),
    });
    const body = (await response.json()) as Document;
    if (response.ok) return body;
    throw new AwsError(
      String(body.__type).replace(/.*#/, ''),
      String(body.message ?? body.Message ?? ''),
      response.status,
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    const server = await this.server;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }
}

/** To AWS a null is what isn't there; the database would end at one. */
function withoutNulls(this: unknown, _name: string, value: unknown): unknown {
  if (value !== null) return value;
  if (!Array.isArray(this)) return undefined;
  throw new AwsError('SerializationException', 'Unexpected null in a list');
}

async function start(): Promise<Server> {
  // Its own limit of an item's size counts characters, not bytes.
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, maxItemSizeKb: Number.POSITIVE_INFINITY });
  server.on('connection', (socket) => socket.unref());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return server.unref();
}
