/** What the `Resource` of a Task state names. */
export type ResourceName =
  /** A function's ARN. */
  | { readonly kind: 'function'; readonly functionArn: string }
  /** `arn:aws:states:::<service>:<api>`, or with `aws-sdk:` before the service. */
  | {
      readonly kind: 'optimized' | 'aws-sdk';
      readonly service: string;
      readonly api: string;
      /** `.waitForTaskToken`: the answer comes later, by the token. `.sync`: when the work has ended. */
      readonly pattern?: string;
    };

/** Reads a `Resource`; undefined where it is of no form that is known, e.g. an activity's. */
export function parseResource(resource: string): ResourceName | undefined {
  if (/^arn:[^:]+:lambda:[^:]*:[^:]*:function:/.test(resource)) return { kind: 'function', functionArn: resource };
  const parts = /^arn:[^:]+:states:::(aws-sdk:)?([\w-]+):(\w+)(\.waitForTaskToken|\.sync(?::2)?)?$/.exec(resource);
  if (!parts) return undefined;
  const [, sdk, service, api, pattern] = parts;
  return { kind: sdk ? 'aws-sdk' : 'optimized', service, api, pattern };
}

/** What an integration calls itself in a `Resource`, e.g. `sns:publish`; undefined where it is none. */
export function integrationName(resource: string): string | undefined {
  return /^arn:[^:]+:states:::(.+)$/.exec(resource)?.[1];
}
