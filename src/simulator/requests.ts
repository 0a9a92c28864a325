import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IConstruct } from 'constructs';
import type { Cloud } from './cloud';
import { type Clock, SimulatorFault } from './engine';
import { findResource, type ResourceKind } from './find-resource';
import { API_TYPES, type ApiAnswer, type ApiRequest, apiAt, basePath, type Fields } from './services';
import type { Resource, Resources } from './template/resource';

/** What is asked of an API. */
export interface RequestOptions {
  /** @default - GET; POST where there is a body */
  readonly method?: string;
  /** What follows the stage, with its query: `/orders/1?full=true`. Part of the URL where the API is given by one. */
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string } | Fields;
  /** A text, bytes, or the fields of a form; of anything else its JSON, with the content type of JSON. */
  readonly body?: string | Uint8Array | URLSearchParams | object;
  /** The role (its construct or its ARN) that signs the request, for an API that IAM guards. */
  readonly as?: IConstruct | string;
  /** What the token says that comes with the request, for an API that a user pool or an issuer of JWTs guards. */
  readonly claims?: { readonly [name: string]: unknown };
  /** @default '203.0.113.1' */
  readonly sourceIp?: string;
}

export const APIS: ResourceKind = { name: 'API', types: API_TYPES };
const ROLES: ResourceKind = { name: 'role', types: ['AWS::IAM::Role'] };

/** The requests that come to the assembly's APIs: from tests, and from whatever else runs on this machine. */
export class Requests {
  private readonly servers: Server[] = [];

  constructor(
    private readonly resources: Resources,
    private readonly cloud: Cloud,
    private readonly clock: Clock,
  ) {}

  /** Sends a request, and lets happen what then can without time passing; an answer that takes time takes it. */
  async fetch(target: IConstruct | string, options: RequestOptions): Promise<Response> {
    const { api, path } = this.locate(target, options.path);
    const { status, headers, body } = await this.answer(this.requestOf(path, options), api);
    const hasBody = ![204, 205, 304].includes(status) && options.method !== 'HEAD';
    return new Response(hasBody ? new Uint8Array(body) : null, { status, headers: headers.map(([...field]) => field) });
  }

  /** Answers the requests that come to a port of this machine, and gives the URL of the API there. */
  async serve(target?: IConstruct | string): Promise<string> {
    const api = target === undefined ? this.onlyApi() : findResource(this.resources, target, APIS);
    const base = basePath(api, this.resources);
    const server = createServer((message, response) => {
      this.handle(message, response, api).catch(() => response.destroy());
    });
    this.servers.push(server);
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    server.unref();
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`;
  }

  async close(): Promise<void> {
    for (const server of this.servers) server.closeAllConnections();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private async answer(request: ApiRequest, api: Resource): Promise<ApiAnswer> {
    let isAnswered = false;
    const answering = this.clock.track(this.cloud.apis.answer(request, api)).finally(() => {
      isAnswered = true;
    });
    // Time passes only where the answer waits for an Express workflow.
    const [answer] = await Promise.all([answering, this.clock.runUntil(() => isAnswered)]);
    this.cloud.checkFaultOfRequest();
    await this.clock.advance(answer.takesMs);
    return answer;
  }

  private async handle(message: IncomingMessage, response: ServerResponse, api: Resource): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const { pathname, search } = new URL(message.url ?? '/', 'http://localhost');
    // The API's own page is of the API's own origin, as it is in AWS.
    const own = `http://${message.headers.host}`;
    const headers = pairs(message.rawHeaders).map(([name, value]): Fields[number] =>
      name.toLowerCase() === 'origin' && value === own ? [name, this.cloud.apis.origin(api)] : [name, value],
    );
    const sourceIp = message.socket.remoteAddress ?? '127.0.0.1';
    const body = Buffer.concat(chunks);
    const request = {
      method: message.method ?? 'GET',
      path: pathname,
      query: search.slice(1),
      headers,
      body,
      sourceIp,
    };
    try {
      const answer = await this.answer(request, api);
      for (const [name, value] of answer.headers) response.appendHeader(name, value);
      response.writeHead(answer.status).end(answer.body);
    } catch (error) {
      response.writeHead(501, { 'content-type': 'text/plain; charset=utf-8' }).end(String(error));
    }
  }

  private locate(target: IConstruct | string, path: string | undefined): { api: Resource; path: string } {
    if (typeof target === 'string' && /^https?:\/\//.test(target)) {
      if (path !== undefined) throw new SimulatorFault(`give the path ${path} within the URL ${target}`);
      const url = new URL(target);
      return { api: apiAt(url, this.resources), path: url.pathname + url.search };
    }
    const api = findResource(this.resources, target, APIS);
    return { api, path: basePath(api, this.resources) + (path ?? '/') };
  }

  private onlyApi(): Resource {
    const apis = API_TYPES.flatMap((type) => this.resources.ofType(type));
    if (apis.length === 1) return apis[0];
    throw new SimulatorFault(`there are ${apis.length} APIs in the templates: say which one to serve`);
  }

  private requestOf(pathAndQuery: string, options: RequestOptions): ApiRequest {
    const { body, headers = {}, as, claims, sourceIp = '203.0.113.1' } = options;
    const { pathname, search } = new URL(pathAndQuery, 'http://localhost');
    const { bytes, type } = encoded(body);
    const given: Fields = Array.isArray(headers) ? headers : Object.entries(headers);
    const hasType = given.some(([name]) => name.toLowerCase() === 'content-type');
    return {
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      path: pathname,
      query: search.slice(1),
      headers: type === undefined || hasType ? given : [...given, ['Content-Type', type]],
      body: bytes,
      sourceIp,
      ...(as !== undefined && { roleArn: this.roleArn(as) }),
      ...(claims && { claims }),
    };
  }

  private roleArn(role: IConstruct | string): string {
    if (typeof role === 'string' && role.startsWith('arn:')) return role;
    return findResource(this.resources, role, ROLES).attribute('Arn');
  }
}

function encoded(body: RequestOptions['body']): { bytes: Buffer; type?: string } {
  if (body === undefined) return { bytes: Buffer.alloc(0) };
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'text/plain;charset=UTF-8' };
  if (body instanceof Uint8Array) return { bytes: Buffer.from(body) };
  if (body instanceof URLSearchParams) {
    return { bytes: Buffer.from(body.toString()), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' };
}

function pairs(rawHeaders: readonly string[]): Fields {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1]] as const] : []));
}
