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
  const { request } = https;
  const realFetch = globalThis.fetch;

  https.request = ((...args: Parameters<typeof request>) => {
    const [first, second] = args;
    const url = typeof first === 'string' ? new URL(first) : first instanceof URL ? first : undefined;
    const fromUrl = url && { host: url.hostname, path: url.pathname + url.search };
    const given = (url ? second : first) as import('node:https').RequestOptions | undefined;
    const options = { ...fromUrl, ...(typeof given === 'object' ? given : {}) };
    if (!isAws(options.hostname ?? options.host)) return request(...args);
    const callback = args.find((argument) => typeof argument === 'function');
    const { hostname: host, port } = local;
    return http.request({ ...options, host, hostname: host, port, protocol: 'http:', agent: undefined }, callback);
  }) as typeof request;
  https.get = ((...args: Parameters<typeof request>) => https.request(...args).end()) as typeof https.get;
  syncBuiltinESMExports();

  globalThis.fetch = (input, init) => {
    const asked = new Request(input, init);
    const url = new URL(asked.url);
    return isAws(url.hostname)
      ? realFetch(new Request(local.origin + url.pathname + url.search, asked))
      : realFetch(input, init);
  };
}
