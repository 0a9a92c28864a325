/** What the worker thread of an execution environment is started with. */
export interface RuntimeData {
  /** The folder of the function's code. */
  readonly root: string;
  /** As the function has it, e.g. `index.handler`. */
  readonly handler: string;
  /** From Node.js 24 on, Lambda knows no callbacks, and takes what a handler returns at once. */
  readonly callbacks: boolean;
  /** Where the AWS SDK is looked for that Lambda's runtime brings along. */
  readonly sdkRoot: string;
  /** The local AWS endpoint. */
  readonly endpoint: string;
  readonly log: SharedArrayBuffer;
  /** The least level of what the console writes, where it writes JSON. */
  readonly jsonLogLevel?: string;
}

/** One invocation, as it is sent to the worker thread. */
export interface Invocation {
  readonly requestId: string;
  /** Qualified as the caller named it. */
  readonly functionArn: string;
  /** The event's JSON text. */
  readonly payload: string;
  /** The virtual time at which it begins. */
  readonly now: number;
  readonly timeoutMs: number;
}

/** What the worker thread answers. Each payload is a JSON text. */
export type RuntimeMessage =
  /** The handler's code is loaded: its time begins. */
  | { readonly kind: 'started' }
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly payload: string }
  /** The code could not be loaded, or left an error uncaught: the environment is lost. */
  | { readonly kind: 'crashed'; readonly payload: string }
  /** The code ended its process by a signal. */
  | { readonly kind: 'killed'; readonly signal: string }
  /** The code did what has no equal in a worker thread. */
  | { readonly kind: 'unsupported'; readonly what: string };

export type Handler = (
  event: unknown,
  context: object,
  callback: (error?: unknown, result?: unknown) => void,
) => unknown;
