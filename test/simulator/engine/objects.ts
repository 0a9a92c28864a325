import type { ObjectPort, ObjectRequest } from '../../../src/simulator/engine';

/** S3 with some objects, by `bucket/key`; it takes note of what is asked. */
export function fakeObjects(given: { readonly [path: string]: string | Uint8Array } = {}) {
  const bodies = new Map(Object.entries(given).map(([path, body]) => [path, Buffer.from(body)]));
  const requests: ObjectRequest[] = [];
  const port: ObjectPort = {
    list: async (request) => {
      requests.push(request);
      const { Bucket, Prefix = '' } = request.parameters;
      const paths = [...bodies.keys()].filter((path) => path.startsWith(`${Bucket}/${Prefix}`)).sort();
      return {
        kind: 'succeeded',
        value: paths.map((path) => ({
          key: path.slice(String(Bucket).length + 1),
          etag: '"e"',
          lastModified: new Date('2026-01-01T00:00:01Z'),
          size: bodies.get(path)?.length ?? 0,
          storageClass: 'STANDARD',
        })),
      };
    },
    get: async (request) => {
      requests.push(request);
      const body = bodies.get(`${request.parameters.Bucket}/${request.parameters.Key}`);
      return body ? { kind: 'succeeded', value: body } : { kind: 'failed', cause: 'The specified key does not exist.' };
    },
    put: async (request, body) => {
      requests.push(request);
      if (request.parameters.Bucket === 'closed') {
        return { kind: 'failed', cause: 'Access Denied' };
      }
      bodies.set(`${request.parameters.Bucket}/${request.parameters.Key}`, Buffer.from(body));
      return { kind: 'succeeded', value: undefined };
    },
  };
  const text = (path: string) => bodies.get(path)?.toString();
  return { port, requests, text, paths: () => [...bodies.keys()].sort() };
}
