import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { synth, Way } from './synth';

/** The median time of each way, in milliseconds. */
export type Medians = { readonly [way in Way]: number };

const WARM_UP = 5;

/** Synthesizes in this process, by turns, so that what slows the machine slows both. */
export const inProcess = (compiled: string, times: number): Medians => {
  const { synth: compiledSynth } = require(join(compiled, 'synth.js')) as { synth: typeof synth };
  return alternating(WARM_UP, times, (way) => {
    const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
    const ms = timed(() => compiledSynth(way, outdir));
    rmSync(outdir, { recursive: true });
    return ms;
  });
};

/** Synthesizes in processes of their own, by turns. */
export const wholeProcess = (compiled: string, times: number): Medians =>
  alternating(1, times, (way) =>
    timed(() => execFileSync(process.execPath, [join(compiled, 'synth-once.js'), way], { stdio: 'inherit' })),
  );

const timed = (work: () => void): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

const alternating = (warmUp: number, times: number, measure: (way: Way) => number): Medians => {
  const samples = { library: [] as number[], hand: [] as number[] };
  for (let round = 0; round < warmUp + times; round++) {
    const order: Way[] = round % 2 === 0 ? ['library', 'hand'] : ['hand', 'library'];
    for (const way of order) {
      const ms = measure(way);
      if (round >= warmUp) samples[way].push(ms);
    }
  }
  return { library: median(samples.library), hand: median(samples.hand) };
};

export const median = (values: number[]): number =>
  values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
