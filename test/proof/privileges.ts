/** Whether a state parks a compensation: it is never mocked, so that its permission is used. */
export const isParking = (name: string): boolean => /(^|\.)Park /.test(name);

const NOT_TO_BE_NARROWED =
  /^(logs:(\w+LogDeliver\w*|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)|xray:\w+)$/;

/** The actions that a template allows on every resource, with good reason or not at all. */
export const wildcards = (value: unknown): string[] => {
  if (value === null || typeof value !== 'object') return [];
  // In the policy of a key, every resource is that key.
  if ((value as { Type?: unknown }).Type === 'AWS::KMS::Key') return [];
  const { Effect, Resource, Action } = value as { Effect?: string; Resource?: unknown; Action?: string | string[] };
  const own = Effect === 'Allow' && [Resource].flat().includes('*') ? [Action ?? 'NotAction'].flat() : [];
  return [...own.filter((action) => !NOT_TO_BE_NARROWED.test(action)), ...Object.values(value).flatMap(wildcards)];
};
