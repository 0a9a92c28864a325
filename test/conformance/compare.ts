import { detailsOf, type RecordedEvent } from './case';

/** Where an event differs from the recorded one. */
export interface Difference {
  readonly field: string;
  readonly ours: unknown;
  readonly recorded: unknown;
}

/** What upstream wrote in the place of times and ARNs, and what those look like. */
const MASKS: readonly (readonly [mask: RegExp, data: RegExp])[] = [
  [/^(timestamp|(?:\w+-)*(?:date|time))$/, /\d{4}/],
  [/^(\w+[-_])*arn$/, /^arn:/],
];

/** What AWS did not tell yet when the older recordings were made. */
const NEWER = ['RedriveCount', 'inputDetails', 'outputDetails'];

/** The first difference of an event from the recorded one, if any. */
export function eventDiffers(ours: { readonly type: string }, recorded: RecordedEvent): Difference | undefined {
  if (ours.type !== recorded.type) {
    return { field: 'type', ours: ours.type, recorded: recorded.type };
  }
  return differs(detailsOf(ours), detailsOf(recorded), 'details');
}

/** The first difference of data from what is recorded, in which some is masked. */
export function differs(ours: unknown, recorded: unknown, field = ''): Difference | undefined {
  const [a, b] = [structured(ours), structured(recorded)];
  if (
    a !== null &&
    b !== null &&
    typeof a === 'object' &&
    typeof b === 'object' &&
    Array.isArray(a) === Array.isArray(b)
  ) {
    return objectDiffers(a as { [key: string]: unknown }, b as { [key: string]: unknown }, field);
  }
  const same = typeof b === 'string' ? typeof a !== 'object' && textMatches(String(a), b) : a === b || a === String(b);
  return same ? undefined : { field, ours, recorded };
}

function objectDiffers(
  ours: { readonly [key: string]: unknown },
  recorded: { readonly [key: string]: unknown },
  field: string,
): Difference | undefined {
  for (const key of new Set([...Object.keys(recorded), ...Object.keys(ours)])) {
    const ignored = NEWER.includes(key) && !(key in recorded);
    const difference = ignored ? undefined : differs(ours[key], recorded[key], `${field}.${key}`);
    if (difference) {
      return difference;
    }
  }
  return undefined;
}

/** The data of a text that is an object or array in JSON; anything else as it is. */
function structured(data: unknown): unknown {
  if (typeof data === 'string' && /^\s*[[{"]/.test(data)) {
    try {
      return JSON.parse(data);
    } catch {
      return data;
    }
  }
  return data;
}

function textMatches(ours: string, recorded: string): boolean {
  const masks = MASKS.some(([mask, data]) => mask.test(recorded) && data.test(ours));
  if (ours === recorded || masks || (recorded !== '' && Number(ours) === Number(recorded))) {
    return true;
  }
  let masked = recorded;
  for (let before = ''; before !== masked; ) {
    before = masked;
    masked = masked.replace(/<[^<>]*>/g, '\u0000');
  }
  const pattern = masked
    .split('\u0000')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\s\\S]*');
  return masked.includes('\u0000') && new RegExp(`^${pattern}$`).test(ours);
}
