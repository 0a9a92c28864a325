import { createHash } from 'node:crypto';
import type { ObjectPort, ObjectRequest } from '../../src/simulator/engine';
import type { Case } from './case';

/** S3, with the objects that a recording says there were. */
export function recordedObjects({ s3Objects }: Case): ObjectPort {
  const bodies = new Map(s3Objects?.map(({ bucket, key, body }) => [`${bucket}/${key}`, body ?? '']));
  return {
    list: async ({ parameters: { Bucket, Prefix } }) => ({
      kind: 'succeeded',
      value: [...bodies.keys()]
        .filter((path) => path.startsWith(`${Bucket}/${Prefix ?? ''}`))
        .sort()
        .map((path) => ({
          key: path.slice(String(Bucket).length + 1),
          etag: `"${createHash('md5')
            .update(bodies.get(path) ?? '')
            .digest('hex')}"`,
          lastModified: new Date(0),
          size: Buffer.byteLength(bodies.get(path) ?? ''),
          storageClass: 'STANDARD',
        })),
    }),
    get: async (request) => {
      const body = bodies.get(path(request));
      return body === undefined
        ? { kind: 'failed', cause: `there is no ${path(request)}` }
        : { kind: 'succeeded', value: Buffer.from(body) };
    },
    put: async (request, body) => {
      bodies.set(path(request), Buffer.from(body).toString());
      return { kind: 'succeeded', value: undefined };
    },
  };
}

function path({ parameters: { Bucket, Key } }: ObjectRequest): string {
  return `${Bucket}/${Key}`;
}
