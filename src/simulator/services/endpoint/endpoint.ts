import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SimulatorFault } from '../../engine/fault';
import type { Credentials, Session } from '../credentials';
import type { Caller, Dispatcher } from '../dispatcher';
import { ConnectionLost, FunctionKilled } from '../lost-calls';
import { AwsError, type ServiceCall } from '../service';
import { type AwsRequest, describeRequest, readRequest } from './aws-request';
import { type AwsResponse, PROTOCOLS, type Protocol } from './protocols';

export interface EndpointOptions {
  /** Virtual time: an SDK whose clock differs from the server's corrects itself, and tries again. */
  readonly now: () => number;
  readonly dispatcher: Dispatcher;
  /** Knows who signs the requests. */
  readonly credentials: Credentials;
  /** Gets what the simulator cannot do: the run must end with it, whatever the function makes of the response. */
  readonly onFault: (fault: Error, session?: Session) => void;
}

/** The local AWS endpoint: an HTTP server on which the AWS SDK in functions finds the simulated services. */
export class Endpoint {
  private server?: Promise<Server>;

  constructor(private readonly options: EndpointOptions) {}

  /** Where it listens; it starts when this is first asked for, and keeps no process alive. */
  async url(): Promise<string> {
    this.server ??= listen((request, response) => {
      // What is left to fail is the connection: its function was killed.
      this.handle(request, response).catch(() => response.destroy());
    });
    const { port } = (await this.server).address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    const server = await this.server;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  private async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.answer(await readRequest(message));
    if (answer === undefined) return void response.destroy();
    const { status, headers, body } = answer;
    response.writeHead(status, { ...headers, date: new Date(this.options.now()).toUTCString() }).end(body);
  }

  /** What is answered; undefined where the connection is to break. */
  private async answer(request: AwsRequest): Promise<AwsResponse | undefined> {
    const session = this.options.credentials.find(request.accessKeyId ?? '');
    try {
      const [protocol, call] = read(request);
      return session ? await this.perform(protocol, call, session) : protocol.error(unknownKey());
    } catch (error) {
      const sender = session ?? this.options.credentials.find(request.senderKeyId ?? '');
      const fault = faultOf(error as Error, sender);
      this.options.onFault(fault, sender);
      const { message } = fault;
      // A status that makes no SDK try again.
      return { status: 501, headers: { 'x-amzn-errortype': 'SimulatorFault' }, body: JSON.stringify({ message }) };
    }
  }

  private async perform(protocol: Protocol, call: ServiceCall, session: Session): Promise<AwsResponse | undefined> {
    const { roleArn, origin, functionPath } = session;
    const caller: Caller = { ...origin, roleArn, source: 'handler', ...(functionPath && { functionPath }) };
    try {
      return protocol.response(await this.options.dispatcher.call(call, caller), call);
    } catch (error) {
      if (error instanceof AwsError) return protocol.error(error);
      if (error instanceof FunctionKilled) session.kill?.();
      if (error instanceof FunctionKilled || error instanceof ConnectionLost) return undefined;
      throw error;
    }
  }
}

function read(request: AwsRequest): [Protocol, ServiceCall] {
  for (const protocol of PROTOCOLS) {
    const call = protocol.read(request);
    if (call) return [protocol, call];
  }
  throw new SimulatorFault(`${describeRequest(request)} is a request that the simulator does not have`);
}

/** A fault that names who sent the request, and the state for which they work. */
function faultOf(error: Error, sender?: Session): SimulatorFault {
  const state = sender?.origin.stateName;
  const who = `${sender?.holder ?? 'A function'}${state === undefined ? '' : `, which the state '${state}' invoked,`}`;
  const advice = state === undefined ? '' : `. To answer in place of the state: sim.mock('${state}', …)`;
  return new SimulatorFault(`${who} made a call that cannot be answered: ${error.message}${advice}`, { cause: error });
}

function unknownKey(): AwsError {
  return new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(handle);
  server.on('connection', (socket) => socket.unref());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return server.unref();
}
