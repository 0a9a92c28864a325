/** Where a stack is deployed. */
export interface Environment {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly urlSuffix: string;
}

/** What stands for the account and the region of a stack that names none. */
const DEFAULT_ACCOUNT = '123456789012';
const DEFAULT_REGION = 'us-east-1';

/** The environment that a manifest names, e.g. `aws://123456789012/eu-west-1` or `aws://unknown-account/eu-west-1`. */
export function environmentOf(uri: string | undefined): Environment {
  const [account, region] = (uri ?? '').replace('aws://', '').split('/');
  return environment(known(account) ?? DEFAULT_ACCOUNT, known(region) ?? DEFAULT_REGION);
}

function known(name: string | undefined): string | undefined {
  return name?.startsWith('unknown-') ? undefined : name || undefined;
}

function environment(account: string, region: string): Environment {
  if (region.startsWith('cn-')) {
    return { account, region, partition: 'aws-cn', urlSuffix: 'amazonaws.com.cn' };
  }
  const partition = region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return { account, region, partition, urlSuffix: 'amazonaws.com' };
}
