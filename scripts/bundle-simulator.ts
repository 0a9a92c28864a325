/**
 * Bundles the compiled simulator into one file, with its own dependencies inlined: the package then needs none but its
 * peers, and an app that only deploys never loads them.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { writeNotices } from './notices';

const ROOT = 'lib/simulator';

/** dynalite loads its operations by a computed name, of which esbuild has to know the ending. */
const dynaliteOperations: Plugin = {
  name: 'dynalite-operations',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]dynalite[\\/]index\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace(
        /require\('(\.\/(?:actions|validations)\/)' \+ action\)/g,
        "require('$1' + action + '.js')",
      );
      if (contents === text) throw new Error(`${path} no longer loads its operations as this plugin expects`);
      return { contents };
    });
  },
};

const main = async () => {
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'index.js')],
    outfile: join(ROOT, 'index.js'),
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    metafile: true,
    // The database on disk is native; the simulator's is in memory.
    alias: { level: 'memory-level' },
    plugins: [dynaliteOperations],
    external: ['aws-cdk-lib', 'constructs'],
    legalComments: 'inline',
  });
  removeBundled(ROOT);
  writeNotices(ROOT, Object.keys(metafile.inputs));
};

/** What went into the bundle must not stand beside it a second time; the type declarations stay. */
const removeBundled = (folder: string): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && file.endsWith('.js') && file !== join(ROOT, 'index.js')) rmSync(file);
  }
};

void main();
