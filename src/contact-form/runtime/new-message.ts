import { createHash } from 'node:crypto';
import type { FormConfig, NewMessage } from '../constants';
import type { Fields } from './validate';

/** A message and the name of its execution: those of the same content within a time are the same. */
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
  // A name counts for 90 days, so it has the time as well. Where a repetition has another name, the table knows it.
  return { message, executionName: `${id}-${Math.floor(now / duplicateWindowMs)}` };
}
