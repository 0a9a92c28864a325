import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from '../measure';
import { table } from '../table';

const COUNTS = [1_000, 10_000, 100_000];
const RUNS = 3;

interface Sample {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** A distributed fan-out through the simulator, each run in a process of its own: time and memory by the number of items. */
export const fanOut = (): void => {
  const env = { ...process.env, CDK_VALIDATION: 'false' };
  const sample = (count: number): Sample =>
    JSON.parse(
      execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'sample.ts'), String(count)], {
        env,
        encoding: 'utf8',
      }),
    );
  const rows = COUNTS.map((count) => {
    const samples = Array.from({ length: RUNS }, () => sample(count));
    const milliseconds = median(samples.map((one) => one.milliseconds));
    const megabytes = median(samples.map((one) => one.megabytes));
    return [
      `${count.toLocaleString('en')} items`,
      `${(milliseconds / 1000).toFixed(2)} s`,
      `${((milliseconds * 1000) / count).toFixed(0)} µs`,
      `${megabytes.toFixed(0)} MB`,
    ];
  });
  table([['a distributed fan-out, simulated', 'time', 'per item', 'peak memory'], ...rows]);
};
