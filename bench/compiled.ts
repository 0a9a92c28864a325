import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..');

/** Inside node_modules, so that what is compiled finds its packages and git doesn't find it. */
const OUT = join(ROOT, 'node_modules/.cache/bench');

/** The library and the sagas as plain JavaScript, file by file, as they are when published. */
export const compile = (): string => {
  // The simulator is not part of what is synthesized.
  const folders = readdirSync(join(ROOT, 'src')).filter((name) => !name.endsWith('.ts') && name !== 'simulator');
  rmSync(OUT, { recursive: true, force: true });
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['src/*.ts', ...folders.map((folder) => `src/${folder}/**/*.ts`), 'bench/*.ts'],
    outbase: '.',
    outdir: OUT,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  return join(OUT, 'bench');
};
