import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { makeLazy } from '../scripts/lazy-index';

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
  const index = join(OUT, 'src/index.js');
  const options = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  const source = readFileSync(join(ROOT, 'src/index.ts'), 'utf8');
  writeFileSync(index, transpileModule(source, { compilerOptions: options }).outputText);
  makeLazy(index);
  return join(OUT, 'bench');
};
