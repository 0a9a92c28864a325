import { durationText } from './duration-text';
import type { MapRun } from './map-run';
import type { Run } from './run';
import type { Call } from './services';
import { type Cell, textLine, wrapped } from './text-lines';
import type { StateVisit } from './visits';

/** How many lines of a failed function's log are shown. */
const LOG_LINES = 5;
/** How many lines of AWS's own cause are shown: that of a task may have a whole event in it. */
const CAUSE_LINES = 5;

const ENDINGS = [
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['timedOut', 'timed out'],
  ['aborted', 'aborted'],
  ['running', 'running'],
  ['pending', 'not begun'],
] as const;

/** How to write a report. */
export interface ReportOptions {
  /**
   * Whether to color what failed and what was denied.
   *
   * @default - in a terminal, unless NO_COLOR is set
   */
  readonly color?: boolean;
}

/**
 * A run as text of at most 80 columns: its states, with the last lines that a failed function logged, its calls with the
 * verdict of IAM, its transitions and their cost.
 */
export function report(run: Run, options: ReportOptions = {}): string {
  const color = options.color ?? (process.stdout.isTTY === true && !process.env.NO_COLOR);
  const { calls } = run;
  const lines: Cell[][] = [
    [{ text: run.status, good: run.status === 'SUCCEEDED' }, { text: run.error ? `  ${run.error}` : '' }],
    ...causeLines(run).map(plain),
    [],
    row({ text: 'at' }, 'state', { text: 'outcome' }),
    ...stateLines(run),
    [],
    row({ text: 'IAM' }, 'action', { text: 'resource' }),
    ...calls.map((call) => row(verdict(call), call.action, { text: resourceName(call) })),
    [],
    ...totals(run)
      .flatMap((text) => wrapped(text, 2))
      .map(plain),
  ];
  return lines.map((cells) => textLine(cells, color)).join('\n');
}

/** Why the simulator gave up, or what AWS itself says of an error that is its own. */
function causeLines({ error = '', cause = '' }: Run): string[] {
  const lines = wrapped(cause.replace(/\p{Cc}+/gu, ' '), 2);
  if (error === 'SimulatorFault') return lines;
  return error.startsWith('States.') ? lines.slice(0, CAUSE_LINES) : [];
}

function row(first: Cell, second: string, third: Cell): Cell[] {
  return [{ text: '', width: 2 }, { ...first, width: 12 }, { text: second, width: 28 }, third];
}

function plain(text: string): Cell[] {
  return [{ text }];
}

function stateLines(run: Run): Cell[][] {
  const { states } = run;
  const start = states[0]?.enteredAt.getTime() ?? 0;
  const lastFailed = new Map(states.flatMap((visit) => (visit.outcome === 'failed' ? [[visit.name, visit]] : [])));
  return states.flatMap((visit) => [
    row({ text: durationText(visit.enteredAt.getTime() - start) }, visit.name, outcome(visit)),
    // Which of a state's logs is which visit's is not known: the last one stands with the last that failed.
    ...(lastFailed.get(visit.name) === visit ? logLines(run, visit.name) : []).map((text) => plain(`    ${text}`)),
  ]);
}

function outcome({ type, attempts, errors, outcome }: StateVisit): Cell {
  const isAround = type === 'Parallel' || type === 'Map';
  switch (outcome) {
    case 'running':
      return { text: 'running' };
    case 'stopped':
      return { text: 'stopped', good: false };
    case 'failed': {
      const last = errors.at(-1);
      const times = errors.length > 1 ? `${errors.length} times, ` : '';
      return { text: last ? `failed: ${times}${last}` : isAround ? 'failed inside' : 'failed', good: false };
    }
    case 'succeeded':
      if (errors.length === 0) return { text: 'ok', good: true };
      return { text: `ok after ${attempts} attempts: ${[...new Set(errors)].join(', ')}`, good: true };
  }
}

/** The end of what the state's function logged when it failed last, without the stack trace. */
function logLines(run: Run, state: string): string[] {
  const log = run.logs.filter((candidate) => candidate.state === state && candidate.failed).at(-1);
  const lines = log?.text.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line)) ?? [];
  return lines.slice(-LOG_LINES).map((line) => `| ${line.replaceAll('\t', ' ').replace(/\p{Cc}/gu, '')}`);
}

function verdict({ verdict, allowed }: Call): Cell {
  return { text: verdict === 'denied' ? 'DENIED' : verdict, good: allowed };
}

function resourceName({ action, resource }: Call): string {
  return resource
    .split(':')
    .slice(action.startsWith('lambda:') ? 6 : 5)
    .join(':');
}

function totals({ states, transitions, elapsed, mapRuns, costPer1000: cost }: Run): string[] {
  const entered = count(states.length, 'state');
  const retries = count(transitions - states.length, 'retry', 'retries');
  const time = durationText(elapsed.toMilliseconds());
  return [
    `${entered} and ${retries} are ${count(transitions, 'transition')}, in ${time} of virtual time`,
    ...mapRuns.map(mapRunLine),
    cost === undefined
      ? 'no price: an Express workflow pays for memory and real time, not for transitions'
      : `$${cost.toFixed(2)} per 1,000 such runs, without what the services cost`,
  ];
}

/** How the child executions of a map run ended. */
function mapRunLine({ stateName, children, executionCounts }: MapRun): string {
  const endings = ENDINGS.flatMap(([name, text]) =>
    executionCounts[name] > 0 ? `${executionCounts[name]} ${text}` : [],
  );
  const transitions = children.reduce((sum, child) => sum + child.transitions, 0);
  const all = [`${stateName}: ${count(executionCounts.total, 'child execution')}`, ...endings];
  return `${all.join(', ')}; in them ${count(transitions, 'transition')}`;
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
