import { createHash } from 'node:crypto';
import type { FormConfig, NewMessage } from '../constants';
import type { Fields } from './validate';

/** A double click is shorter, and so is what a browser sends again by itself. */
const NAME_BUCKET_MS = 60_000;

/** A message and the name of its execution: those of the same content within a minute are the same. */
export function newMessage(
  fields: Fields,
  config: Pick<FormConfig, 'duplicateWindowMs' | 'retentionMs'>,
  now: number,
): { readonly message: NewMessage; readonly executionName: string } {
  const { duplicateWindowMs, retentionMs } = config;
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const id = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 32);
  const message: NewMessage = {
    id,
    receivedAt: new Date(now).toISOString(),
    duplicateSince: new Date(now - duplicateWindowMs).toISOString(),
    expiresAt: Math.ceil((now + retentionMs) / 1000),
    fields,
  };
  // A name counts for 90 days, so it has the time as well. It can tell a double click alone: a repetition that has taken
  // a name would else stand in the way of what comes after the time. What has another name the table knows.
  return { message, executionName: `${id}-${Math.floor(now / NAME_BUCKET_MS)}` };
}
