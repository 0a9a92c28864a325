const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** The instant, in milliseconds since the epoch, of an ISO 8601 date-time with an offset; undefined if it isn't one. */
export function parseTimestamp(text: unknown): number | undefined {
  const match = typeof text === 'string' ? TIMESTAMP.exec(text) : null;
  if (!match || Number(match[3]) > daysOf(Number(match[1]), Number(match[2]))) {
    return undefined;
  }
  const instant = Date.parse(match[0]);
  return Number.isNaN(instant) ? undefined : instant;
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
