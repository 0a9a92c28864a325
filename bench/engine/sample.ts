import { deepStrictEqual as deepEqual } from 'node:assert';
import { withLibrary, withPeer } from './engines';
import { SCENARIOS, type ScenarioName } from './scenarios';

/** What one process has measured. */
export interface Sample {
  /** The time of one execution. */
  readonly ms: number;
  /** The most memory that the process had, all of Node included. */
  readonly peakMb: number;
}

/** A process of its own: `sample.js <scenario> [<folder of the peer>]`. */
const main = async ([name, peer]: string[]): Promise<void> => {
  const scenario = SCENARIOS[name as ScenarioName]();
  const machine = peer ? withPeer(scenario, peer) : withLibrary(scenario);
  const { input, output, warmUp, times } = scenario;
  for (let run = 0; run < warmUp; run++) await machine(input);
  let last: unknown;
  const start = performance.now();
  for (let run = 0; run < times; run++) last = await machine(input);
  const ms = (performance.now() - start) / times;
  deepEqual(last, output);
  const sample: Sample = { ms, peakMb: process.resourceUsage().maxRSS / 1024 };
  console.log(JSON.stringify(sample));
};

void main(process.argv.slice(2));
