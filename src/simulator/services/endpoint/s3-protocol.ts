import { SimulatorFault } from '../../engine/fault';
import { textOrBytes } from '../s3/content';
import type { ServiceCall } from '../service';
import { unchunked } from './aws-chunked';
import { type AwsRequest, describeRequest, hostOf } from './aws-request';
import type { AwsResponse, Protocol } from './protocols';
import { document, type Element, elements, textsOf } from './xml';

type Document = { readonly [name: string]: unknown };

/** The members of requests and responses that stand in headers. */
const HEADERS: { readonly [member: string]: string } = {
  AcceptRanges: 'accept-ranges',
  BucketRegion: 'x-amz-bucket-region',
  CacheControl: 'cache-control',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLength: 'content-length',
  ContentRange: 'content-range',
  ContentType: 'content-type',
  CopySource: 'x-amz-copy-source',
  ETag: 'etag',
  IfMatch: 'if-match',
  IfNoneMatch: 'if-none-match',
  LastModified: 'last-modified',
  MetadataDirective: 'x-amz-metadata-directive',
  Range: 'range',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  StorageClass: 'x-amz-storage-class',
};
/** The headers that say something of an object, of those of a request. */
const OF_OBJECTS = ['PutObject', 'CopyObject'];
const OBJECT_HEADERS = ['cache-control', 'content-disposition', 'content-encoding', 'content-type'];

const METADATA = 'x-amz-meta-';
/** What says how a request is sent and signed, and not what is asked. */
const OF_TRANSPORT =
  /^x-amz-(date|content-sha256|security-token|user-agent|checksum-.*|sdk-checksum-algorithm|decoded-content-length|trailer)$/;

/** The members of requests that stand in the query string. */
const QUERY: { readonly [name: string]: string } = {
  'continuation-token': 'ContinuationToken',
  delimiter: 'Delimiter',
  'fetch-owner': 'FetchOwner',
  'max-keys': 'MaxKeys',
  prefix: 'Prefix',
  'start-after': 'StartAfter',
};

/** Which operation it is: by its method, by what it is done to, and by the one parameter that may say more. */
const OPERATIONS: { readonly [request: string]: string } = {
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'PUT object': 'PutObject',
  'DELETE object': 'DeleteObject',
  'GET bucket list-type': 'ListObjectsV2',
  'HEAD bucket': 'HeadBucket',
  'POST bucket delete': 'DeleteObjects',
};

/** S3's REST: the bucket stands in the host name or first in the path, and what is more than content is XML. */
export const S3_PROTOCOL: Protocol = {
  read: (request) => {
    if (request.signedService !== 's3') return undefined;
    const place = placeOf(request);
    const operation = operationOf(request, place);
    const input = {
      ...place,
      ...fromQuery(request),
      ...fromHeaders(request, operation),
      ...contentOf(request, operation),
    };
    return { service: 's3', operation, input };
  },
  response: (output, call) => ({
    status: statusOf(output, call),
    headers: headersOf(output),
    body: bodyOf(output, call),
  }),
  error: ({ code, message, statusCode: status }) => ({
    status,
    headers: { 'content-type': 'application/xml' },
    body: document('Error', { Code: code, Message: message }),
  }),
};

function placeOf(request: AwsRequest): { readonly Bucket: string; readonly Key?: string } {
  const host = /^(.+)\.s3[.-]/.exec(hostOf(request))?.[1];
  const path = host === undefined ? request.path : `/${host}${request.path}`;
  const [, Bucket, Key] = /^\/([^/]*)(?:\/(.*))?$/.exec(path) ?? [];
  if (!Bucket) throw new SimulatorFault(`${describeRequest(request)} names no bucket, which is not supported`);
  return { Bucket: decodeURIComponent(Bucket), ...(Key && { Key: decodeURIComponent(Key) }) };
}

function operationOf(asked: AwsRequest, { Key }: { readonly Key?: string }): string {
  const { method, query, header } = asked;
  const more = [...query.keys()].filter((name) => !(name in QUERY) && name !== 'x-id');
  const request = [method, Key === undefined ? 'bucket' : 'object', ...more].join(' ');
  const operation = OPERATIONS[request];
  if (!operation) throw new SimulatorFault(`${describeRequest(asked)} (${request}) is not supported`);
  return operation === 'PutObject' && header('x-amz-copy-source') ? 'CopyObject' : operation;
}

function fromQuery({ query }: AwsRequest): Document {
  return Object.fromEntries([...query].flatMap(([name, value]) => (QUERY[name] ? [[QUERY[name], value]] : [])));
}

function fromHeaders({ headers }: AwsRequest, operation: string): Document {
  const given = Object.entries(headers);
  const metadata = given.filter(([name]) => name.startsWith(METADATA));
  const members = Object.entries(HEADERS).flatMap(([member, name]) => {
    const value = name === 'content-encoding' ? encodingOf(headers[name]) : headers[name];
    const isOfIt = OF_OBJECTS.includes(operation) || !OBJECT_HEADERS.includes(name);
    return value === undefined || name === 'content-length' || !isOfIt ? [] : [[member, value]];
  });
  const unknown = given.find(
    ([name]) =>
      name.startsWith('x-amz-') &&
      !name.startsWith(METADATA) &&
      !OF_TRANSPORT.test(name) &&
      !Object.values(HEADERS).includes(name),
  );
  if (unknown) throw new SimulatorFault(`The header ${unknown[0]} of S3's ${operation} is not supported`);
  return {
    ...Object.fromEntries(members),
    ...(metadata.length > 0 && {
      Metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice(METADATA.length), value])),
    }),
  };
}

/** How the content is encoded, without how it is sent. */
function encodingOf(header?: string): string | undefined {
  const encodings = header?.split(',').map((encoding) => encoding.trim());
  return encodings?.filter((encoding) => encoding !== 'aws-chunked').join(',') || undefined;
}

function contentOf(request: AwsRequest, operation: string): Document {
  if (operation === 'PutObject') {
    const isChunked = request.headers['x-amz-content-sha256']?.startsWith('STREAMING-');
    return { Body: textOrBytes(isChunked ? unchunked(request.bytes) : request.bytes) };
  }
  if (operation !== 'DeleteObjects') return {};
  const Objects = elements(request.body, 'Object').map((object) => ({ Key: textsOf(object, 'Key')[0] }));
  return { Delete: { Objects, Quiet: textsOf(request.body, 'Quiet')[0] === 'true' } };
}

function statusOf({ ContentRange }: Document, { operation }: ServiceCall): number {
  if (operation === 'DeleteObject') return 204;
  return ContentRange === undefined ? 200 : 206;
}

function headersOf(output: Document): AwsResponse['headers'] {
  const headers: { [name: string]: string } = {};
  for (const [member, name] of Object.entries(HEADERS)) {
    const value = output[member];
    if (value !== undefined) headers[name] = value instanceof Date ? value.toUTCString() : String(value);
  }
  for (const [name, value] of Object.entries((output.Metadata ?? {}) as { [name: string]: string })) {
    headers[METADATA + name] = value;
  }
  return headers;
}

function bodyOf(output: Document, { operation }: ServiceCall): string | Buffer {
  switch (operation) {
    case 'GetObject':
      return output.Body as string | Buffer;
    case 'ListObjectsV2':
      return document('ListBucketResult', output as Element);
    case 'CopyObject':
      return document('CopyObjectResult', output.CopyObjectResult as Element);
    case 'DeleteObjects':
      return document('DeleteResult', output as Element);
    default:
      return '';
  }
}
