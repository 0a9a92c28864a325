/**
 * Takes to the local endpoint what would leave for AWS: the SDK's SQS client, for one, goes where a queue's URL leads.
 * Runs in a worker thread from its source text: it uses nothing outside.
 */
export function redirectAws(endpoint: string, load: NodeJS.Require): void {
  const http = load('node:http') as typeof import('node:http');
  const https = load('node:https') as typeof import('node:https');
  const { syncBuiltinESMExports } = load('node:module') as typeof import('node:module');
  const local = new URL(endpoint);
  const isAws = (host: unknown): boolean => /(^|\.)amazonaws\.com(\.cn)?(:\d+)?$/.test(String(host));
  // An SDK puts a prefix before the host of some operations, wherever that is: `sync-` for StartSyncExecution.
  const isPrefixed = (host: unknown): boolean => String(host).endsWith(`-${local.hostname}`);
  const [request, secureRequest] = [http.request, https.request];
  const accessKeyId = process.env.AWS_ACCESS_KEY_ID ?? '';
  const realFetch = globalThis.fetch;

  const redirected = (real: typeof secureRequest, isTaken: (host: unknown) => boolean): typeof secureRequest =>
    ((...args: Parameters<typeof secureRequest>) => {
      const [first, second] = args;
      const url = typeof first === 'string' ? new URL(first) : first instanceof URL ? first : undefined;
      const fromUrl = url && { host: url.hostname, path: url.pathname + url.search };
      const given = (url ? second : first) as import('node:https').RequestOptions | undefined;
      const options = { ...fromUrl, ...(typeof given === 'object' ? given : {}) };
      const asked = options.hostname ?? options.host;
      if (!isTaken(asked)) return real(...args);
      const callback = args.find((argument) => typeof argument === 'function');
      const { hostname: host, port } = local;
      const sent = request({ ...options, host, hostname: host, port, protocol: 'http:', agent: undefined }, callback);
      if (!sent.headersSent) sent.setHeader('x-simulator-host', String(asked));
      if (!sent.headersSent) sent.setHeader('x-simulator-sender', accessKeyId);
      return sent;
    }) as typeof secureRequest;
  http.request = redirected(request, isPrefixed);
  https.request = redirected(secureRequest, isAws);
  https.get = ((...args: Parameters<typeof secureRequest>) => https.request(...args).end()) as typeof https.get;
  syncBuiltinESMExports();

  globalThis.fetch = (input, init) => {
    const asked = new Request(input, init);
    const url = new URL(asked.url);
    if (!isAws(url.hostname)) return realFetch(input, init);
    const sent = new Request(local.origin + url.pathname + url.search, asked);
    sent.headers.set('x-simulator-host', url.hostname);
    sent.headers.set('x-simulator-sender', accessKeyId);
    return realFetch(sent);
  };
}
