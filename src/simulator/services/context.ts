import { createHash } from 'node:crypto';
import type { Resources } from '../template/resource';

/** What every service needs to know of its surroundings. */
export interface ServiceContext {
  readonly resources: Resources;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Virtual time, in milliseconds since the epoch. */
  now(): number;
  /** A fresh UUID; the same sequence in each run. */
  newId(): string;
}

/** UUIDs that look random, and are the same for the same seed. */
export function uuids(seed: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    const hex = createHash('sha256').update(`${seed}/${count}`).digest('hex');
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `a${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  };
}
