import type { Json, JsonObject } from '../../src/simulator/engine';

/** An event as a recording has it: its data parsed, and what differs from run to run masked. */
export interface RecordedEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

/** A recorded execution of AWS. */
export interface Case {
  readonly id: string;
  readonly execution: { readonly definition: JsonObject | string; readonly input?: Json };
  /** The functions that the definition invokes, and the file of each one's handler. */
  readonly lambdas?: { readonly [name: string]: string } | null;
  readonly s3Objects?:
    | readonly { readonly bucket: string; readonly key: string; readonly body: string | null }[]
    | null;
  readonly placeholders?: readonly { readonly pattern: string; readonly replacement: string }[];
  readonly recorded: { readonly [name: string]: unknown };
}

/** The events of a recording. */
export function recordedEvents({ id, recorded }: Case): RecordedEvent[] {
  for (const member of Object.values(recorded)) {
    const events = (member as { events?: RecordedEvent[] } | null)?.events;
    if (Array.isArray(events)) {
      return events;
    }
  }
  throw new Error(`${id}: nothing that is recorded has events`);
}

/** The details of an event, whatever they are called. */
export function detailsOf(event: object): { readonly [name: string]: unknown } {
  const name = Object.keys(event).find((key) => key.endsWith('EventDetails'));
  return name === undefined ? {} : (event as { [name: string]: { [field: string]: unknown } })[name];
}
