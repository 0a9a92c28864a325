import type { ListedObject, ObjectAnswer, ObjectPort, ObjectRequest } from '../../engine';
import type { ServiceContext } from '../context';
import type { Caller, Dispatcher } from '../dispatcher';
import { locatedFault } from '../located-fault';
import { ConnectionLost } from '../lost-calls';
import { AwsError } from '../service';
import { bytesOf, textOrBytes } from './content';

type Response = { readonly [name: string]: unknown };

/** S3 as a Distributed Map reaches it: in the name of its state machine's role, each call judged and recorded. */
export class MapObjects implements ObjectPort {
  constructor(
    private readonly roleArn: string,
    private readonly dispatcher: Dispatcher,
    private readonly context: ServiceContext,
  ) {}

  list(request: ObjectRequest): Promise<ObjectAnswer<readonly ListedObject[]>> {
    return this.answer(request, async () => {
      const objects: ListedObject[] = [];
      let token: unknown;
      do {
        const page = await this.call('ListObjectsV2', request, token === undefined ? {} : { ContinuationToken: token });
        objects.push(...((page.Contents ?? []) as Response[]).map(listedObject));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return objects;
    });
  }

  get(request: ObjectRequest): Promise<ObjectAnswer<Uint8Array>> {
    return this.answer(request, async () => bytesOf((await this.call('GetObject', request)).Body));
  }

  put(request: ObjectRequest, body: Uint8Array): Promise<ObjectAnswer<undefined>> {
    return this.answer(request, async () => {
      await this.call('PutObject', request, { Body: textOrBytes(Buffer.from(body)) });
      return undefined;
    });
  }

  private call(operation: string, { parameters, ...origin }: ObjectRequest, more: Response = {}): Promise<Response> {
    const { stateName, executionArn } = origin;
    const caller: Caller = { roleArn: this.roleArn, source: 'aws', stateName, executionArn };
    return this.dispatcher.call({ service: 's3', operation, input: { ...parameters, ...more } }, caller);
  }

  private async answer<T>({ stateName, field }: ObjectRequest, ask: () => Promise<T>): Promise<ObjectAnswer<T>> {
    try {
      return { kind: 'succeeded', value: await ask() };
    } catch (error) {
      if (error instanceof AwsError) return { kind: 'failed', cause: this.cause(error) };
      if (error instanceof ConnectionLost) return { kind: 'failed', cause: error.message };
      throw locatedFault(error, `The state '${stateName}': ${field}`);
    }
  }

  private cause({ code, message, statusCode }: AwsError): string {
    const details = ['Service: Amazon S3', `Status Code: ${statusCode}`, `Error Code: ${code}`];
    return `${message} (${[...details, `Request ID: ${this.context.newId()}`, 'Proxy: null'].join('; ')})`;
  }
}

function listedObject({ Key, ETag, LastModified, Size, StorageClass }: Response): ListedObject {
  return {
    key: String(Key),
    etag: String(ETag),
    lastModified: LastModified as Date,
    size: Number(Size),
    storageClass: String(StorageClass),
  };
}
