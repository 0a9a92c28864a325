import { dataLimitExceeded } from './errors';

/** The bytes of JSON text that a state may take, give, or keep in a variable. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const PAYLOAD_BYTES = 262_144;

/** The bytes that an execution's variables may take together. @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
export const VARIABLES_BYTES = 10 * 1024 * 1024;

/** The events that the history of a Standard execution may have; its last one says how it ended. */
export const HISTORY_EVENTS = 25_000;

/** The iterations of an inline Map that go on at a time. */
export const INLINE_MAP_CONCURRENCY = 40;

/** The child executions of a Distributed Map that go on at a time. */
export const MAP_RUN_CONCURRENCY = 10_000;

/** How long after its end an execution may be redriven. @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
export const REDRIVABLE_MS = 14 * 24 * 3_600_000;

/** How long an execution may take. */
export const EXECUTION_SECONDS = { STANDARD: 31_536_000, EXPRESS: 300 };

/** How long a task may take that doesn't say so itself. */
export const TASK_SECONDS = 99_999_999;

/** Throws States.DataLimitExceeded if a JSON text is larger than a state or task may return. */
export function checkPayload(text: string, what: string): void {
  if (!isPayload(text)) {
    throw dataLimitExceeded(what);
  }
}

/** Whether a JSON text is small enough to be passed on. */
export function isPayload(text: string, most = PAYLOAD_BYTES): boolean {
  // No character takes more than three bytes for each of its UTF-16 units.
  return text.length * 3 <= most || byteLength(text) <= most;
}

/** The bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}
