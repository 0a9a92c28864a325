import type { Run } from './run';
import type { StateVisit } from './visits';

const COLUMNS = 80;

/** How to write a report. */
export interface ReportOptions {
  /**
   * Whether to color what failed and what was denied.
   *
   * @default - in a terminal, unless NO_COLOR is set
   */
  readonly color?: boolean;
}

interface Cell {
  readonly text: string;
  readonly width?: number;
  readonly good?: boolean;
}

/** A run as text of at most 80 columns: its states, its calls with the verdict of IAM, its transitions and their cost. */
export function report(run: Run, options: ReportOptions = {}): string {
  const color = options.color ?? (process.stdout.isTTY === true && !process.env.NO_COLOR);
  const { states, calls } = run;
  const start = states[0]?.enteredAt.getTime() ?? 0;
  const lines: Cell[][] = [
    [{ text: run.status, good: run.status === 'SUCCEEDED' }, { text: run.error ? `  ${run.error}` : '' }],
    [],
    row({ text: 'at' }, 'state', { text: 'outcome' }),
    ...states.map((visit) => row({ text: seconds(visit.enteredAt.getTime() - start) }, visit.name, outcome(visit))),
    [],
    row({ text: 'IAM' }, 'action', { text: 'resource' }),
    ...calls.map((call) =>
      row({ text: call.allowed ? 'allowed' : 'DENIED', good: call.allowed }, call.action, {
        text: call.resource
          .split(':')
          .slice(call.action.startsWith('lambda:') ? 6 : 5)
          .join(':'),
      }),
    ),
    [],
    ...totals(run).map((text) => [{ text: `  ${text}` }]),
  ];
  return lines.map((cells) => line(cells, color)).join('\n');
}

function row(first: Cell, second: string, third: Cell): Cell[] {
  return [{ text: '', width: 2 }, { ...first, width: 10 }, { text: second, width: 30 }, third];
}

function outcome({ name, type, attempts, errors, exitedAt }: StateVisit): Cell {
  const last = errors[errors.length - 1];
  if (last !== undefined && errors.length >= attempts) {
    return { text: `failed: ${errors.length > 1 ? `${errors.length} times, ` : ''}${last}`, good: false };
  }
  if (exitedAt === undefined) return { text: type === 'Fail' ? `failed: ${name}` : 'not left', good: false };
  if (errors.length > 0)
    return { text: `ok after ${attempts} attempts: ${[...new Set(errors)].join(', ')}`, good: true };
  return { text: 'ok', good: true };
}

function totals(run: Run): string[] {
  const entered = count(run.states.length, 'state');
  const retries = count(run.transitions - run.states.length, 'retry', 'retries');
  return [
    `${entered} and ${retries} are ${count(run.transitions, 'transition')}, in ${seconds(run.elapsed.toMilliseconds())} of virtual time`,
    `$${run.costPer1000.toFixed(2)} per 1,000 such runs, without what the services cost`,
  ];
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function line(cells: Cell[], color: boolean): string {
  const left = cells.slice(0, -1).reduce((sum, { text, width }) => sum + (width ?? text.length), 0);
  return cells
    .map(({ text, width, good }, index) => {
      const shown = index < cells.length - 1 ? fit(text, width ?? text.length) : cut(text, COLUMNS - left);
      return color && good !== undefined ? `\x1b[${good ? 32 : 31}m${shown}\x1b[0m` : shown;
    })
    .join('')
    .trimEnd();
}

/** A text in a column, with a space to the next. */
function fit(text: string, width: number): string {
  return cut(text, text.length > width ? width - 1 : width).padEnd(width);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 2)}..` : text;
}
