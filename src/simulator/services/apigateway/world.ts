import type { ServiceContext } from '../context';
import type { Dispatcher } from '../dispatcher';
import type { TokenBuckets } from './token-buckets';

/** What APIs work with. */
export interface ApiWorld {
  readonly context: ServiceContext;
  readonly dispatcher: Dispatcher;
  readonly buckets: TokenBuckets;
}

/** The largest body that an API takes. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** What a request line and all headers may have together. */
export const MAX_HEADER_BYTES = 10_240;

/** The ARN of what a request asks of an API, as IAM and permissions write it. */
export function executeArn({ context }: ApiWorld, apiId: string, stage: string, route: string): string {
  const { partition, region, account } = context;
  return `arn:${partition}:execute-api:${region}:${account}:${apiId}/${stage}/${route}`;
}

/** The host name of an API. */
export function hostOf({ context }: ApiWorld, apiId: string): string {
  const suffix = context.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${apiId}.execute-api.${context.region}.${suffix}`;
}

/** `01/Jan/2026:00:00:00 +0000` */
export function requestTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
