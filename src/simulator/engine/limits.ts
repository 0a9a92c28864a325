import { dataLimitExceeded } from './errors';

/** The bytes of JSON text that a state may take, give, or keep in a variable. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const PAYLOAD_BYTES = 262_144;

/** The events that the history of a Standard execution may have; its last one says how it ended. */
export const HISTORY_EVENTS = 25_000;

/** The iterations of an inline Map that go on at a time. */
export const INLINE_MAP_CONCURRENCY = 40;

/** How long an execution may take. */
export const EXECUTION_SECONDS = { STANDARD: 31_536_000, EXPRESS: 300 };

/** How long a task may take that doesn't say so itself. */
export const TASK_SECONDS = 99_999_999;

/** Throws States.DataLimitExceeded if a JSON text is larger than a state or task may return. */
export function checkPayload(text: string, what: string): void {
  // No character takes more than three bytes for each of its UTF-16 units.
  if (text.length * 3 > PAYLOAD_BYTES && Buffer.byteLength(text) > PAYLOAD_BYTES) {
    throw dataLimitExceeded(what);
  }
}
