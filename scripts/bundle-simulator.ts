/**
 * Bundles the compiled simulator into one file, with its own dependencies inlined: the package then needs none but its
 * peers, and an app that only deploys never loads them.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

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
  const packages = inlinedPackages(Object.keys(metafile.inputs));
  writeFileSync(join(ROOT, 'THIRD-PARTY-NOTICES.txt'), packages.map(notice).join('\n\n'));
};

/** What went into the bundle must not stand beside it a second time; the type declarations stay. */
const removeBundled = (folder: string): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && file.endsWith('.js') && file !== join(ROOT, 'index.js')) rmSync(file);
  }
};

const inlinedPackages = (inputs: string[]): string[] => {
  const folders = inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []);
  return [...new Set(folders)].sort();
};

const notice = (folder: string): string => {
  const { name, version, ...manifest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const license = manifest.license?.type ?? manifest.license;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!license && !file) throw new Error(`${name} ${version} has no license: it can't be inlined`);
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : '';
  return `${name} ${version} (${license})\n\n${text}`;
};

void main();
