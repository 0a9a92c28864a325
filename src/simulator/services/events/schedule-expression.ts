import { SimulatorFault } from '../../engine/fault';

const UNITS: { readonly [unit: string]: number } = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MINUTE = 60_000;
/** How far a cron expression is followed: one that has no instant within is past. */
const HORIZON_DAYS = 366 * 5;

/** Tells when a schedule is due next after an instant; undefined where it never is again. */
export type NextInstant = (after: number) => number | undefined;

/**
 * Reads a schedule expression, in UTC: `rate(5 minutes)`, `cron(0 10 * * ? *)`, `at(2026-01-01T10:00:00)`.
 *
 * @param start when the schedule was deployed, from which rates count
 */
export function parseSchedule(expression: string, start: number): NextInstant {
  const [, kind, argument] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return rate(argument, start, expression);
  if (kind === 'cron') return cron(argument, expression);
  if (kind === 'at') {
    const time = Date.parse(`${argument}Z`);
    return (after) => (time > after ? time : undefined);
  }
  throw unsupported(expression);
}

function rate(argument: string, start: number, expression: string): NextInstant {
  const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(argument) ?? [];
  if (unit === undefined) throw unsupported(expression);
  const period = Number(count) * UNITS[unit];
  return (after) => start + (Math.floor((after - start) / period) + 1) * period;
}

function cron(argument: string, expression: string): NextInstant {
  const fields = argument.trim().split(/\s+/);
  if (fields.length !== 6) throw unsupported(expression);
  const [minute, hour, day, month, weekday, year] = fields;
  const minutes = field(minute, 0, 59, expression);
  const hours = field(hour, 0, 23, expression);
  const isDay = (date: Date): boolean =>
    field(day, 1, 31, expression).includes(date.getUTCDate()) &&
    field(month, 1, 12, expression, MONTHS).includes(date.getUTCMonth() + 1) &&
    field(weekday, 1, 7, expression, DAYS).includes(date.getUTCDay() + 1) &&
    field(year, 1970, 2199, expression).includes(date.getUTCFullYear());
  return (after) => {
    const from = (Math.floor(after / MINUTE) + 1) * MINUTE;
    const firstDay = Math.floor(from / UNITS.day) * UNITS.day;
    for (let midnight = firstDay, days = 0; days < HORIZON_DAYS; midnight += UNITS.day, days++) {
      if (!isDay(new Date(midnight))) continue;
      for (const h of hours) {
        for (const m of minutes) {
          const time = midnight + h * UNITS.hour + m * MINUTE;
          if (time >= from) return time;
        }
      }
    }
    return undefined;
  };
}

/** The values that a field of a cron expression lets through, in order. */
function field(text: string, min: number, max: number, expression: string, names: readonly string[] = []): number[] {
  const values = text.split(',').flatMap((part) => {
    const [range, step] = part.split('/');
    const [first, last] =
      range === '*' || range === '?' ? [min, max] : range.split('-').map((one) => valueOfName(one, names));
    const end = last ?? (step === undefined ? first : max);
    if (![first, end].every(Number.isInteger)) throw unsupported(expression);
    const by = Number(step ?? 1);
    return Array.from({ length: Math.floor((end - first) / by) + 1 }, (_, index) => first + index * by);
  });
  return [...new Set(values)].filter((value) => value >= min && value <= max).sort((a, b) => a - b);
}

function valueOfName(text: string, names: readonly string[]): number {
  const index = names.indexOf(text.toUpperCase());
  return index === -1 ? Number(text) : index + 1;
}

function unsupported(expression: string): SimulatorFault {
  return new SimulatorFault(`The schedule expression ${expression} is not supported`);
}
