import type { IncomingMessage } from 'node:http';

/** What a function's environment says of a request that was to leave for AWS: where to, and whose it is, signed or not. */
const HOST_HEADER = 'x-simulator-host';
const SENDER_HEADER = 'x-simulator-sender';

/** A request that an AWS SDK sent. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Its body as text, and as it is. */
  readonly body: string;
  readonly bytes: Buffer;
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string };
  header(name: string): string | undefined;
  /** Of the signature: which session signed, and for which service. */
  readonly accessKeyId?: string;
  readonly signedService?: string;
  /** The access key of who sent it, where the request was taken here on its way to AWS. */
  readonly senderKeyId?: string;
}

export async function readRequest(message: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const url = new URL(message.url ?? '/', 'http://localhost');
  const bytes = Buffer.concat(chunks);
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, value?.toString() ?? '']),
  );
  const credential = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(message.headers.authorization ?? '');
  return {
    method: message.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    body: bytes.toString(),
    bytes,
    headers,
    header: (name) => headers[name],
    accessKeyId: credential?.[1],
    signedService: credential?.[2],
    senderKeyId: message.headers[SENDER_HEADER]?.toString(),
  };
}

/** The host that a request was sent to. */
export function hostOf({ header }: AwsRequest): string {
  return header(HOST_HEADER) ?? header('host') ?? '';
}

/** What a request asks for, in words: for one that no protocol takes. */
export function describeRequest({ method, path, body, signedService, header }: AwsRequest): string {
  const service = signedService ?? header(HOST_HEADER) ?? 'an unknown service';
  const operation = header('x-amz-target') ?? /(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? `${method} ${path}`;
  return `${service}: ${operation}`;
}
