import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { median } from '../measure';
import { table } from '../table';
import { findPeer, type Peer } from './peer';
import type { Sample } from './sample';
import type { ScenarioName } from './scenarios';

const ROUNDS = 7;

/** A figure of a table: how a sample gives it, and how it is told. */
interface Figure {
  readonly what: string;
  readonly scenario: ScenarioName;
  readonly of: (sample: Sample) => number;
  readonly unit: string;
  /** Whether more of it is better. */
  readonly isSpeed?: boolean;
}

/** What the samples of each side are for. */
type Samples = { readonly [side in 'library' | 'peer']: readonly Sample[] };

const MAPS = [1_000, 10_000, 100_000].map((count) => ({ count, scenario: `map${count}` as ScenarioName }));
const ms = ({ ms }: Sample) => ms;
const peakMb = ({ peakMb }: Sample) => peakMb;

const FIGURES: readonly Figure[] = [
  { what: '10 Pass, Choice, Parallel', scenario: 'branching', of: (s) => 1000 / s.ms, unit: ' /s', isSpeed: true },
  ...MAPS.map(({ count, scenario }) => ({ what: `Map, ${told(count)} items`, scenario, of: ms, unit: ' ms' })),
  ...MAPS.map(({ count, scenario }) => ({ what: `its memory, ${told(count)}`, scenario, of: peakMb, unit: ' MB' })),
  { what: 'a year of Waits', scenario: 'year', of: ms, unit: ' ms' },
];

/** What the peer has not: it runs the processor of a Distributed Map as that of an inline one. */
const ALONE: readonly Figure[] = [
  { what: 'Distributed Map, 100,000 items', scenario: 'distributed100000', of: ms, unit: ' ms' },
  { what: 'its memory', scenario: 'distributed100000', of: peakMb, unit: ' MB' },
];

/** The engine of the simulator against its peer, on the same definitions, by turns and on the same Node. */
export const engine = (): void => {
  const peer = findPeer();
  const script = compile();
  const node = peer?.node ?? process.execPath;
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const rows = [...FIGURES, ...ALONE];
  const names = [...new Set(rows.map(({ scenario }) => scenario))];
  const samples = new Map(names.map((name) => [name, byTurns(name, script, node, isShared(name) ? peer : undefined)]));

  table([
    [`the engine, on Node ${version}`, 'this library', peer?.name ?? 'no peer', 'better by'],
    ...rows.map((figure) => row(figure, samples.get(figure.scenario) as Samples)),
  ]);
  console.log(`\nMedian (least to most) of ${ROUNDS} processes each. This library records the whole history and enforces the
limits of AWS; its peer does neither. A Map is run once, in a new process, whose peak memory has all of Node in it;
the workflow is Express, for a Standard one ends at 25,000 events. In the year, this library passes 364 days of virtual
time; the peer's waits are overridden to take none. A Distributed Map starts an execution for each item; the peer has none.`);
};

const isShared = (name: ScenarioName): boolean => FIGURES.some(({ scenario }) => scenario === name);

/** The library's engine in one file, as it is when published. */
const compile = (): string => {
  const outfile = join(__dirname, '../../node_modules/.cache/bench-engine/sample.js');
  const entryPoints = [join(__dirname, 'sample.ts')];
  buildSync({
    entryPoints,
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  return outfile;
};

const byTurns = (name: ScenarioName, script: string, node: string, peer: Peer | undefined): Samples => {
  const samples = { library: [] as Sample[], peer: [] as Sample[] };
  const sample = (...more: string[]): Sample =>
    JSON.parse(execFileSync(node, [script, name, ...more], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  for (let round = 0; round < ROUNDS; round++) {
    samples.library.push(sample());
    if (peer) samples.peer.push(sample(peer.folder));
  }
  return samples;
};

const row = ({ what, of, unit, isSpeed }: Figure, samples: Samples): string[] => {
  const [library, peer] = [samples.library.map(of), samples.peer.map(of)];
  if (peer.length === 0) return [what, spread(library, unit), '-', '-'];
  const ratio = median(library) / median(peer);
  return [what, spread(library, unit), spread(peer, unit), (isSpeed ? ratio : 1 / ratio).toFixed(1)];
};

const spread = (values: readonly number[], unit: string): string =>
  `${told(median([...values]))}${unit} (${told(Math.min(...values))} to ${told(Math.max(...values))})`;

function told(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
