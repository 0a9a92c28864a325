/** How many requests are let through: so many at once, and so many a second. */
export interface Limit {
  readonly burst: number;
  readonly rate: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** The token buckets by which an API throttles, in virtual time. */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number) {}

  /** Takes a token out of a bucket; false where none is left. */
  take(name: string, { burst, rate }: Limit): boolean {
    const now = this.now();
    const bucket = this.buckets.get(name) ?? { tokens: burst, filledAt: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * rate);
    bucket.filledAt = now;
    this.buckets.set(name, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}

/** A limit as templates write it; undefined where none is set. */
export function limitOf(settings: { readonly [name: string]: unknown } | undefined): Limit | undefined {
  const { ThrottlingBurstLimit: burst, ThrottlingRateLimit: rate } = settings ?? {};
  if (burst === undefined && rate === undefined) return undefined;
  // What is not set is the account's limit.
  return { burst: Number(burst ?? 5000), rate: Number(rate ?? 10_000) };
}
